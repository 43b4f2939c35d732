// Opens multipart/form-data of one part `metadata` and file parts, in any order. Files are spooled while they come in;
// the metadata is checked as soon as it is whole, so that a forbidden package is refused before the rest has come.

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import busboy, { type Busboy } from 'busboy';
import { refuse, type Refusal, type Result } from '../../../core/problems/finding.ts';
import type { Metadata } from '../../../core/formats/agency/metadata.ts';
import { partKey, readMetadata, type AgencyPart } from '../../../core/formats/agency/read.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { Spool, SpoolFile } from '../../../ports/spool.ts';
import { AGENCY_LIMITS, type ContainerLimits } from './limits.ts';
import { brokenContainer, openedFrom, type OpenedAgencyPackage } from './opened.ts';
import { isStorageFault, range } from './random-access.ts';

/** Name of the form part; its type is `application/json`. */
const METADATA_PART = 'metadata';

/** Names of parts are short; a header of a part holds a name, a file name and a type. */
const PART_LIMITS = { fieldNameSize: 100, headerPairs: 20 } as const;

/**
 * The package in a request's body. `contentType` is the request's, with its boundary. Spooled files are closed with the
 * answered package, and at once after a refusal or a failure of the body; faults of the body and of storage reject.
 */
export async function openAgencyForm(
  body: AsyncIterable<Buffer>,
  contentType: string,
  spool: Spool,
  limits: ContainerLimits = AGENCY_LIMITS,
): Promise<Result<OpenedAgencyPackage>> {
  const reading = new FormReading(spool, limits);
  try {
    const broken = await feed(body, contentType, reading, limits);
    const refusal = reading.refusal ?? broken;
    if (refusal !== undefined) {
      await reading.close();
      return refusal;
    }
    const { metadata } = reading;
    if (metadata !== undefined) return await openedFrom('multipart', metadata, reading.parts, () => reading.close());
    await reading.close();
    return refuse('metadata-missing');
  } catch (error) {
    await reading.close();
    throw error;
  }
}

/** Feeds the parser; answers the form's own fault. */
async function feed(
  body: AsyncIterable<Buffer>,
  contentType: string,
  reading: FormReading,
  limits: ContainerLimits,
): Promise<Refusal | undefined> {
  const parser = parserFor(contentType, limits);
  if (parser === undefined) return brokenContainer('boundary');
  const seen = { broken: false };
  const over = new Promise<void>((resolve) => {
    parser.on('close', resolve).on('error', () => {
      seen.broken = true;
    });
  });
  parser.on('file', (name, stream, { filename, encoding, mimeType }) => {
    // A part without a reader may fail too; a reader sees the failure itself.
    stream.on('error', () => undefined);
    reading.begin(parser, takePart(reading, stream, { name, filename, encoding, mimeType }));
  });
  parser.on('field', (name, text, { encoding, mimeType, valueTruncated }) => {
    if (valueTruncated) reading.refuse(refuse('payload-too-large', { limit: limits.metadataBytes }));
    else reading.takeMetadata({ name, encoding, mimeType }, bytesOf(text));
    if (reading.refusal !== undefined) parser.destroy();
  });
  parser.on('filesLimit', () => reading.refuse(refuse('attachment-too-many', { limit: limits.files })));
  parser.on('fieldsLimit', () => reading.refuse(brokenContainer('field')));
  try {
    for await (const chunk of body) {
      if (parser.destroyed) break;
      await written(parser, chunk);
    }
    if (!parser.destroyed) parser.end();
    await over;
  } finally {
    parser.destroy();
    await reading.settled();
  }
  return seen.broken ? brokenContainer('form') : undefined;
}

function parserFor(contentType: string, { files, fileBytes, metadataBytes }: ContainerLimits): Busboy | undefined {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      preservePath: true,
      // The parser gives text as bytes, one a character, so that it does not silently repair bad UTF-8.
      defCharset: 'latin1',
      defParamCharset: 'utf8',
      limits: {
        ...PART_LIMITS,
        fields: 1,
        fieldSize: metadataBytes + 1,
        files: files + 1,
        fileSize: Math.max(fileBytes, metadataBytes) + 1,
        parts: files + 2,
      },
    });
  } catch {
    return undefined;
  }
}

/** Resolves when the parser has taken the bytes, or has stopped taking any. */
function written(parser: Busboy, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    parser.once('close', resolve);
    parser.write(chunk, () => {
      parser.off('close', resolve);
      resolve();
    });
  });
}

interface PartHeader {
  readonly name: string;
  readonly encoding: string;
  readonly mimeType: string;
}

const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

