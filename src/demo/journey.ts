// The way of one signed document through the gateway, told as steps. The driver knows the gateway's address and its
// clients' credentials; it reports only what it read in an answer of the interface or in a receiver's ledger.

import { createPublicKey, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile } from '../cli/verify/verify.ts';
import type { DeliveryAnswer, MessageAnswer, ReceivedAnswer, TraceAnswer } from '../api/v1/messages.ts';
import type { Answer, GatewayClient } from '../client/gateway.ts';
import { AGREEMENT, STAFF, type DemoPackage } from './document.ts';
import type { Ledger } from './ledger.ts';
import { awaitObserved, observed, type Observed, type Step } from './steps.ts';
import type { Texts } from '../core/message/language.ts';
import { bothWays, DEMO_STEPS, inBoth } from '../texts/demo.ts';
import { DISPOSITIONS, RECALLS, TRANSPORTS } from '../texts/states.ts';
import { CHECK_RESULTS } from '../texts/verification.ts';
import type { World } from './world.ts';

/** Everything the steps work with, and what they learn on their way. */
export interface Journey {
  readonly world: World;
  readonly clients: { readonly sender: GatewayClient; readonly push: GatewayClient; readonly platform: GatewayClient };
  readonly ledgers: {
    readonly sender: Ledger;
    readonly push: Ledger;
    readonly inbox: Ledger;
    readonly platform: Ledger;
  };
  readonly signed: DemoPackage;
  readonly revocation: DemoPackage;
  readonly tampered: Buffer;
  /** Seconds that each wait may take. */
  readonly patience: number;
  /** Where what is fetched is put. */
  readonly folder: string;
  accepted?: ReceivedAnswer;
  revoked?: ReceivedAnswer;
  message?: MessageAnswer;
  trace?: TraceAnswer;
  /** How the container is proved by hand: what follows `lienthong verify`. */
  evidence?: readonly string[];
}

export function journeySteps(journey: Journey): readonly Step[] {
  const { receivers } = journey.world;
  return [
    tokenStep(journey),
    submitStep(journey),
    receiptStep(journey),
    deliveryStep(
      journey,
      'arrived',
      receivers.push.organisation,
      journey.ledgers.push,
      DEMO_STEPS.delivery.pushed(receivers.push.name),
    ),
    deliveryStep(
      journey,
      'arrived',
      receivers.inbox.organisation,
      journey.ledgers.inbox,
      DEMO_STEPS.delivery.pulled(receivers.inbox.name),
    ),
    deliveryStep(
      journey,
      'handed-over',
      receivers.platform.organisation,
      journey.ledgers.platform,
      DEMO_STEPS.delivery.passedOn(receivers.platform.name),
    ),
    platformReportStep(journey),
    unreachableStep(journey),
    statusStep(journey),
    revokeStep(journey),
    repeatStep(journey),
    tamperedStep(journey),
    summaryStep(journey),
    traceStep(journey),
    ...(journey.world.sender.signing.anchorPath === undefined
      ? []
      : [evidenceStep(journey, journey.world.sender.signing.anchorPath)]),
  ];
}

function tokenStep({ clients }: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.token),
    async run() {
      const answer = await clients.sender.token();
      if (!answer.ok) return refused(answer);
      const type: string = answer.value.token_type;
      const seconds = answer.value.expires_in;
      return observed(type === 'Bearer' && seconds > 0, DEMO_STEPS.token.seen(type, seconds));
    },
  };
}

function submitStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.submit),
    async run() {
      const { bytes, documentId, sha256 } = journey.signed;
      const answer = await journey.clients.sender.submit(bytes, documentId);
      if (!answer.ok) return refused(answer);
      const { verdict, disposition, deliveries } = answer.value;
      journey.accepted = answer.value;
      const ok =
        verdict === 'passed' && disposition === 'accepted' && deliveries.length === 4 && answer.value.sha256 === sha256;
      return observed(
        ok,
        DEMO_STEPS.submit.seen(
          answer.status,
          inBoth(CHECK_RESULTS, verdict),
          inBoth(DISPOSITIONS, disposition),
          deliveries.length,
        ),
      );
    },
  };
}

