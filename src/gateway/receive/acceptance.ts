// Makes the acceptance of a package for the record: the message, its deliveries, its act on other documents, and the
// signed receipt.

import { documentIdOf, isUrgent } from '../../core/message/message.ts';
import type { FirstDisposition } from '../../core/exchange/disposition.ts';
import { receiptBody } from '../../core/exchange/receipt.ts';
import { group, type GroupedTransmission } from '../../core/exchange/group.ts';
import { identityOf } from '../../core/exchange/identity.ts';
import type { Registry } from '../../core/registry/registry.ts';
import { mustWait } from '../../core/verify/cause.ts';
import type { Signer } from '../../ports/signer.ts';
import type { Acceptance, Receipt } from '../../ports/messages.ts';
import type { World } from '../../ports/world.ts';
import type { Candidate, Decision } from './submission.ts';

export interface AcceptancePorts {
  readonly signer: Signer;
  /** The direction in which the connection's adapter delivers. */
  readonly directionOf: (connection: string, registry: Registry) => 'push' | 'pull';
  /** Public address, as receipts state it. */
  readonly gateway: string;
}

/** Everything the acceptance writes, the signed receipt included. */
export async function acceptanceOf(
  candidate: Candidate,
  decision: Decision,
  inline: Buffer | undefined,
  ports: AcceptancePorts,
  newId: World['newId'],
): Promise<Acceptance> {
  const { submission, opened, registry, receivedAt } = candidate;
  const { message } = opened;
  const { addressed, report } = decision;
  const { order, effect, act, answers, number } = decision.consequences;
  const id = newId(receivedAt);
  const urgent = isUrgent(message);
  const disposition: FirstDisposition = mustWait(report, urgent) ? 'held' : 'accepted';
  const transmissions = group(addressed.recipients, () => newId(receivedAt));
  return {
    id,
    message,
    connection: submission.connection,
    sender: addressed.sender,
    issuer: addressed.issuer,
    identity: identityOf(message, addressed.issuer, addressed.sender, opened.sha256, submission.delivery),
    ...(submission.idempotencyKey === undefined ? {} : { idempotencyKey: submission.idempotencyKey }),
    sha256: opened.sha256,
    size: opened.size,
    ...(inline === undefined ? {} : { inline }),
    receivedAt,
    verdict: report.verdict,
    disposition,
    urgent,
    report,
    findings: decision.findings,
    receipt: await signedReceipt(id, disposition, candidate, decision, ports),
    ...rowsOf(transmissions, registry, order, ports),
    ...(effect === undefined ? {} : { effect }),
    ...(act === undefined ? {} : { act }),
    ...(answers === undefined ? {} : { answers }),
    ...(number === undefined ? {} : { number }),
    ...(decision.heldAlready === undefined ? {} : { heldAlready: decision.heldAlready }),
    registryVersion: registry.version,
    audit: [
      {
        actor: `client:${submission.client}`,
        act: message.kind === 'status' ? 'status.accept' : 'message.accept',
        object: id,
        outcome: 'ok',
        details: { sha256: opened.sha256, size: opened.size, verdict: report.verdict, disposition },
      },
    ],
  };
}

async function signedReceipt(
  id: string,
  disposition: FirstDisposition,
  { submission, opened, receivedAt }: Candidate,
  { addressed, report }: Decision,
  { signer, gateway }: AcceptancePorts,
): Promise<Receipt> {
  const body = receiptBody({
    message: id,
    kind: opened.message.kind,
    sha256: opened.sha256,
    size: opened.size,
    acceptedAt: receivedAt,
    sender: addressed.sender,
    issuer: addressed.issuer,
    documentId: documentIdOf(opened.message),
    recipients: addressed.recipients.map((recipient) => recipient.organisation),
    verdict: report.verdict,
    disposition,
    gateway,
    ...(submission.convertedFrom === undefined ? {} : { submitted: submission.convertedFrom.submitted }),
  });
  return { body, signature: await signer.sign(body), keyId: signer.keyId };
}

function rowsOf(
  grouped: readonly GroupedTransmission[],
  registry: Registry,
  [orderKey = '', ...alsoAfter]: readonly string[],
  { directionOf }: Pick<AcceptancePorts, 'directionOf'>,
): Pick<Acceptance, 'deliveries' | 'transmissions'> {
  return {
    transmissions: grouped.map(({ id, connection }) => ({
      id,
      connection,
      direction: directionOf(connection, registry),
    })),
    deliveries: grouped.flatMap((transmission) =>
      transmission.deliveries.map((delivery) => ({
        ...delivery,
        transmission: transmission.id,
        orderKey,
        ...(alsoAfter.length === 0 ? {} : { alsoAfter }),
      })),
    ),
  };
}