async function takePart(
  reading: FormReading,
  stream: Readable,
  header: PartHeader & { readonly filename: string | undefined },
): Promise<void> {
  const pieces: AsyncIterable<Buffer> = stream;
  if (header.name === METADATA_PART) {
    const whole: Buffer[] = [];
    for await (const piece of pieces) if (reading.holds(piece)) whole.push(piece);
    reading.takeMetadata(header, Buffer.concat(whole));
    return;
  }
  if (header.filename === undefined || header.filename === '') reading.refuse(brokenContainer('file-name'));
  else if (!PLAIN_ENCODINGS.has(header.encoding)) reading.refuse(brokenContainer('transfer-encoding', header.filename));
  else await reading.takeFile(header.filename, pieces);
}

/** The state of a form that is being read. */
class FormReading {
  metadata: { readonly value: Metadata; readonly size: number; readonly sha256: string } | undefined;
  refusal: Refusal | undefined;
  readonly parts: AgencyPart[] = [];
  readonly #spool: Spool;
  readonly #limits: ContainerLimits;
  readonly #spooled: SpoolFile[] = [];
  readonly #keys = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #held = 0;
  #total = 0;
  #metadataSeen = false;

  constructor(spool: Spool, limits: ContainerLimits) {
    this.#spool = spool;
    this.#limits = limits;
  }

  /** Keeps the first refusal only. */
  refuse(refusal: Refusal): void {
    this.refusal ??= refusal;
  }

  /** Keeps the parser going until the part is taken, and stops it after a refusal or a failure. */
  begin(parser: Busboy, taking: Promise<void>): void {
    const ended = taking
      .catch((error: unknown) => {
        // The parser reports its own aborts.
        if (error instanceof ProblemError || isStorageFault(error)) this.#failure ??= { error };
      })
      .finally(() => {
        this.#pending.delete(ended);
        if (this.refusal !== undefined || this.#failure !== undefined) parser.destroy();
      });
    this.#pending.add(ended);
  }

  /** Resolves when no part is being taken; rejects with the fault of storage that stopped one. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Whether there is room for this piece of metadata. */
  holds(piece: Buffer): boolean {
    this.#held += piece.length;
    if (this.#held <= this.#limits.metadataBytes) return true;
    this.refuse(refuse('payload-too-large', { limit: this.#limits.metadataBytes }));
    return false;
  }

  takeMetadata({ name, encoding, mimeType }: PartHeader, bytes: Buffer): void {
    if (name !== METADATA_PART) this.refuse(brokenContainer('field'));
    else if (this.#metadataSeen) this.refuse(brokenContainer('metadata-twice'));
    else if (mimeType !== 'application/json') this.refuse(refuse('unsupported-media-type'));
    else if (!PLAIN_ENCODINGS.has(encoding)) this.refuse(brokenContainer('transfer-encoding'));
    this.#metadataSeen = true;
    if (this.refusal !== undefined) return;
    const read = readMetadata(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (read.ok) this.metadata = { value: read.value, size: bytes.length, sha256 };
    else this.refuse(read);
  }

  async takeFile(name: string, pieces: AsyncIterable<Buffer>): Promise<void> {
    if (this.#keys.has(partKey(name))) this.refuse(brokenContainer('duplicate', name));
    this.#keys.add(partKey(name));
    if (this.refusal !== undefined) return;
    if (this.parts.length >= this.#limits.files) {
      this.refuse(refuse('attachment-too-many', { limit: this.#limits.files }));
      return;
    }
    const file = await this.#spool.open();
    this.#spooled.push(file);
    const hash = createHash('sha256');
    for await (const piece of pieces) {
      this.#total += piece.length;
      const { fileBytes, totalBytes } = this.#limits;
      const limit = file.size + piece.length > fileBytes ? fileBytes : totalBytes;
      if (file.size + piece.length > fileBytes || this.#total > totalBytes) {
        this.refuse(refuse('attachment-too-large', { name, limit }));
        return;
      }
      hash.update(piece);
      await file.write(piece);
    }
    const { size } = file;
    this.parts.push({ name, size, sha256: hash.digest('hex'), open: () => range(file, 0, size) });
  }

  async close(): Promise<void> {
    for (const file of this.#spooled.splice(0)) await file.close();
  }
}

/**
 * The bytes of a part's text. The parser gives one byte a character, unless the part states a character set: then the
 * text is decoded, and Vietnamese has characters beyond the first 256.
 */
function bytesOf(text: string): Buffer {
  // eslint-disable-next-line no-control-regex -- the pattern matches the first 256 characters
  return Buffer.from(text, /^[\u0000-\u00ff]*$/.test(text) ? 'latin1' : 'utf8');
}
