// Judges the gateway's signature over an evidence container's manifest, and the time stamp where there is one.

import { createHash } from 'node:crypto';
import { hashNamed } from '../cms/algorithms.ts';
import { DATA, readSignedData } from '../cms/signed-data.ts';
import { judgeTimeStamp, readTimeStamp, type ProvenTime } from '../cms/time-stamp.ts';
import { signerCertificates, checkSigner, onlySigner } from '../cms/verify.ts';
import { type Finding, type Refusal, type Result, refuse, ok } from '../problems/finding.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { Trust } from '../pki/trust.ts';
import { ENTRY } from './entries.ts';
import { entryFault, malformed, sha256Of, type EvidenceContainer } from './container.ts';
import { readManifest } from './manifest.ts';

/** The trusted keys and authorities, and the instant of judgement (milliseconds since 1970). */
export interface SealEvidence {
  readonly trust: Trust;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo of keys known to be the gateway's. */
  readonly gatewayKeys: ReadonlySet<string>;
  readonly instant: number;
}

export interface Seals {
  /** The signer's certificate; null where the signature does not hold. */
  readonly signer: Certificate | null;
  /** Milliseconds since 1970 by the gateway's clock. */
  readonly signedAt: number | null;
  readonly timeStamp: ProvenTime | null;
  readonly findings: readonly Finding[];
}

/** Judges signature and time stamp. Nothing noticed: the manifest is the gateway's. */
export function judgeSeals(container: EvidenceContainer, evidence: SealEvidence): Seals {
  const stamp = timeStampOf(container, evidence);
  const signed = signatureOf(container);
  if (!signed.ok)
    return { signer: null, signedAt: null, timeStamp: stamp.proven, findings: [invalid(signed), ...stamp.findings] };
  const { leaf, signedAt } = signed.value;
  const findings = [...signerFindings(leaf, evidence.gatewayKeys), ...stamp.findings];
  return { signer: leaf, signedAt, timeStamp: stamp.proven, findings };
}

function invalid({ code, facts }: Refusal): Finding {
  const reason = facts['reason'] === undefined ? code : `${code}: ${String(facts['reason'])}`;
  return { code: 'evidence-signature-invalid', severity: 'error', facts: { reason }, place: ENTRY.signature };
}

interface Signed {
  readonly leaf: Certificate;
  readonly signedAt: number | null;
}

/** Checks the signature over the manifest; answers its signer. */
function signatureOf(container: EvidenceContainer): Result<Signed> {
  const bytes = container.small(ENTRY.signature);
  if (bytes === undefined) return refuse('signature-missing');
  const signedData = readSignedData(bytes);
  if (!signedData.ok) return signedData;
  if (signedData.value.content !== null) return refuse('document-signature-malformed', { reason: 'not detached' });
  const signer = onlySigner(signedData.value);
  if (!signer.ok) return signer;
  const certificates = signerCertificates(signedData.value, signer.value.id);
  if (!certificates.ok) return certificates;
  const leaf = parseCertificate(certificates.value[0]);
  if (!leaf.ok) return leaf;
  const hash = hashNamed(signer.value.digestAlgorithm);
  if (!hash.ok) return hash;
  const digest = createHash(hash.value);
  for (const piece of container.pieces(ENTRY.manifest)) digest.update(piece);
  const check = checkSigner(signer.value, leaf.value, {
    contentType: DATA,
    digest: digest.digest(),
    needsSigningCertificate: true,
  });
  if (!check.ok) return check;
  return ok({ leaf: leaf.value, signedAt: check.value.signingTime });
}

/**
 * Only a known gateway key counts: senders have certificates under the same anchors as the gateway, so with anchors
 * alone every sender could make containers.
 */
function signerFindings(leaf: Certificate, gatewayKeys: ReadonlySet<string>): readonly Finding[] {
  if (gatewayKeys.has(leaf.keySha256)) return [];
  const facts = { key: leaf.keySha256, subject: leaf.subjectText };
  return [{ code: 'evidence-signer-unknown', severity: 'undecided', facts, place: ENTRY.signature }];
}

interface Stamped {
  readonly proven: ProvenTime | null;
  readonly findings: readonly Finding[];
}

/** Over a manifest of its own, which lists the first one and its signature. */
function timeStampOf(container: EvidenceContainer, { trust, instant }: SealEvidence): Stamped {
  const [list, token] = [container.small(ENTRY.stampedManifest), container.small(ENTRY.timeStamp)];
  if (list === undefined && token === undefined && !statesTimeStamp(container)) return { proven: null, findings: [] };
  if (list === undefined || token === undefined) {
    const gap = entryFault('missing', token === undefined ? ENTRY.timeStamp : ENTRY.stampedManifest);
    return { proven: null, findings: [gap] };
  }
  const change = stampedFault(container, list);
  if (change !== undefined) return { proven: null, findings: [change] };
  const stamp = readTimeStamp(token);
  const proven = stamp.ok
    ? judgeTimeStamp(stamp.value, createHash(stamp.value.imprint.hash).update(list).digest(), trust, instant).proven
    : stamp;
  if (proven.ok) return { proven: proven.value, findings: [] };
  if (proven.code.startsWith('document-signature-')) {
    const facts = { ...proven.facts };
    return { proven: null, findings: [{ code: proven.code, severity: 'error', facts, place: ENTRY.timeStamp }] };
  }
  const facts = { ...proven.facts, reason: proven.code };
  return {
    proven: null,
    findings: [{ code: 'time-stamp-unusable', severity: 'warning', facts, place: ENTRY.timeStamp }],
  };
}

/** Whether the gateway's signature covers the statement that a time stamp follows. */
function statesTimeStamp(container: EvidenceContainer): boolean {
  const bytes = container.small(ENTRY.manifest);
  return bytes !== undefined && typeof readManifest(bytes)?.timeStamp === 'string';
}

function stampedFault(container: EvidenceContainer, list: Buffer): Finding | undefined {
  const manifest = readManifest(list);
  const names = [ENTRY.manifest, ENTRY.signature];
  const isRight =
    manifest?.signature === ENTRY.timeStamp &&
    manifest.entries.length === names.length &&
    names.every((name, index) => manifest.entries[index]?.name === name);
  if (!isRight) return malformed('manifest');
  const change = manifest.entries.find(({ name, sha256 }) => sha256Of(container.pieces(name)) !== sha256);
  return change === undefined ? undefined : entryFault('changed', change.name);
}