/** With nothing but node:crypto and the key the gateway publishes; src/docs/prove.md shows the same with openssl. */
function receiptStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.receipt),
    async run() {
      const { receipt } = accepted(journey);
      const answer = await journey.clients.sender.keys();
      if (!answer.ok) return refused(answer);
      const key = answer.value.keys.find(({ keyId }) => keyId === receipt.keyId);
      if (key === undefined) return observed(false, DEMO_STEPS.receipt.noKey(receipt.keyId));
      const body = Buffer.from(receipt.body, 'base64');
      const valid = verify('sha256', body, createPublicKey(key.publicKey), Buffer.from(receipt.signature, 'base64'));
      const stated = JSON.parse(body.toString('utf8')) as { sha256?: unknown; acceptedAt?: unknown };
      const same = stated.sha256 === journey.signed.sha256;
      return observed(valid && same, DEMO_STEPS.receipt.seen(valid, same, String(stated.acceptedAt)));
    },
  };
}

/** The receiver has exactly the bytes that were signed, once, and the gateway says so. */
function deliveryStep(journey: Journey, transport: string, organisation: string, ledger: Ledger, name: Texts): Step {
  return {
    name,
    expected: DEMO_STEPS.delivery.expected(inBoth(TRANSPORTS, transport)),
    async run() {
      const { id } = accepted(journey);
      return awaitObserved(journey.patience, async () => {
        const taken = ledger.lines.filter((line) => line.message === id && line.organisation === organisation);
        const delivery = await deliveryTo(journey, organisation);
        const last = taken.at(-1);
        if (last === undefined) {
          return observed(false, DEMO_STEPS.delivery.nothing(stateOf(delivery)));
        }
        const same = taken.every((line) => line.sha256 === journey.signed.sha256 && line.delivery === delivery?.id);
        const ok = same && reached(transport, delivery?.transport);
        const seen = `${last.size} byte, SHA-256 ${last.sha256.slice(0, 16)}…`;
        return observed(ok, DEMO_STEPS.delivery.seen(seen, same, stateOf(delivery)));
      });
    },
  };
}

/** What a hub was handed counts as arrived only when the addressee behind it says so. */
function platformReportStep(journey: Journey): Step {
  const { organisation, name } = journey.world.receivers.platform;
  return {
    name: DEMO_STEPS.platformReport.name(name),
    expected: DEMO_STEPS.platformReport.expected(TRANSPORTS.arrived),
    async run() {
      const delivery = await deliveryTo(journey, organisation);
      if (delivery === undefined) return observed(false, DEMO_STEPS.platformReport.noDelivery);
      const sent = await journey.clients.platform.sendStatus(delivery.id, { code: '01' });
      if (!sent.ok) return refused(sent);
      return awaitObserved(journey.patience, async () => {
        const now = await deliveryTo(journey, organisation);
        return observed(
          now?.transport === 'arrived' && now.business.furthest === '01',
          DEMO_STEPS.platformReport.seen(stateOf(now), now?.business.furthest ?? '—'),
        );
      });
    },
  };
}

function unreachableStep(journey: Journey): Step {
  const { organisation, name } = journey.world.receivers.unreachable;
  return {
    name: DEMO_STEPS.unreachable.name(name),
    expected: DEMO_STEPS.unreachable.expected(inBoth(TRANSPORTS, 'retrying')),
    run: () =>
      awaitObserved(journey.patience, async () => {
        const delivery = await deliveryTo(journey, organisation);
        const next = delivery?.nextAttemptAt ?? null;
        const why = delivery?.problem?.title ?? '';
        return observed(
          delivery?.transport === 'retrying' && next !== null && why !== '',
          DEMO_STEPS.unreachable.seen(stateOf(delivery), next ?? '—', why),
        );
      }),
  };
}

