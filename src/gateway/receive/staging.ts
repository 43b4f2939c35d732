// Small packages stay in the database alone. A larger one goes to the content store while it is still being read, so
// that no package ever stands in memory whole.

import type { ContentStore, StagedContent } from '../../ports/content-store.ts';

/** Packages up to this many bytes are stored in the database, in the transaction that accepts them. */
export const INLINE_LIMIT = 64 * 1024;

/** Received bytes on their way to becoming durable. */
export class Staging {
  readonly #content: Pick<ContentStore, 'stage'>;
  #pieces: Buffer[] = [];
  #held = 0;
  #staged: StagedContent | undefined;

  constructor(content: Pick<ContentStore, 'stage'>) {
    this.#content = content;
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#staged !== undefined) return this.#staged.write(chunk);
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    if (this.#held <= INLINE_LIMIT) return;
    this.#staged = await this.#content.stage();
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) await this.#staged.write(piece);
  }

  /** Makes the bytes durable under their hash; answers them when they belong into the database. */
  async commit(sha256: string): Promise<Buffer | undefined> {
    if (this.#staged === undefined) return Buffer.concat(this.#pieces, this.#held);
    await this.#staged.commit(sha256);
    return undefined;
  }

  /** Removes staged bytes. Harmless after `commit`. */
  async discard(): Promise<void> {
    const staged = this.#staged;
    this.#pieces = [];
    this.#staged = undefined;
    await staged?.discard();
  }
}
