// Reads a container's statements about its package: the receipt, the report of the verification at the time, and the
// enrolments of the registry.

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Finding, Verdict } from '../problems/finding.ts';
import { isObject, parseJson, type JsonObject } from '../formats/json/parse.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { PROFILE_NAMES, type TrustProfile } from '../registry/profile.ts';
import type { EvidenceContainer } from './container.ts';
import { readEnrolments, type KnownEnrolments } from './enrolments.ts';
import { ENTRY } from './entries.ts';

/** The members of the receipt that verification needs. */
export interface ReceiptStatement {
  readonly message: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly acceptedAt: Date;
  /** The whole receipt. */
  readonly body: JsonObject;
}

/** The verdict at the time of receipt. */
export interface RecordedReport {
  readonly verdict: Verdict;
  readonly profile: TrustProfile;
}

export interface Statements {
  readonly receipt: ReceiptStatement | null;
  readonly recorded: RecordedReport | null;
  readonly enrolments: KnownEnrolments | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads the statements. The receipt's key comes from the container: the signature over the manifest shows that the key
 * is the gateway's.
 */
export function readStatements(container: EvidenceContainer): Statements {
  const receipt = readReceipt(container);
  const recorded = readRecorded(jsonOf(container, ENTRY.report));
  const findings: Finding[] = [];
  if (typeof receipt === 'string') findings.push(invalidReceipt(receipt));
  if (recorded === null) findings.push(unreadable('report'));
  const enrolments = readEnrolments(jsonOf(container, ENTRY.enrolments)) ?? null;
  if (enrolments === null) findings.push(unreadable('enrolments'));
  return { receipt: typeof receipt === 'string' ? null : receipt, recorded, enrolments, findings };
}

function unreadable(reason: 'report' | 'enrolments'): Finding {
  return { code: 'evidence-malformed', severity: 'error', facts: { reason }, place: ENTRY[reason] };
}

function invalidReceipt(reason: string): Finding {
  return { code: 'receipt-invalid', severity: 'error', facts: { reason }, place: ENTRY.receipt };
}

/** The statement, or the word for what is wrong with it. */
function readReceipt(container: EvidenceContainer): ReceiptStatement | string {
  const [body, signature] = [container.small(ENTRY.receipt), container.small(ENTRY.receiptSignature)];
  const key = publicKeyOf(container.small(ENTRY.receiptKey));
  if (body === undefined || signature === undefined) return 'missing';
  if (key === undefined) return 'key';
  if (!isSigned(body, key, signature)) return 'signature';
  const json = jsonOf(container, ENTRY.receipt);
  const { type, message, sha256, size, acceptedAt } = json ?? {};
  if (json === undefined || type !== 'lienthong.receipt.v1') return 'form';
  if (typeof message !== 'string' || typeof sha256 !== 'string' || typeof acceptedAt !== 'string') return 'form';
  const at = new Date(acceptedAt);
  if (Number.isNaN(at.getTime())) return 'form';
  const entry = container.entries.get(ENTRY.package);
  const isOfPackage =
    sha256 === container.digests.get(ENTRY.package) && size === (entry?.end ?? 0) - (entry?.start ?? 0);
  return isOfPackage ? { message, sha256, acceptedAt: at, body: json } : 'package';
}

function publicKeyOf(pem: Buffer | undefined): KeyObject | undefined {
  if (pem === undefined) return undefined;
  try {
    return createPublicKey({ key: pem, format: 'pem' });
  } catch {
    // OpenSSL reads no key from it.
    return undefined;
  }
}

function isSigned(body: Buffer, key: KeyObject, signature: Buffer): boolean {
  if (key.asymmetricKeyType !== 'ec' && key.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', body, key, signature);
}

function jsonOf(container: EvidenceContainer, name: string): JsonObject | undefined {
  const bytes = container.small(name);
  if (bytes === undefined) return undefined;
  try {
    const json = parseJson(bytes);
    return isObject(json) ? json : undefined;
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

const VERDICTS: readonly Verdict[] = ['passed', 'failed', 'undecided'];
const EVIDENCE = ['package', 'document'] as const;

function readRecorded(json: JsonObject | undefined): RecordedReport | null {
  const verdict = VERDICTS.find((candidate) => candidate === json?.['verdict']);
  const profile = PROFILE_NAMES.flatMap((name) => EVIDENCE.map((evidence) => ({ profile: name, evidence }))).find(
    ({ profile: name, evidence }) => `${name}/${evidence}` === json?.['profile'],
  );
  return verdict === undefined || profile === undefined ? null : { verdict, profile };
}

/** The finding for another verdict at the time: later facts may be known now, or some data may be missing. */
export function differenceFrom(recorded: RecordedReport, now: Verdict): readonly Finding[] {
  if (recorded.verdict === now) return [];
  return [{ code: 'evidence-verdict-differs', severity: 'warning', facts: { recorded: recorded.verdict, now } }];
}
