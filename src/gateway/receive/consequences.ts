// The consequences of a message besides its own deliveries: for copies of other documents, for the delivery that a
// status is about, and links to other messages.

import { ok, type Finding, type Result } from '../../core/problems/finding.ts';
import type { Message } from '../../core/message/message.ts';
import type { Addressed } from '../../core/exchange/address.ts';
import { answersIn, type KnownMessage, type Targets } from '../../core/exchange/effects.ts';
import { numberKey, orderKeys, targetsOf } from '../../core/exchange/identity.ts';
import type { Acceptance, MessageStore } from '../../ports/messages.ts';
import { statusEffect } from './status-effect.ts';

export interface Consequences extends Pick<Acceptance, 'effect' | 'act' | 'answers' | 'number'> {
  /** Keys of the order that its deliveries keep. */
  readonly order: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * `known`: the recorded documents that the message names; `targets`: those it acts on; `spokenOf`: the delivery that a
 * status is about, where that is known. Only a status is refused.
 */
export async function consequencesOf(
  message: Message,
  addressed: Addressed,
  targets: Targets | undefined,
  candidates: readonly KnownMessage[],
  messages: Pick<MessageStore, 'findDelivery' | 'openQuestion'>,
  spokenOf?: string,
): Promise<Result<Consequences>> {
  const { sender, issuer } = addressed;
  const order = orderKeys(message, issuer, sender);
  if (message.kind === 'status') {
    const effect = await statusEffect(message, addressed, candidates, messages, spokenOf);
    if (!effect.ok) return effect;
    const { orderKey, ...effects } = effect.value;
    return ok({ ...effects, order: effects.act === undefined ? order : [orderKey], findings: [] });
  }
  const answers = answersIn(message, sender, candidates);
  const shared = [message.documentId, ...targetsOf(message)].map((documentId) => documentId.normalize('NFC'));
  return ok({
    ...(targets === undefined
      ? {}
      : {
          act: {
            kind: targets.kind,
            documents: targets.documents,
            messages: targets.messages,
            ...(targets.concerned.length === 0 ? {} : { concerned: targets.concerned }),
          },
        }),
    // An update or revocation repeats the number of what it is about.
    ...(message.kind === 'new' || message.kind === 'replace'
      ? { number: { key: numberKey(message, issuer), sharedWith: shared } }
      : {}),
    answers: answers.messages,
    order,
    findings: [...(targets?.findings ?? []), ...answers.unresolved.map(unresolved)],
  });
}

function unresolved(documentId: string): Finding {
  return { code: 'response-unresolved', severity: 'info', facts: { documentId }, place: 'ResponseFor/DocumentId' };
}