function statusStep(journey: Journey): Step {
  const { push } = journey.world.receivers;
  return {
    name: DEMO_STEPS.status.name(push.name),
    expected: DEMO_STEPS.status.expected(journey.world.sender.name),
    async run() {
      const delivery = await deliveryTo(journey, push.organisation);
      if (delivery === undefined) return observed(false, DEMO_STEPS.status.noDelivery);
      const sent = await journey.clients.push.sendStatus(delivery.id, { code: '03', staff: STAFF });
      if (!sent.ok) return refused(sent);
      return awaitObserved(journey.patience, async () => {
        const back = journey.ledgers.sender.lines.some(
          (line) => line.message === sent.value.id && line.kind === 'status',
        );
        const now = await deliveryTo(journey, push.organisation);
        const furthest = now?.business.furthest ?? '—';
        return observed(back && furthest === '03', DEMO_STEPS.status.seen(back, furthest));
      });
    },
  };
}

/** The copy that waits is stopped, the others are asked, one addressee agrees, and the sender sees who did. */
function revokeStep(journey: Journey): Step {
  const { push, inbox, platform, unreachable } = journey.world.receivers;
  return {
    name: DEMO_STEPS.revoke.name(journey.world.sender.name),
    expected: DEMO_STEPS.revoke.expected(unreachable.name, inBoth(TRANSPORTS, 'cancelled'), push.name),
    async run() {
      const revoked = await journey.clients.sender.submit(journey.revocation.bytes);
      if (!revoked.ok) return refused(revoked);
      journey.revoked = revoked.value;
      const { id, deliveries } = revoked.value;
      const own = deliveries.find(({ organisation }) => organisation === push.organisation)?.id ?? '';
      const came = await awaitObserved(journey.patience, () => {
        const taken = journey.ledgers.push.lines.some((line) => line.message === id && line.delivery === own);
        return Promise.resolve(observed(taken, DEMO_STEPS.revoke.notTold(push.name)));
      });
      if (!came.ok) return came;
      const answered = await journey.clients.push.sendStatus(own, { code: '15', description: AGREEMENT });
      if (!answered.ok) return refused(answered);
      return awaitObserved(journey.patience, async () => {
        const letter = await journey.clients.sender.message(accepted(journey).id);
        if (!letter.ok) return refused(letter);
        const copies = new Map(letter.value.deliveries.map((copy) => [copy.organisation, copy]));
        const stopped = copies.get(unreachable.organisation)?.transport ?? '—';
        const acted = letter.value.related.actedOnBy.find((one) => one.id === id && one.kind === 'revoke');
        const asked = [push, inbox, platform].map(({ organisation }) => ({
          organisation,
          copy: copies.get(organisation)?.recall ?? 'none',
          answer: acted?.answers.find((one) => one.organisation === organisation)?.recall ?? '—',
        }));
        const ok =
          stopped === 'cancelled' &&
          asked.every(({ organisation, copy, answer }) => {
            const expected = organisation === push.organisation ? 'agreed' : 'asked';
            return copy === expected && answer === expected;
          });
        const holders = [
          { organisation: unreachable.organisation, state: inBoth(TRANSPORTS, stopped) },
          ...asked.map(({ organisation, answer }) => ({ organisation, state: inBoth(RECALLS, answer) })),
        ];
        return observed(ok, DEMO_STEPS.revoke.seen(holders));
      });
    },
  };
}

function repeatStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.repeat),
    async run() {
      const first = accepted(journey);
      const answer = await journey.clients.sender.submit(journey.signed.bytes);
      if (!answer.ok) return refused(answer);
      const { body, signature } = answer.value.receipt;
      const same = answer.value.id === first.id && body === first.receipt.body && signature === first.receipt.signature;
      return observed(answer.status === 200 && same, DEMO_STEPS.repeat.seen(answer.status, same));
    },
  };
}

