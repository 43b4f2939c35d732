// `lienthong verify FILE.asice`: an evidence container, offline: whether it is whole and the gateway's, and whether its
// package is judged again as it was, by the certificates and lists in the container and anchors from elsewhere.

import { createPublicKey, createHash, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { openContainer, type EvidenceContainer } from '../../core/evidence/container.ts';
import { ENTRY, proofNamed } from '../../core/evidence/entries.ts';
import { judgeSeals, type Seals } from '../../core/evidence/seals.ts';
import { differenceFrom, readStatements, type ReceiptStatement } from '../../core/evidence/statements.ts';
import { verdictOf, type Finding, type Verdict } from '../../core/problems/finding.ts';
import type { OpenedPackage } from '../../core/open/opened.ts';
import { toPem } from '../../core/crypto/pem.ts';
import type { Proof } from '../../core/pki/proof.ts';
import { readTrust } from '../../core/pki/trust.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { findingOf } from '../../core/verify/check.ts';
import type { Basis } from '../../core/verify/basis.ts';
import type { Report } from '../../core/verify/report.ts';
import { verify } from '../../core/verify/verify.ts';
import { FileSource } from '../../drivers/disk/byte-source.ts';
import { openSpool } from '../../drivers/disk/spool.ts';
import { openInlineViewer } from '../../drivers/pdfium/viewer.ts';
import { codeOf } from '../../drivers/error-code.ts';
import type { GivenTrust } from './trust-options.ts';
import { readPackage } from '../../gateway/receive/read-package.ts';

export interface ContainerOptions {
  /** The caller's trust and revocation data, besides the container's. */
  readonly given: GivenTrust;
  /** Files with keys or certificates of the gateway, PEM or DER. */
  readonly gatewayKeys: readonly string[];
  /** Instead of the instant at which the gateway took the package. */
  readonly at: Date | null;
  readonly now: Date;
}

/** A verified evidence container. */
export interface VerifiedContainer {
  readonly verdict: Verdict;
  /** Findings of the container; those of the package stand in its report. */
  readonly findings: readonly Finding[];
  readonly receipt: ReceiptStatement | null;
  /** The verdict at the time. */
  readonly recorded: Verdict | null;
  readonly seals: Seals | null;
  readonly opened: OpenedPackage | null;
  readonly report: Report | null;
}

const ZIP_HEAD = Buffer.from('PK\u0003\u0004', 'latin1');

/** Whether a file is meant to be one: a ZIP whose first entry is `mimetype`. */
function isContainer(source: FileSource): boolean {
  const head = source.read(0, Math.min(source.size, 38));
  return head.subarray(0, 4).equals(ZIP_HEAD) && head.subarray(30, 38).toString('latin1') === ENTRY.mimetype;
}

/** Judges an evidence container; undefined for another file, and for a pipe or device. */
export async function checkContainer(file: string, options: ContainerOptions): Promise<VerifiedContainer | undefined> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const gatewayKeys = new Set(await Promise.all(options.gatewayKeys.map(keyOf)));
  const source = new FileSource(file);
  try {
    return isContainer(source) ? await judge(openContainer(source), gatewayKeys, options) : undefined;
  } finally {
    source.close();
  }
}

async function judge(
  container: EvidenceContainer,
  gatewayKeys: ReadonlySet<string>,
  { given, at, now }: ContainerOptions,
): Promise<VerifiedContainer> {
  const empty = { receipt: null, recorded: null, seals: null, opened: null, report: null };
  if (container.entries.size === 0) return { ...empty, verdict: 'failed', findings: container.findings };
  const trust = readTrust(withProofs(given, container));
  const seals = judgeSeals(container, { trust, gatewayKeys, instant: now.getTime() });
  const { receipt, recorded, enrolments, findings } = readStatements(container);
  const about = [...container.findings, ...seals.findings, ...findings];
  const reading = await readPackage(pieces(container), {
    scanner: null,
    spool: openSpool(tmpdir()),
    viewer: openInlineViewer(),
  });
  if (!reading.ok) {
    const everyFinding = [...about, findingOf(reading)];
    return { ...empty, verdict: 'failed', findings: everyFinding, receipt, recorded: recorded?.verdict ?? null, seals };
  }
  const evidence: Basis = {
    ...trust,
    instant: at ?? receipt?.acceptedAt ?? now,
    profile: recorded?.profile ?? { profile: 'strict', evidence: 'package' },
    enrolments: enrolments?.issuer ?? null,
    senderEnrolments: enrolments?.sender ?? null,
    ...reading.value.inspected,
  };
  const { opened } = reading.value;
  const { report } = verify(opened, evidence);
  const difference = recorded === null ? [] : differenceFrom(recorded, report.verdict);
  const all = [...about, ...difference];
  return {
    verdict: worst(report.verdict, verdictOf(all)),
    findings: all,
    receipt,
    recorded: recorded?.verdict ?? null,
    seals,
    opened,
    report,
  };
}

/** Certificates and lists of the container help to find paths and revocations; they never become trusted. */
function withProofs(given: GivenTrust, container: EvidenceContainer): GivenTrust {
  const proofs = [...container.entries.keys()].flatMap((name) => {
    const kind = proofNamed(name)?.kind;
    return kind === undefined ? [] : [{ kind, der: Buffer.concat([...container.pieces(name)]) }];
  });
  const of = (kind: Proof['kind']): Buffer[] => proofs.filter((proof) => proof.kind === kind).map(({ der }) => der);
  return {
    ...given,
    intermediates: [...given.intermediates, ...of('certificate')],
    crls: [...given.crls, ...of('crl')],
    answers: [...(given.answers ?? []), ...of('ocsp')],
  };
}

async function* pieces(container: EvidenceContainer): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of container.pieces(ENTRY.package)) yield await Promise.resolve(piece);
}

const RANK: readonly Verdict[] = ['passed', 'undecided', 'failed'];

function worst(a: Verdict, b: Verdict): Verdict {
  return RANK.indexOf(a) > RANK.indexOf(b) ? a : b;
}

/** SHA-256 of the key in a file, be it a key or a certificate. */
async function keyOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ProblemError('file-unreadable', { file, reason: codeOf(cause) }, { cause });
  });
  try {
    const pem = bytes[0] === 0x30 ? toPem('CERTIFICATE', bytes) : bytes.toString('latin1');
    const key = pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    return createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex');
  } catch (cause) {
    throw new ProblemError('file-unreadable', { file, reason: 'no public key and no certificate' }, { cause });
  }
}
