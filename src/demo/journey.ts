// The way of one signed document through the gateway, told as steps. The driver knows the gateway's address and its
// clients' credentials; whatever it says it saw, it read in an answer of the interface or in what a receiver was given.

import { createPublicKey, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile } from '../cli/verify/verify.ts';
import type { DeliveryAnswer, MessageAnswer, ReceivedAnswer, TraceAnswer } from '../api/v1/messages.ts';
import type { Answer, GatewayClient } from '../client/gateway.ts';
import type { DemoPackage } from './document.ts';
import type { Ledger } from './ledger.ts';
import { awaitObserved, observed, type Observed, type Step, type Text } from './steps.ts';
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
    deliveryStep(journey, 'arrived', receivers.push.organisation, journey.ledgers.push, {
      vi: `${receivers.push.name} nhận qua HTTP`,
      en: `${receivers.push.name} takes the push`,
    }),
    deliveryStep(journey, 'arrived', receivers.inbox.organisation, journey.ledgers.inbox, {
      vi: `${receivers.inbox.name} tự lấy và xác nhận`,
      en: `${receivers.inbox.name} pulls and acknowledges`,
    }),
    deliveryStep(journey, 'handed-over', receivers.platform.organisation, journey.ledgers.platform, {
      vi: `${receivers.platform.name} lấy và xác nhận`,
      en: `${receivers.platform.name} pulls and acknowledges`,
    }),
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
    name: { vi: 'Xin mã truy cập', en: 'Ask for an access token' },
    expected: { vi: 'Bearer, có thời hạn', en: 'Bearer, with a lifetime' },
    async run() {
      const answer = await clients.sender.token();
      if (!answer.ok) return refused(answer);
      const type: string = answer.value.token_type;
      const seconds = answer.value.expires_in;
      return observed(type === 'Bearer' && seconds > 0, `${type}, ${seconds} giây`, `${type}, ${seconds} s`);
    },
  };
}

function submitStep(journey: Journey): Step {
  return {
    name: { vi: 'Gửi văn bản đã ký số tới 4 nơi nhận', en: 'Send a signed document to 4 addressees' },
    expected: { vi: 'đạt, tiếp nhận, 4 lượt gửi', en: 'passed, accepted, 4 deliveries' },
    async run() {
      const { bytes, documentId, sha256 } = journey.signed;
      const answer = await journey.clients.sender.submit(bytes, documentId);
      if (!answer.ok) return refused(answer);
      const { verdict, disposition, deliveries } = answer.value;
      journey.accepted = answer.value;
      const ok =
        verdict === 'passed' && disposition === 'accepted' && deliveries.length === 4 && answer.value.sha256 === sha256;
      return observed(ok, `HTTP ${answer.status}: ${verdict}, ${disposition}, ${deliveries.length} × delivery`);
    },
  };
}

/** With nothing but node:crypto and the key the gateway publishes; README shows the same with openssl. */
function receiptStep(journey: Journey): Step {
  return {
    name: { vi: 'Kiểm tra chữ ký trên biên nhận', en: 'Check the signature on the receipt' },
    expected: { vi: 'chữ ký đúng, đúng mã băm của gói tin', en: 'signature valid, hash is that of the package' },
    async run() {
      const { receipt } = accepted(journey);
      const answer = await journey.clients.sender.keys();
      if (!answer.ok) return refused(answer);
      const key = answer.value.keys.find(({ keyId }) => keyId === receipt.keyId);
      if (key === undefined) return observed(false, `không có khóa ${receipt.keyId}`, `no key ${receipt.keyId}`);
      const body = Buffer.from(receipt.body, 'base64');
      const valid = verify('sha256', body, createPublicKey(key.publicKey), Buffer.from(receipt.signature, 'base64'));
      const stated = JSON.parse(body.toString('utf8')) as { sha256?: unknown; acceptedAt?: unknown };
      const same = stated.sha256 === journey.signed.sha256;
      return observed(
        valid && same,
        `${valid ? 'chữ ký đúng' : 'CHỮ KÝ SAI'}, ${same ? 'đúng' : 'KHÁC'} mã băm, lúc ${String(stated.acceptedAt)}`,
        `signature ${valid ? 'valid' : 'INVALID'}, hash ${same ? 'the same' : 'DIFFERENT'}, at ${String(stated.acceptedAt)}`,
      );
    },
  };
}

