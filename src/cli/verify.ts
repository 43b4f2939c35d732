// `lienthong verify FILE --trust …`: the same reading and the same checks as the gateway's, without database or network, of
// a package or of a PDF file.

import type { Refusal, Step, Verdict } from '../core/finding.ts';
import type { OpenedPackage } from '../core/opened.ts';
import { cacheOf } from '../core/pki/cache.ts';
import type { KnownSigner } from '../core/pki/signer.ts';
import { readTrust } from '../core/pki/trust.ts';
import { ProblemError } from '../core/problem-error.ts';
import { firstCause } from '../core/verify/cause.ts';
import { verify } from '../core/verify/verify.ts';
import { readDer } from '../drivers/disk/der-files.ts';
import { readTrustFiles } from '../drivers/disk/trust-folder.ts';
import { EXIT } from './exit-codes.ts';
import { openFile, readEdxml } from './package-file.ts';
import { answer } from './terminal.ts';
import type { CommonOptions } from './terminal.ts';
import { checkDocument, type VerifiedDocument } from './verify-document.ts';
import { renderVerification, type Verification } from './verify-text.ts';

export interface VerifyOptions extends CommonOptions {
  /** PEM or DER files, or folders of them. Self-issued certificates are the anchors. */
  readonly trust: readonly string[];
  readonly crl?: readonly string[];
  readonly ocsp?: readonly string[];
  /** Only `strict` today. */
  readonly profile?: string;
  /** ISO instant the certificates are judged at; the present without it. */
  readonly at?: string;
  /** `false` (`--no-revocation`): the authorities under `--trust` publish no lists. */
  readonly revocation?: boolean;
}

const STATUS: Readonly<Record<Verdict, number>> = {
  passed: EXIT.done,
  failed: EXIT.failed,
  undecided: EXIT.undecided,
};

/** Resolves to the exit status: 0 passed, 1 failed, 2 undecided. Rejects with a `ProblemError` for wrong usage. */
export async function verifyFile(file: string, options: VerifyOptions): Promise<number> {
  const verification = await checkFile(file, options, new Date());
  answer(options, asJson(verification), () => renderVerification(verification, options.lang));
  return STATUS[verification.verdict];
}

/** Reads and verifies a file; `now` serves when no instant is given. */
export async function checkFile(file: string, options: VerifyOptions, now: Date): Promise<Verification> {
  const evidence = await gatherEvidence(options, now);
  const document = checkDocument(file, { ...evidence, senderEnrolments: null });
  if (document !== undefined) return documentVerification(file, document);
  const read = await readFileOnce(file);
  if (!read.ok) return { file, verdict: 'failed', cause: causeOf(read), opened: null, report: null, document: null };
  const report = verify(read.value, evidence, cacheOf<KnownSigner>(1));
  return { file, verdict: report.verdict, cause: firstCause(report), opened: read.value, report, document: null };
}

function documentVerification(file: string, document: VerifiedDocument): Verification {
  const { verdict, findings, signatures } = document.report;
  const all = [...findings, ...signatures.flatMap((signature) => signature.findings)];
  return { file, verdict, cause: firstCause({ verdict, findings: all }), opened: null, report: null, document };
}

async function readFileOnce(file: string): Promise<Step<OpenedPackage>> {
  const opened = await openFile(file);
  try {
    return await readEdxml(opened);
  } finally {
    await opened.handle.close();
  }
}

function causeOf({ code, facts, place }: Refusal): NonNullable<Verification['cause']> {
  return place === undefined ? { code, facts } : { code, facts, place };
}

async function gatherEvidence(options: VerifyOptions, now: Date): Promise<Parameters<typeof verify>[1]> {
  const { profile = 'strict', at, crl = [], ocsp = [] } = options;
  if (profile !== 'strict') throw wrongUsage(`--profile ${profile}`);
  const instant = at === undefined ? now : new Date(at);
  if (Number.isNaN(instant.getTime())) throw wrongUsage(`--at ${String(at)}`);
  const trust = await readTrustFiles(options.trust, options.revocation === false ? 'not-published' : 'required');
  if (trust.anchors.length === 0) throw wrongUsage('--trust: no self-issued certificate there');
  const crls = (await readDer(crl, 'X509 CRL')).map(({ der }) => der);
  const answers = (await readDer(ocsp, 'OCSP RESPONSE')).map(({ der }) => der);
  return {
    ...readTrust({ ...trust, crls, answers, asOf: instant > now ? instant : now }),
    instant,
    profile: { profile: 'strict', evidence: 'package' },
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
  };
}

function wrongUsage(reason: string): ProblemError {
  return new ProblemError('wrong-usage', { reason });
}

function asJson({ file, verdict, cause, opened, report, document }: Verification): unknown {
  return {
    ok: verdict === 'passed',
    verdict,
    file,
    sha256: opened?.sha256 ?? document?.sha256 ?? null,
    size: opened?.size ?? document?.size ?? null,
    cause,
    package:
      opened === null
        ? null
        : { kind: opened.message.kind, from: opened.message.from.organId, findings: opened.findings },
    report,
    document: document?.report ?? null,
  };
}
