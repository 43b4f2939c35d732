// Held messages wait for a fact. Each round gathers the evidence anew and judges again, at the instant the package came:
// what can be decided by then is released or returned, the rest goes on waiting.

import type { Readable } from 'node:stream';
import { PackageReader } from '../core/pipeline.ts';
import type { Proofs } from '../core/pki/proof.ts';
import type { SignerCache } from '../core/pki/signer.ts';
import { verify } from '../core/verify/verify.ts';
import type { Registry } from '../core/route/registry.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { MalwareScanner } from '../ports/malware-scanner.ts';
import type { ContentLocation, MessageStore, ProofStore, RegistryStore } from '../ports/store.ts';
import { NOTHING_LOOKED_AT, type EvidenceGatherer, type Looked } from './evidence.ts';
import { Scanning } from './scanning.ts';

export interface ReverifyParts {
  readonly messages: Pick<MessageStore, 'held' | 'resolveHeld'>;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly gatherEvidence: EvidenceGatherer;
  readonly signers: SignerCache;
  readonly scanner: MalwareScanner | null;
  readonly events: { heldResolved(facts: { readonly message: string; readonly to: 'released' | 'returned' }): void };
}

/** Held messages read at once. */
const PAGE = 100;

/**
 * Judges all held messages again; answers how many were decided. One that cannot be read keeps nobody waiting: its fault is
 * thrown when all the others have been judged.
 */
export async function reverify(parts: ReverifyParts): Promise<number> {
  const registry = await parts.registry.snapshot();
  const faults: unknown[] = [];
  let decided = 0;
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<MessageStore['held']>> = await parts.messages.held(PAGE, after);
    for (const held of page) {
      try {
        if (await resolve(held, registry, parts)) decided += 1;
      } catch (error) {
        faults.push(error);
      }
    }
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) break;
  }
  if (faults.length > 0) throw faults[0];
  return decided;
}

type Held = Awaited<ReturnType<MessageStore['held']>>[number];

/** True when the message could be decided, by this process. */
async function resolve(held: Held, registry: Registry, parts: ReverifyParts): Promise<boolean> {
  const connection = registry.connections.get(held.connection);
  const scanning = parts.scanner === null ? null : new Scanning(parts.scanner);
  const opened = await open(held.content, parts.content, scanning);
  if (connection === undefined || !opened.ok) return false;
  const looked: Looked = { ...NOTHING_LOOKED_AT, scans: scanning?.answers ?? null };
  const evidence = await parts.gatherEvidence(opened.value, registry, connection, held.receivedAt, looked);
  const proofs: Proofs = new Map();
  const report = verify(opened.value, evidence, parts.signers, proofs);
  if (report.verdict === 'undecided') return false;
  await parts.proofs.keep(proofs.values());
  const to = report.verdict === 'passed' ? 'released' : 'returned';
  const audit = {
    actor: 'worker',
    act: to === 'released' ? 'message.release' : 'message.return',
    object: held.id,
    outcome: 'ok',
    details: { verdict: report.verdict },
  } as const;
  if (!(await parts.messages.resolveHeld(held.id, report, to, audit))) return false;
  parts.events.heldResolved({ message: held.id, to });
  return true;
}

async function open(
  location: ContentLocation,
  content: Pick<ContentStore, 'open'>,
  scanning: Scanning | null,
): Promise<ReturnType<PackageReader['end']>> {
  const reader = new PackageReader({ tap: scanning });
  try {
    for await (const chunk of location.inline === null
      ? pieces(await content.open(location.sha256))
      : [location.inline]) {
      reader.feed(chunk);
      await scanning?.drain();
    }
    return reader.end();
  } finally {
    scanning?.abandon();
  }
}

function pieces(stream: Readable): AsyncIterable<Buffer> {
  return stream;
}
