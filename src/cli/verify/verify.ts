// `lienthong verify FILE --trust …`: the same reading and the same checks as the gateway's, without database or network, of
// a package, of a PDF file or of an evidence container.

import { tmpdir } from 'node:os';
import type { Seals } from '../../core/evidence/seals.ts';
import type { Refusal, Result } from '../../core/problems/finding.ts';
import type { Trust } from '../../core/pki/trust.ts';
import { firstCause } from '../../core/verify/cause.ts';
import type { Basis } from '../../core/verify/basis.ts';
import { signerReport } from '../../core/verify/signer-report.ts';
import { verify } from '../../core/verify/verify.ts';
import { openSpool } from '../../drivers/disk/spool.ts';
import { openInlineViewer } from '../../drivers/pdfium/viewer.ts';
import type { ReadPackage } from '../../gateway/basis/judge.ts';
import { readPackage } from '../../gateway/receive/read-package.ts';
import { wrongUsage } from '../credentials.ts';
import { VERDICT_STATUS } from '../exit-codes.ts';
import { bytesOf, openFile } from '../messages/package-file.ts';
import { PROFILES } from './profiles.ts';
import { type CommonOptions, answer } from '../terminal.ts';
import { type TrustOptions, readTrustOptions } from './trust-options.ts';
import { checkContainer, type VerifiedContainer } from './container.ts';
import { checkDocument, type VerifiedDocument } from './document.ts';
import { renderVerification, type Verification } from './text.ts';

export interface VerifyOptions extends CommonOptions, TrustOptions {
  /** Keys or certificates of the gateway, for evidence containers. */
  readonly gatewayKey?: readonly string[];
  /** Of `profiles.ts`; `strict` without it. */
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
  const { given, trust, instant } = await readTrustOptions(options, now);
  const evidence = evidenceOf(trust, options, instant);
  const { gatewayKey: gatewayKeys = [], at } = options;
  const container = await checkContainer(file, { given, gatewayKeys, at: at === undefined ? null : instant, now });
  if (container !== undefined) return containerVerification(file, container);
  const document = await checkDocument(file, evidence, openInlineViewer());
  if (document !== undefined) return documentVerification(file, document);
  const reading = await readFileOnce(file);
  if (!reading.ok) return { ...NOTHING, file, verdict: 'failed', cause: causeOf(reading) };
  const { opened, inspected } = reading.value;
  const { report } = verify(opened, { ...evidence, ...inspected });
  return { ...NOTHING, file, verdict: report.verdict, cause: firstCause(report), opened, report };
}

const NOTHING = { opened: null, report: null, document: null, container: null };

/** Faults of the container come before those of the package in it. */
function containerVerification(file: string, container: VerifiedContainer): Verification {
  const { verdict, findings, opened, report } = container;
  const cause = firstCause({ verdict, findings }) ?? (report === null ? null : firstCause(report));
  return { ...NOTHING, file, verdict, cause, opened, report, container };
}

function documentVerification(file: string, document: VerifiedDocument): Verification {
  const { verdict, findings, signatures } = document.report;
  const everyFinding = [...findings, ...signatures.flatMap((signature) => signature.findings)];
  return { ...NOTHING, file, verdict, cause: firstCause({ verdict, findings: everyFinding }), document };
}

async function readFileOnce(file: string): Promise<Result<ReadPackage>> {
  const opened = await openFile(file);
  try {
    return await readPackage(bytesOf(opened), {
      scanner: null,
      spool: openSpool(tmpdir()),
      viewer: openInlineViewer(),
    });
  } finally {
    await opened.handle.close();
  }
}

function causeOf({ code, facts, place }: Refusal): NonNullable<Verification['cause']> {
  return place === undefined ? { code, facts } : { code, facts, place };
}

function evidenceOf(trust: Trust, { profile: name = 'strict' }: VerifyOptions, instant: Date): Basis {
  const profile = PROFILES[name];
  if (profile === undefined) throw wrongUsage('value-unusable', { option: '--profile', value: name });
  return {
    ...trust,
    instant,
    profile,
    enrolments: null,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
  };
}

function asJson({ file, verdict, cause, opened, report, document, container }: Verification): unknown {
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
    container: container === null ? null : containerJson(container),
  };
}

function containerJson({ findings, receipt, recorded, seals }: VerifiedContainer): unknown {
  const { signer = null, signedAt = null, timeStamp = null } = seals ?? {};
  return {
    findings,
    receipt: receipt?.body ?? null,
    recorded,
    signer: signer === null ? null : { ...signerReport(signer), key: signer.keySha256 },
    signedAt: signedAt === null ? null : new Date(signedAt).toISOString(),
    timeStamp: timeStamp === null ? null : stampJson(timeStamp),
  };
}

function stampJson({ at, authority }: NonNullable<Seals['timeStamp']>): unknown {
  return { at: new Date(at).toISOString(), authority: authority.subjectText };
}