/** The receiver has exactly the bytes that were signed, once, and the gateway says so. */
function deliveryStep(journey: Journey, transport: string, organisation: string, ledger: Ledger, name: Text): Step {
  return {
    name,
    expected: {
      vi: `đúng từng byte, trạng thái ${transport}`,
      en: `byte for byte the same, state ${transport}`,
    },
    async run() {
      const { id } = accepted(journey);
      return awaitObserved(journey.patience, async () => {
        const taken = ledger.lines.filter((line) => line.message === id && line.organisation === organisation);
        const delivery = await deliveryTo(journey, organisation);
        const last = taken.at(-1);
        if (last === undefined) {
          return observed(
            false,
            `chưa nhận được gì, trạng thái ${stateOf(delivery)}`,
            `nothing came, state ${stateOf(delivery)}`,
          );
        }
        const same = taken.every((line) => line.sha256 === journey.signed.sha256 && line.delivery === delivery?.id);
        const ok = same && reached(transport, delivery?.transport);
        const seen = `${last.size} byte, SHA-256 ${last.sha256.slice(0, 16)}…`;
        return observed(
          ok,
          `${seen} ${same ? 'đúng' : 'KHÁC'}, trạng thái ${stateOf(delivery)}`,
          `${seen} ${same ? 'the same' : 'DIFFERENT'}, state ${stateOf(delivery)}`,
        );
      });
    },
  };
}

/** What a hub was handed counts as arrived only when the addressee behind it says so. */
function platformReportStep(journey: Journey): Step {
  const { organisation, name } = journey.world.receivers.platform;
  return {
    name: { vi: `${name} báo 01: đã đến`, en: `${name} reports 01: arrived` },
    expected: { vi: 'trạng thái arrived', en: 'state arrived' },
    async run() {
      const delivery = await deliveryTo(journey, organisation);
      if (delivery === undefined) return observed(false, 'không thấy lượt gửi', 'no delivery found');
      const sent = await journey.clients.platform.sendStatus(delivery.id, { code: '01' });
      if (!sent.ok) return refused(sent);
      return awaitObserved(journey.patience, async () => {
        const now = await deliveryTo(journey, organisation);
        return observed(
          now?.transport === 'arrived' && now.business.furthest === '01',
          `trạng thái ${stateOf(now)}, xử lý ${now?.business.furthest ?? '—'}`,
          `state ${stateOf(now)}, handling ${now?.business.furthest ?? '—'}`,
        );
      });
    },
  };
}

function unreachableStep(journey: Journey): Step {
  const { organisation, name } = journey.world.receivers.unreachable;
  return {
    name: { vi: `${name} chưa kết nối được`, en: `${name} cannot be reached` },
    expected: { vi: 'trạng thái retrying, có giờ gửi lại', en: 'state retrying, with a time for the next try' },
    run: () =>
      awaitObserved(journey.patience, async () => {
        const delivery = await deliveryTo(journey, organisation);
        const next = delivery?.nextAttemptAt ?? null;
        const why = delivery?.problem?.title ?? '';
        return observed(
          delivery?.transport === 'retrying' && next !== null && why !== '',
          `trạng thái ${stateOf(delivery)}, lần tới ${next ?? '—'}: ${why}`,
          `state ${stateOf(delivery)}, next ${next ?? '—'}: ${why}`,
        );
      }),
  };
}

function statusStep(journey: Journey): Step {
  const { push } = journey.world.receivers;
  return {
    name: { vi: `${push.name} báo 03: đã tiếp nhận`, en: `${push.name} reports 03: registered` },
    expected: {
      vi: `về tới hộp thư của ${journey.world.sender.name}`,
      en: `comes back to ${journey.world.sender.name}`,
    },
    async run() {
      const delivery = await deliveryTo(journey, push.organisation);
      if (delivery === undefined) return observed(false, 'không thấy lượt gửi', 'no delivery found');
      const staff = { department: 'Văn phòng', staff: 'Văn thư' };
      const sent = await journey.clients.push.sendStatus(delivery.id, { code: '03', staff });
      if (!sent.ok) return refused(sent);
      return awaitObserved(journey.patience, async () => {
        const back = journey.ledgers.sender.lines.some(
          (line) => line.message === sent.value.id && line.kind === 'status',
        );
        const now = await deliveryTo(journey, push.organisation);
        const furthest = now?.business.furthest ?? '—';
        return observed(
          back && furthest === '03',
          `${back ? 'đã về' : 'chưa về'}, xử lý ${furthest}`,
          `${back ? 'came back' : 'did not come back'}, handling ${furthest}`,
        );
      });
    },
  };
}

/** The copy that waits is stopped, the others are asked, one addressee agrees, and the sender sees who did. */
function revokeStep(journey: Journey): Step {
  const { push, inbox, platform, unreachable } = journey.world.receivers;
  return {
    name: { vi: `${journey.world.sender.name} thu hồi văn bản`, en: `${journey.world.sender.name} revokes the letter` },
    expected: {
      vi: `${unreachable.name}: cancelled; ba nơi kia được hỏi, ${push.name} đồng ý (15)`,
      en: `${unreachable.name}: cancelled; the three others are asked, ${push.name} agrees (15)`,
    },
    async run() {
      const revoked = await journey.clients.sender.submit(journey.revocation.bytes);
      if (!revoked.ok) return refused(revoked);
      journey.revoked = revoked.value;
      const { id, deliveries } = revoked.value;
      const own = deliveries.find(({ organisation }) => organisation === push.organisation)?.id ?? '';
      const came = await awaitObserved(journey.patience, () => {
        const taken = journey.ledgers.push.lines.some((line) => line.message === id && line.delivery === own);
        return Promise.resolve(observed(taken, `${push.name} chưa nhận được`, `${push.name} was not told`));
      });
      if (!came.ok) return came;
      const answered = await journey.clients.push.sendStatus(own, { code: '15', description: 'Đồng ý trả lại' });
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
        const seen = asked.map(({ organisation, answer }) => `${organisation} ${answer}`).join(', ');
        return observed(ok, `${unreachable.organisation} ${stopped}; ${seen}`);
      });
    },
  };
}

