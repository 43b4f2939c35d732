// What a receiver has taken, remembered so that it survives a power cut: the line is on disk before it acknowledges.

import { open, readFile, type FileHandle } from 'node:fs/promises';

export interface LedgerLine {
  readonly at: string;
  readonly delivery: string;
  readonly message: string;
  readonly organisation: string;
  readonly kind: string;
  /** Of the bytes that came, not of what their sender says of them. */
  readonly sha256: string;
  readonly size: number;
  /** The delivery was in the ledger already: taken once, given again. */
  readonly repeated: boolean;
}

/** Append-only file, kept in memory too. */
export class Ledger {
  readonly #lines: LedgerLine[] = [];
  readonly #seen = new Set<string>();
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, lines: readonly LedgerLine[]) {
    this.#file = file;
    for (const line of lines) this.#remember(line);
  }

  static async open(path: string): Promise<Ledger> {
    const file = await open(path, 'a');
    const text = await readFile(path);
    await file.truncate(text.lastIndexOf('\n') + 1);
    return new Ledger(file, await readLedger(path));
  }

  /** Every line written since this ledger was first opened. */
  get lines(): readonly LedgerLine[] {
    return this.#lines;
  }

  /** Resolves when the line is durable. */
  async append(line: Omit<LedgerLine, 'at' | 'repeated'>): Promise<void> {
    const whole = { at: new Date().toISOString(), ...line, repeated: this.#seen.has(line.delivery) };
    this.#remember(whole);
    const written = this.#last.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(whole)}\n`);
      await this.#file.datasync();
    });
    this.#last = written.catch(() => undefined);
    await written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  #remember(line: LedgerLine): void {
    this.#lines.push(line);
    this.#seen.add(line.delivery);
  }
}

/** Lines of a ledger; a last line that a kill cut short was never acknowledged and does not count. */
export async function readLedger(path: string): Promise<LedgerLine[]> {
  const whole = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as LedgerLine);
}
