// `lienthong verify FILE --trust …`: the same reading and the same checks as the gateway's, without database or network, of
// a package or of a PDF file.

import type { Refusal, Step } from '../core/finding.ts';
import type { OpenedPackage } from '../core/opened.ts';
import { cacheOf } from '../core/pki/cache.ts';
import type { KnownSigner } from '../core/pki/signer.ts';
import { firstCause } from '../core/verify/cause.ts';
import { verify } from '../core/verify/verify.ts';
import { wrongUsage } from './credentials.ts';
import { VERDICT_STATUS } from './exit-codes.ts';
import { openFile, readEdxml } from './package-file.ts';
import { answer } from './terminal.ts';
import type { CommonOptions } from './terminal.ts';
import { readTrustOptions } from './trust-options.ts';
import type { TrustOptions } from './trust-options.ts';
import { checkDocument, type VerifiedDocument } from './verify-document.ts';
import { renderVerification, type Verification } from './verify-text.ts';

export interface VerifyOptions extends CommonOptions, TrustOptions {
  /** Only `strict` today. */
  readonly profile?: string;
}

/** Resolves to the exit status: 0 passed, 1 failed, 2 undecided. Rejects with a `ProblemError` for wrong usage. */
export async function verifyFile(file: string, options: VerifyOptions): Promise<number> {
  const verification = await checkFile(file, options, new Date());
  answer(options, asJson(verification), () => renderVerification(verification, options.lang));
  return VERDICT_STATUS[verification.verdict];
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
  const { profile = 'strict' } = options;
  if (profile !== 'strict') throw wrongUsage(`--profile ${profile}`);
  const { trust, instant } = await readTrustOptions(options, now);
  return {
    ...trust,
    instant,
    profile: { profile: 'strict', evidence: 'package' },
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
  };
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