function repeatStep(journey: Journey): Step {
  return {
    name: { vi: 'Gửi lại đúng gói tin ấy', en: 'Send the very same package again' },
    expected: { vi: 'HTTP 200, cùng một biên nhận', en: 'HTTP 200, the same receipt' },
    async run() {
      const first = accepted(journey);
      const answer = await journey.clients.sender.submit(journey.signed.bytes);
      if (!answer.ok) return refused(answer);
      const { body, signature } = answer.value.receipt;
      const same = answer.value.id === first.id && body === first.receipt.body && signature === first.receipt.signature;
      return observed(
        answer.status === 200 && same,
        `HTTP ${answer.status}, ${same ? 'cùng một biên nhận' : 'biên nhận KHÁC'}`,
        `HTTP ${answer.status}, ${same ? 'the same receipt' : 'ANOTHER receipt'}`,
      );
    },
  };
}

/** One byte of the subject is changed after signing. */
function tamperedStep(journey: Journey): Step {
  return {
    name: { vi: 'Gửi gói tin bị sửa một byte sau khi ký', en: 'Send a package with one byte changed after signing' },
    expected: { vi: 'bị từ chối: signature-invalid', en: 'refused: signature-invalid' },
    async run() {
      const answer = await journey.clients.sender.submit(journey.tampered);
      if (answer.ok) return observed(false, `HTTP ${answer.status}: ĐƯỢC TIẾP NHẬN`, `HTTP ${answer.status}: ACCEPTED`);
      const { code, title, detail = '' } = answer.problem;
      const readable = title !== '' && detail !== '';
      return observed(
        answer.status === 422 && code === 'signature-invalid' && readable,
        `HTTP ${answer.status} ${code}: ${title} ${detail}`,
      );
    },
  };
}

function summaryStep(journey: Journey): Step {
  return {
    name: { vi: 'Tổng hợp các nơi nhận', en: 'Count the addressees' },
    expected: { vi: '3 / 4 nơi đã đến', en: '3 of 4 arrived' },
    async run() {
      const answer = await journey.clients.sender.message(accepted(journey).id);
      if (!answer.ok) return refused(answer);
      journey.message = answer.value;
      const { arrived, total } = answer.value.summary;
      return observed(
        arrived === 3 && total === 4,
        `${arrived} / ${total} nơi đã đến`,
        `${arrived} of ${total} arrived`,
      );
    },
  };
}

function traceStep(journey: Journey): Step {
  return {
    name: { vi: 'Xem dòng thời gian', en: 'Read the timeline' },
    expected: {
      vi: 'có tiếp nhận, và mỗi nơi nhận ít nhất một dòng',
      en: 'the acceptance, and a line for each addressee',
    },
    async run() {
      const { id, deliveries } = accepted(journey);
      const answer = await journey.clients.sender.trace(id);
      if (!answer.ok) return refused(answer);
      journey.trace = answer.value;
      const { timeline } = answer.value;
      const told = deliveries.filter((one) => timeline.some((line) => line.delivery === one.id));
      return observed(
        timeline.some((line) => line.act === 'message.accept') && told.length === deliveries.length,
        `${timeline.length} dòng, ${told.length} / ${deliveries.length} nơi nhận`,
        `${timeline.length} lines, ${told.length} of ${deliveries.length} addressees`,
      );
    },
  };
}

/** As somebody would a year later: from the container alone, the authority's root and the gateway's key. */
function evidenceStep(journey: Journey, anchorPath: string): Step {
  return {
    name: { vi: 'Tải hồ sơ chứng cứ, tự kiểm tra', en: 'Fetch the evidence and prove it again' },
    expected: { vi: 'passed, không hỏi hệ thống', en: 'passed, without asking the gateway' },
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
      return observed(verdict === 'passed', `${verdict}${cause === null ? '' : ` ${cause.code}`}: ${container}`);
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

function stateOf(delivery: DeliveryAnswer | undefined): string {
  return delivery?.transport ?? '—';
}

function refused(answer: Answer<unknown> & { ok: false }): Observed {
  return observed(false, `HTTP ${answer.status} ${answer.problem.code}: ${answer.problem.title}`);
}
