// Held messages wait for a fact. Each round gathers the evidence anew and judges again, at the instant the package came:
// what can be decided by then is released or returned, the rest goes on waiting.

import type { Readable } from 'node:stream';
import type { Proofs } from '../core/pki/proof.ts';
import type { SignerCache } from '../core/pki/signer.ts';
import { mustWait, refusalCause } from '../core/verify/cause.ts';
import { verify } from '../core/verify/verify.ts';
import type { Registry } from '../core/route/registry.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { ContentLocation, MessageStore, ProofStore, RegistryStore } from '../ports/store.ts';
import type { EvidenceGatherer } from './evidence.ts';
import { readPackage, type ReadParts } from './read-package.ts';

export interface ReverifyParts extends ReadParts {
  readonly messages: Pick<MessageStore, 'held' | 'resolveHeld'>;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly gatherEvidence: EvidenceGatherer;
  readonly signers: SignerCache;
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
  if (connection === undefined) return false;
  const read = await readPackage(bytesOf(held.content, parts.content), parts);
  if (!read.ok) return false;
  const { opened, looked } = read.value;
  const evidence = await parts.gatherEvidence(opened, registry, connection, held.receivedAt, looked);
  const proofs: Proofs = new Map();
  const report = verify(opened, evidence, parts.signers, proofs);
  const refused = refusalCause(report) !== null;
  if (!refused && mustWait(report, false)) return false;
  await parts.proofs.keep(proofs.values());
  const to = refused ? 'returned' : 'released';
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

async function* bytesOf(
  { inline, sha256 }: ContentLocation,
  content: Pick<ContentStore, 'open'>,
): AsyncGenerator<Buffer, void, undefined> {
  if (inline !== null) yield inline;
  else yield* piecesOf(await content.open(sha256));
}

function piecesOf(stream: Readable): AsyncIterable<Buffer> {
  return stream;
}
