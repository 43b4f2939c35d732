// PDF files made object by object, revision by revision, and signed: right ones, and every way of cheating a reader.

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { makeCms } from './cms.ts';
import type { CmsOptions, TestHash } from './cms.ts';

/** Body of an object by its number; null frees it. */
export type Objects = Readonly<Record<number, string | Buffer | null>>;

export interface RevisionOptions {
  /** Keys of the trailer besides Size, Root and Prev. */
  readonly trailer?: string;
  readonly root?: number;
  /** How objects are found. `hybrid`: a table, with the objects in `hidden` only in a stream beside it. */
  readonly form?: 'table' | 'stream' | 'hybrid';
  readonly hidden?: readonly number[];
  /** Objects that go into an object stream of this number (form `stream`). */
  readonly packed?: { readonly container: number; readonly objects: readonly number[] };
  /** Changes an entry's offset. */
  readonly misplace?: (object: number, offset: number) => number;
  readonly prev?: number | null;
  readonly size?: number;
}

const EOL = '\n';

/** A minimal document: one page with text. Objects 1 to 5 are catalog, pages, page, content, font. */
export const BASE_OBJECTS: Objects = {
  1: '<< /Type /Catalog /Pages 2 0 R >>',
  2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  4: stream('BT /F1 12 Tf 72 770 Td (Pay 100) Tj ET'),
  5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
};

export function stream(content: string | Buffer, dictionary = ''): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    Buffer.from(`<< /Length ${bytes.length} ${dictionary}>>${EOL}stream${EOL}`),
    bytes,
    Buffer.from(`${EOL}endstream`),
  ]);
}

export function startOfFile(): Buffer {
  return Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n', 'latin1');
}

export function makeDocument(objects: Objects = BASE_OBJECTS, options: RevisionOptions = {}): Buffer {
  return addRevision(startOfFile(), objects, options);
}

/** Where the last cross-reference section of a file begins. */
export function lastSection(file: Buffer): number {
  const tail = file.toString('latin1').lastIndexOf('startxref');
  return Number(/startxref\s+(\d+)/.exec(file.toString('latin1', tail))?.[1]);
}

/** The file with one more revision. */
export function addRevision(file: Buffer, objects: Objects, options: RevisionOptions = {}): Buffer {
  const {
    trailer = '',
    root = 1,
    form = 'table',
    hidden = [],
    packed,
    misplace = (_object: number, offset: number) => offset,
  } = options;
  const isFirst = !file.includes('startxref');
  const previous = options.prev !== undefined ? options.prev : isFirst ? null : lastSection(file);
  const parts: Buffer[] = [file];
  let at = file.length;
  const add = (bytes: Buffer): void => {
    parts.push(bytes);
    at += bytes.length;
  };
  const rows = new Map<number, Row>(isFirst ? [[0, { kind: 0, a: 0, b: 65535 }]] : []);
  const inStream = new Set(packed?.objects);
  for (const [key, body] of Object.entries(objects)) {
    const object = Number(key);
    if (inStream.has(object)) continue;
    if (body === null) {
      rows.set(object, { kind: 0, a: 0, b: 1 });
      continue;
    }
    rows.set(object, { kind: 1, a: misplace(object, at), b: 0 });
    add(Buffer.concat([Buffer.from(`${object} 0 obj${EOL}`), Buffer.from(body), Buffer.from(`${EOL}endobj${EOL}`)]));
  }
  if (packed !== undefined) {
    rows.set(packed.container, { kind: 1, a: at, b: 0 });
    packed.objects.forEach((object, index) => rows.set(object, { kind: 2, a: packed.container, b: index }));
    add(objectStream(packed.container, packed.objects, objects));
  }
  const highest = Math.max(...rows.keys(), ...(isFirst ? [0] : sizesIn(file).map((size) => size - 1)));
  const size = options.size ?? highest + (form === 'table' ? 1 : 2);
  const keys = `/Size ${size} /Root ${root} 0 R ${previous === null ? '' : `/Prev ${previous} `}${trailer}`;
  if (form === 'stream') {
    const section = at;
    const own = size - 1;
    rows.set(own, { kind: 1, a: section, b: 0 });
    add(Buffer.concat([Buffer.from(`${own} 0 obj${EOL}`), xrefStream(rows, keys), Buffer.from(`${EOL}endobj${EOL}`)]));
    add(Buffer.from(`startxref${EOL}${section}${EOL}%%EOF${EOL}`));
    return Buffer.concat(parts);
  }
  let extra = '';
  const shown = new Map(rows);
  if (form === 'hybrid') {
    extra = ` /XRefStm ${at}`;
    const beside = new Map([...rows].filter(([object]) => hidden.includes(object)));
    for (const object of hidden) shown.set(object, { kind: 0, a: 0, b: 0 });
    add(
      Buffer.concat([
        Buffer.from(`${size - 1} 0 obj${EOL}`),
        xrefStream(beside, keys),
        Buffer.from(`${EOL}endobj${EOL}`),
      ]),
    );
  }
  const section = at;
  add(
    Buffer.from(
      `${xrefTable(shown)}trailer${EOL}<< ${keys}${extra} >>${EOL}startxref${EOL}${section}${EOL}%%EOF${EOL}`,
    ),
  );
  return Buffer.concat(parts);
}

interface Row {
  readonly kind: 0 | 1 | 2;
  readonly a: number;
  readonly b: number;
}

function sizesIn(file: Buffer): number[] {
  return [...file.toString('latin1').matchAll(/\/Size (\d+)/g)].map((match) => Number(match[1]));
}

