import type { WorkerEvents } from '../../src/gateway/events.ts';

type Told = { [Name in keyof WorkerEvents]: readonly [Name, ...Parameters<WorkerEvents[Name]>] }[keyof WorkerEvents];

/** The workers' events, kept in the order they were told. */
export function fakeEvents(): WorkerEvents & { readonly told: readonly Told[]; names(): readonly string[] } {
  const told: Told[] = [];
  return {
    told,
    names: () => told.map(([name]) => name),
    attempted: (...facts) => void told.push(['attempted', ...facts]),
    leaseLost: (...facts) => void told.push(['leaseLost', ...facts]),
    published: (...facts) => void told.push(['published', ...facts]),
    sequenced: (...facts) => void told.push(['sequenced', ...facts]),
    auditHeadSigned: () => void told.push(['auditHeadSigned']),
    noticeTold: (...facts) => void told.push(['noticeTold', ...facts]),
    auditHeadStamped: (...facts) => void told.push(['auditHeadStamped', ...facts]),
    timeStampFailed: (...facts) => void told.push(['timeStampFailed', ...facts]),
    swept: (...facts) => void told.push(['swept', ...facts]),
    taskFailed: (...facts) => void told.push(['taskFailed', ...facts]),
  };
}
