// Bytes in, message out, in one pass: the scanner's events go at once to the signature's digest and to the format's reader,
// so that what is read is exactly what was digested.

import { createHash, type Hash } from 'node:crypto';
import { step, type Refusal, type Step } from './finding.ts';
import { EdxmlReader } from './formats/edxml/read.ts';
import type { OpenedPackage } from './opened.ts';
import { SignatureReader } from './signature/reader.ts';
import { XmlFault } from './xml/fault.ts';
import { alongside } from './xml/handler.ts';
import { XML_LIMITS, type XmlLimits } from './xml/limits.ts';
import { XmlScanner } from './xml/scanner.ts';

/**
 * Opens one package from pieces of its bytes, in constant memory. After a refusal further pieces are ignored, so that a
 * caller may go on draining its source.
 */
export class PackageReader {
  readonly #hash: Hash = createHash('sha256');
  readonly #signature = new SignatureReader();
  readonly #reader: EdxmlReader;
  readonly #scanner: XmlScanner;
  #size = 0;
  #refusal: Refusal | undefined;

  constructor(limits: XmlLimits = XML_LIMITS) {
    this.#reader = new EdxmlReader();
    this.#scanner = new XmlScanner(alongside(this.#signature, this.#reader), limits);
  }

  /** The first refusal, as soon as it is known. */
  feed(chunk: Buffer): Refusal | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    this.#size += chunk.length;
    this.#hash.update(chunk);
    this.#refusal = refusalOf(() => this.#scanner.feed(chunk));
    return this.#refusal;
  }

  end(): Step<OpenedPackage> {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#size === 0) return { ok: false, code: 'body-empty', facts: {} };
    this.#refusal = refusalOf(() => this.#scanner.end());
    if (this.#refusal !== undefined) return this.#refusal;
    const read = this.#reader.result();
    if (!read.ok) return read;
    return step({
      ...read.value,
      signature: this.#signature.result(),
      sha256: this.#hash.digest('hex'),
      size: this.#size,
    });
  }
}

function refusalOf(scan: () => void): Refusal | undefined {
  try {
    scan();
    return undefined;
  } catch (error) {
    if (error instanceof XmlFault) return error.refusal();
    throw error;
  }
}
