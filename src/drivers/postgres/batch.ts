// Runs many small calls in few commits. A commit costs one wait for the disk, large or small, so calls that come at the
// same time share one.

export interface BatchOptions<In> {
  /** Most items of one run. */
  readonly size: number;
  /** Milliseconds a call may wait for further calls while another run is under way; a lone call does not wait. */
  readonly wait: number;
  /** Runs under way at once. */
  readonly inFlight: number;
  /** Items with a key in common never stand in the same run. */
  readonly keys?: (item: In) => readonly string[];
  /** Whether to repeat a failed run one by one: not when every item would meet the same fault. */
  readonly divisible: (error: unknown) => boolean;
}

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers a function of one item; `run` carries out many items at once. `run` gives one result per item, in order; when
 * it rejects because of one item, each item is run by itself, so that the others do not fail with it.
 */
export function batched<In, Out>(
  options: BatchOptions<In>,
  run: (items: readonly In[]) => Promise<readonly Out[]>,
): (item: In) => Promise<Out> {
  const queue: Waiting<In, Out>[] = [];
  let running = 0;
  let timer: NodeJS.Timeout | null = null;
  let immediate = false;

  const schedule = (): void => {
    if (queue.length === 0 || running >= options.inFlight) return;
    if (running === 0 || queue.length >= options.size) {
      if (immediate) return;
      immediate = true;
      setImmediate(() => {
        immediate = false;
        flush();
      });
    } else {
      timer ??= setTimeout(flush, options.wait);
    }
  };

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (queue.length === 0 || running >= options.inFlight) return;
    const batch = take(queue, options);
    running += 1;
    void settle(batch, options, run).finally(() => {
      running -= 1;
      schedule();
    });
    schedule();
  };

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      schedule();
    });
}

/** Takes up to `size` waiting items without a key in common; the remaining items keep their order. */
function take<In, Out>(queue: Waiting<In, Out>[], options: BatchOptions<In>): readonly Waiting<In, Out>[] {
  const keysOf = options.keys;
  if (keysOf === undefined) return queue.splice(0, options.size);
  const batch: Waiting<In, Out>[] = [];
  const itemKeys = new Set<string>();
  const remainder: Waiting<In, Out>[] = [];
  for (const entry of queue.splice(0)) {
    const keys = keysOf(entry.item);
    if (batch.length < options.size && !keys.some((key) => itemKeys.has(key))) batch.push(entry);
    else remainder.push(entry);
    for (const key of keys) itemKeys.add(key);
  }
  queue.push(...remainder);
  return batch;
}

async function settle<In, Out>(
  batch: readonly Waiting<In, Out>[],
  options: BatchOptions<In>,
  run: (items: readonly In[]) => Promise<readonly Out[]>,
): Promise<void> {
  try {
    const results = await run(batch.map((entry) => entry.item));
    batch.forEach((entry, index) => {
      const result = results[index];
      if (result === undefined) entry.reject(new Error('the run gave no result for this item'));
      else entry.resolve(result);
    });
  } catch (error) {
    if (batch.length === 1 || !options.divisible(error)) {
      for (const member of batch) member.reject(error);
      return;
    }
    for (const waiting of batch) await settle([waiting], options, run);
  }
}