/** One byte of the subject is changed after signing. */
function tamperedStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.tampered),
    async run() {
      const answer = await journey.clients.sender.submit(journey.tampered);
      if (answer.ok) return observed(false, DEMO_STEPS.tampered.accepted(answer.status));
      const { code, title, detail = '' } = answer.problem;
      const readable = title !== '' && detail !== '';
      return observed(
        answer.status === 422 && code === 'signature-invalid' && readable,
        bothWays(`HTTP ${answer.status} ${code}: ${title} ${detail}`),
      );
    },
  };
}

function summaryStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.summary),
    async run() {
      const answer = await journey.clients.sender.message(accepted(journey).id);
      if (!answer.ok) return refused(answer);
      journey.message = answer.value;
      const { arrived, total } = answer.value.summary;
      return observed(arrived === 3 && total === 4, DEMO_STEPS.summary.seen({ arrived, total }));
    },
  };
}

function traceStep(journey: Journey): Step {
  return {
    ...namesOf(DEMO_STEPS.trace),
    async run() {
      const { id, deliveries } = accepted(journey);
      const answer = await journey.clients.sender.trace(id);
      if (!answer.ok) return refused(answer);
      journey.trace = answer.value;
      const { timeline } = answer.value;
      const told = deliveries.filter((one) => timeline.some((line) => line.delivery === one.id));
      return observed(
        timeline.some((line) => line.act === 'message.accept') && told.length === deliveries.length,
        DEMO_STEPS.trace.seen(timeline.length, told.length, deliveries.length),
      );
    },
  };
}

/** Proves as an inspector would a year later: from the container alone, the authority's root and the gateway's key. */
function evidenceStep(journey: Journey, anchorPath: string): Step {
  return {
    ...namesOf(DEMO_STEPS.evidence),
    async run() {
      const { sender } = journey.clients;
      const { id, receipt } = accepted(journey);
      const [container, gatewayKey] = [join(journey.folder, 'evidence.asice'), join(journey.folder, 'gateway.pem')];
      const fetched = await sender.downloadEvidence(id, container);
      if (!fetched.ok) return refused(fetched);
      const keys = await sender.keys();
      if (!keys.ok) return refused(keys);
      await writeFile(gatewayKey, keys.value.keys.find(({ keyId }) => keyId === receipt.keyId)?.publicKey ?? '');
      const options = { lang: 'vi', trust: [anchorPath], gatewayKey: [gatewayKey] } as const;
      const { verdict, cause } = await checkFile(container, options, new Date());
      journey.evidence = [container, '--trust', anchorPath, '--gateway-key', gatewayKey];
      return observed(
        verdict === 'passed',
        DEMO_STEPS.evidence.seen(inBoth(CHECK_RESULTS, verdict), cause?.code ?? '', container),
      );
    },
  };
}

async function deliveryTo(journey: Journey, organisation: string): Promise<DeliveryAnswer | undefined> {
  const answer = await journey.clients.sender.message(accepted(journey).id);
  if (!answer.ok) throw new Error(`${answer.problem.code}: ${answer.problem.title}`);
  return answer.value.deliveries.find((delivery) => delivery.organisation === organisation);
}

function accepted(journey: Journey): ReceivedAnswer {
  if (journey.accepted === undefined) throw new Error('no message was accepted before this step');
  return journey.accepted;
}

/** A step that comes late may find the delivery further on than it was to be seen. */
function reached(expected: string, transport: string | undefined): boolean {
  return transport === expected || (expected === 'handed-over' && transport === 'arrived');
}

function stateOf(delivery: DeliveryAnswer | undefined): Texts {
  return delivery === undefined ? bothWays('—') : inBoth(TRANSPORTS, delivery.transport);
}

/** The name of a step and what is to be seen. */
function namesOf({ name, expected }: Pick<Step, 'name' | 'expected'>): Pick<Step, 'name' | 'expected'> {
  return { name, expected };
}

function refused(answer: Answer<unknown> & { ok: false }): Observed {
  return observed(false, bothWays(`HTTP ${answer.status} ${answer.problem.code}: ${answer.problem.title}`));
}