function xrefTable(rows: ReadonlyMap<number, Row>): string {
  const lines = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([object, { kind, a, b }]) => {
      const row = `${String(a).padStart(10, '0')} ${String(b).padStart(5, '0')} ${kind === 0 ? 'f' : 'n'} \n`;
      return `${object} 1\n${row}`;
    });
  return `xref\n${lines.join('')}`;
}

function xrefStream(rows: ReadonlyMap<number, Row>, keys: string): Buffer {
  const list = [...rows].sort(([a], [b]) => a - b);
  const bytes = Buffer.concat(
    list.map(([, { kind, a, b }]) => {
      const row = Buffer.alloc(7);
      row.writeUIntBE(kind, 0, 1);
      row.writeUIntBE(a, 1, 4);
      row.writeUIntBE(b & 0xffff, 5, 2);
      return row;
    }),
  );
  const index = list.map(([object]) => `${object} 1`).join(' ');
  return stream(deflateSync(bytes), `/Type /XRef /W [1 4 2] /Index [${index}] /Filter /FlateDecode ${keys}`);
}

function objectStream(container: number, numbers: readonly number[], objects: Objects): Buffer {
  const bodies = numbers.map((object) => `${String(objects[object])}\n`);
  let offset = 0;
  const head = numbers.map((object, index) => {
    const pair = `${object} ${offset}`;
    offset += Buffer.byteLength(bodies[index] ?? '');
    return pair;
  });
  const first = `${head.join(' ')}\n`;
  const body = stream(
    deflateSync(Buffer.from(first + bodies.join(''))),
    `/Type /ObjStm /N ${numbers.length} /First ${first.length} /Filter /FlateDecode `,
  );
  return Buffer.concat([Buffer.from(`${container} 0 obj${EOL}`), body, Buffer.from(`${EOL}endobj${EOL}`)]);
}

export interface SignOptions extends RevisionOptions {
  readonly cms: Omit<CmsOptions, 'spoil'> & Pick<CmsOptions, 'spoil'>;
  readonly subFilter?: string;
  /** Object numbers of field and signature. */
  readonly field: number;
  readonly name?: string;
  /** Catalog and page as they shall be with the new field, and whatever else the revision holds. */
  readonly objects: Objects;
  readonly rect?: string;
  /** Keys of the signature dictionary besides the usual. */
  readonly keys?: string;
  /** Keys of the field besides the usual. */
  readonly fieldKeys?: string;
  /** Bytes reserved for Contents. */
  readonly room?: number;
  /** Writes the byte range, given the right one. */
  readonly byteRange?: (right: readonly [number, number, number, number]) => string;
  /** Makes Contents from the digest of the ranges instead. */
  readonly contents?: (signed: Buffer) => Buffer;
  /** Hexadecimal digits of Contents, given the right ones. */
  readonly hex?: (digits: string) => string;
}

const RANGE_ROOM = 60;

/** Adds a revision with a signature in a new field, and signs the file. */
export function addSignature(file: Buffer, options: SignOptions): Buffer {
  const {
    field,
    objects,
    name = `Signature${field}`,
    rect = '0 0 0 0',
    keys = '',
    fieldKeys = '',
    room = 12_000,
  } = options;
  const signature = field + 1;
  const subFilter = options.subFilter ?? 'adbe.pkcs7.detached';
  const body = `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /${subFilter} ${keys} /ByteRange ${'*'.repeat(RANGE_ROOM)} /Contents <${'0'.repeat(room * 2)}> >>`;
  const unsigned = addRevision(
    file,
    {
      ...objects,
      [field]: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${name}) /F 132 /Rect [${rect}] /P 3 0 R /V ${signature} 0 R ${fieldKeys}>>`,
      [signature]: body,
    },
    options,
  );
  return signPlaceholder(unsigned, file.length, options);
}

/** Fills in the byte range and the Contents of the placeholder behind `from`. */
export function signPlaceholder(
  unsigned: Buffer,
  from: number,
  options: Omit<SignOptions, 'field' | 'objects'>,
): Buffer {
  const signed = Buffer.from(unsigned);
  const range = signed.indexOf('*'.repeat(RANGE_ROOM), from);
  const gap = signed.indexOf('<', signed.indexOf('/Contents <', range) + 1);
  const resume = signed.indexOf('>', gap) + 1;
  const right = [0, gap, resume, signed.length - resume] as const;
  const text = (options.byteRange ?? ((numbers) => `[${numbers.join(' ')}]`))(right);
  signed.write(text.padEnd(RANGE_ROOM), range, 'latin1');
  const content = Buffer.concat([signed.subarray(0, gap), signed.subarray(resume)]);
  const hash: TestHash = options.cms.hash ?? 'sha256';
  const cms =
    options.contents?.(content) ??
    makeCms(createHash(hash).update(content).digest(), { signingTime: null, ...options.cms });
  const digits = (options.hex ?? ((right) => right))(cms.toString('hex').padEnd(resume - gap - 2, '0'));
  if (digits.length !== resume - gap - 2) throw new Error('Contents do not fit');
  signed.write(`<${digits}>`, gap, 'latin1');
  return signed;
}

/** Catalog and page of a document with these fields. */
export function withFields(fields: readonly number[], more: { catalog?: string; page?: string } = {}): Objects {
  const list = fields.map((field) => `${field} 0 R`).join(' ');
  return {
    1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${list}] /SigFlags 3 >> ${more.catalog ?? ''}>>`,
    3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [${list}] ${more.page ?? ''}>>`,
  };
}
