// The driver and the receivers of the demonstration against a gateway that is there already.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openGateway } from '../cli/messages/gateway-client.ts';
import type { GatewayClient } from '../client/gateway.ts';
import type { Language } from '../core/message/language.ts';
import { makeDemoPackages, tamperedCopy } from './document.ts';
import { runInboxReceiver } from './inbox-receiver.ts';
import { journeySteps, type Journey } from './journey.ts';
import { Ledger } from './ledger.ts';
import { startPushReceiver } from './push-receiver.ts';
import { runSteps, type StepResult } from './steps.ts';
import type { Party, World } from './world.ts';

export interface RunOptions {
  readonly language: Language;
  /** Seconds each wait may take, and for which lost connections are tried again. */
  readonly patience: number;
  /** Folder for what the sender fetches. */
  readonly folder: string;
  /** Folder where the receivers write down what they took. */
  readonly ledgers: string;
  readonly onStep: (number: number, result: StepResult) => void;
  readonly onTrouble?: (reason: string) => void;
  /** Ends the steps where they are. */
  readonly signal: AbortSignal;
}

export interface Finished {
  readonly journey: Journey;
  readonly results: readonly StepResult[];
  /** Ends the receivers; they go on until then, so that a person may try more. */
  close(): Promise<void>;
}

export async function runDemo(world: World, options: RunOptions): Promise<Finished> {
  await mkdir(options.ledgers, { recursive: true });
  const stopped = new AbortController();
  const clientOf = (party: Party, signal = options.signal): GatewayClient =>
    openGateway(
      { gateway: world.gateway, client: party.client, secret: party.secret },
      { patience: options.patience, language: options.language, signal },
    );
  const { sender, receivers } = world;
  const ledgers = {
    sender: await Ledger.open(join(options.ledgers, 'sender.jsonl')),
    push: await Ledger.open(join(options.ledgers, 'push.jsonl')),
    inbox: await Ledger.open(join(options.ledgers, 'inbox.jsonl')),
    platform: await Ledger.open(join(options.ledgers, 'platform.jsonl')),
  };
  const pushReceiver = await startPushReceiver({ ...receivers.push.listen, ledger: ledgers.push });
  const pullers = [
    { party: sender, ledger: ledgers.sender, limit: 50 },
    { party: receivers.inbox, ledger: ledgers.inbox, limit: 50 },
    { party: receivers.platform, ledger: ledgers.platform, limit: 1 },
  ].map(({ party, ledger, limit }) => {
    const client = clientOf(party, stopped.signal);
    const running = runInboxReceiver({ client, ledger, limit, wait: 5, signal: stopped.signal, ...trouble(options) });
    return { client, running };
  });
  const clients = { sender: clientOf(sender), push: clientOf(receivers.push), platform: clientOf(receivers.platform) };
  const { letter: signed, revocation } = await makeDemoPackages(world);
  const tampered = tamperedCopy(signed);
  const journey: Journey = {
    world,
    clients,
    ledgers,
    signed,
    revocation,
    tampered,
    patience: options.patience,
    folder: options.folder,
  };
  let number = 0;
  const results = await runSteps(journeySteps(journey), (result) => options.onStep(++number, result), options.signal);
  return {
    journey,
    results,
    async close() {
      stopped.abort();
      await Promise.all(pullers.map(({ running }) => running));
      for (const client of [...pullers.map((puller) => puller.client), ...Object.values(clients)]) client.close();
      await pushReceiver.close();
      await Promise.all(Object.values(ledgers).map((ledger) => ledger.close()));
    },
  };
}

function trouble({ onTrouble }: RunOptions): { onTrouble?: (reason: string) => void } {
  return onTrouble === undefined ? {} : { onTrouble };
}
