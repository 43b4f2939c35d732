// Reads a message from bytes in one pass: the scanner's events go at once to the signature's digest and to the format's
// reader, so that the message is read from exactly the digested content.

import { createHash, type Hash } from 'node:crypto';
import { refuse, ok, type Finding, type Refusal, type Result } from '../problems/finding.ts';
import { FORMATS, NATIONAL_FORMAT, type FormatReader } from '../formats/index.ts';
import type { AttachmentTap } from '../formats/tap.ts';
import type { OpenedPackage } from './opened.ts';
import { SignatureReader } from '../signature/reader.ts';
import { XmlFault } from '../xml/fault.ts';
import type { XmlElement, XmlHandler } from '../xml/handler.ts';
import { XML_LIMITS, type XmlLimits } from '../xml/limits.ts';
import { XmlScanner } from '../xml/scanner.ts';

const BYTE_ORDER_MARK: Finding = { code: 'byte-order-mark', severity: 'info', facts: { offset: 0 } };

export interface PackageReaderOptions {
  readonly limits?: XmlLimits;
  /** Receives every attachment's decoded bytes as they pass. */
  readonly tap?: AttachmentTap | null;
}

/**
 * Opens one package from pieces of its bytes, in constant memory. After a refusal further pieces are ignored, so that a
 * caller may go on draining its source.
 */
export class PackageReader {
  readonly #hash: Hash = createHash('sha256');
  readonly #signature = new SignatureReader();
  readonly #reader: DetectedReader;
  readonly #scanner: XmlScanner;
  #size = 0;
  #refusal: Refusal | undefined;

  constructor({ limits = XML_LIMITS, tap = null }: PackageReaderOptions = {}) {
    this.#reader = new DetectedReader(tap);
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

  end(): Result<OpenedPackage> {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#size === 0) return refuse('body-empty');
    this.#refusal = refusalOf(() => this.#scanner.end());
    if (this.#refusal !== undefined) return this.#refusal;
    const reading = this.#reader.result();
    if (!reading.ok) return reading;
    const findings = this.#scanner.byteOrderMark
      ? [BYTE_ORDER_MARK, ...reading.value.findings]
      : reading.value.findings;
    return ok({
      message: reading.value.message,
      findings,
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
    if (error instanceof XmlFault) return refuse(error.code, error.facts, error.place);
    throw error;
  }
}

/** Hands the events to the reader of the format that the outermost element belongs to. */
class DetectedReader implements FormatReader {
  // A package of no known format goes to the reader of the national one, which names its fault.
  #reader: FormatReader;
  readonly #tap: AttachmentTap | null;

  constructor(tap: AttachmentTap | null) {
    this.#tap = tap;
    this.#reader = NATIONAL_FORMAT.reader(tap);
  }

  open(element: XmlElement): void {
    if (element.parent === null) {
      const format = FORMATS.find((candidate) => candidate.detect(element));
      if (format !== undefined && format !== NATIONAL_FORMAT) this.#reader = format.reader(this.#tap);
    }
    this.#reader.open(element);
  }

  text(bytes: Buffer, escaped: boolean, element: XmlElement, offset: number): void {
    this.#reader.text(bytes, escaped, element, offset);
  }

  close(element: XmlElement): void {
    this.#reader.close(element);
  }

  comment(element: XmlElement | null): void {
    this.#reader.comment?.(element);
  }

  cdata(bytes: Buffer, element: XmlElement, offset: number): void {
    this.#reader.cdata?.(bytes, element, offset);
  }

  result(): ReturnType<FormatReader['result']> {
    return this.#reader.result();
  }
}

/** The signature's reader goes first: content that it refuses is never read as a message. */
function alongside(first: XmlHandler, second: XmlHandler): XmlHandler {
  return {
    open(element) {
      first.open(element);
      second.open(element);
    },
    text(bytes, escaped, element, offset) {
      first.text(bytes, escaped, element, offset);
      second.text(bytes, escaped, element, offset);
    },
    close(element) {
      first.close(element);
      second.close(element);
    },
    comment(element) {
      first.comment?.(element);
      second.comment?.(element);
    },
    cdata(bytes, element, offset) {
      first.cdata?.(bytes, element, offset);
      second.cdata?.(bytes, element, offset);
    },
  };
}
