// Scans attachments while their package is being received: content decoded from one piece of the body goes to the
// scanner before the next piece is read, so nothing is kept for the scanner, and a slow scanner slows the sender down.

import type { AttachmentTap } from '../../core/formats/tap.ts';
import type { ScanAnswer } from '../../core/verify/scan.ts';
import type { MalwareScanner, Scan } from '../../ports/malware-scanner.ts';

type Passed =
  | { readonly kind: 'begin'; readonly offset: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

/** One package's attachments on their way through the scanner, one after another. */
export class Scanning implements AttachmentTap {
  readonly #scanner: MalwareScanner;
  readonly #answers = new Map<number, ScanAnswer>();
  #passed: Passed[] = [];
  #scan: Scan | undefined;
  #offset = 0;

  constructor(scanner: MalwareScanner) {
    this.#scanner = scanner;
  }

  begin(offset: number): void {
    this.#passed.push({ kind: 'begin', offset });
  }

  bytes(decoded: Buffer): void {
    this.#passed.push({ kind: 'bytes', bytes: Buffer.from(decoded) });
  }

  end(): void {
    this.#passed.push({ kind: 'end' });
  }

  /** Hands the scanner the bytes that have passed since the last call. */
  async drain(): Promise<void> {
    const passed = this.#passed;
    this.#passed = [];
    for (const piece of passed) await this.#hand(piece);
  }

  /** The scanner's answers by the offset of the attachment; read them after the package. */
  get answers(): ReadonlyMap<number, ScanAnswer> {
    return this.#answers;
  }

  /** For a package that is not read to its end. */
  abandon(): void {
    this.#scan?.abandon();
  }

  async #hand(passed: Passed): Promise<void> {
    if (passed.kind === 'begin') {
      this.#scan = this.#scanner.scan();
      this.#offset = passed.offset;
    } else if (passed.kind === 'bytes') {
      await this.#scan?.write(passed.bytes);
    } else if (this.#scan !== undefined) {
      this.#answers.set(this.#offset, await this.#scan.end());
      this.#scan = undefined;
    }
  }
}
