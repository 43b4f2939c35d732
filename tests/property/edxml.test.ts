import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentBytes, writeStatus, type DocumentDraft } from '../../src/core/formats/edxml/write.ts';
import type { Organization, StatusMessage } from '../../src/core/message.ts';
import { chunksOf, documentPackage, pdf, type Dialect } from '../support/packages.ts';
import { codeOf, documentOf, readPackage, statusOf } from '../support/read-package.ts';

/** Text as offices write it and as nobody should: everything XML can carry, without blanks at the ends. */
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Array.from('abcXYZ 0129,./-ếỆđĐƯọ')) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '&',
      '<',
      '>',
      '"',
      "'",
      ']',
      '\n',
      '\r',
      '\t',
      '\u0301',
      '\u202e',
      '📄',
      '\u00a0',
      '\ufffd',
      '\u0085',
    ),
  },
);
const text = fc
  .array(character, { minLength: 1, maxLength: 30 })
  .map((characters) => characters.join('').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))
  .filter((written) => written.trim() !== '');
const organId = fc.tuple(fc.constantFrom('H99', '000.00', 'G99'), fc.nat(999)).map(([start, end]) => `${start}.${end}`);
const number = fc.nat(999_999_999);
const date = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((instant) => instant.toISOString().slice(0, 10));
const time = fc
  .tuple(date, fc.nat(23), fc.nat(59), fc.nat(59))
  .map(([day, ...parts]) => `${day}T${parts.map((part) => String(part).padStart(2, '0')).join(':')}`);

/** Fields that may be absent are absent, not undefined. */
function optional<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const organization: fc.Arbitrary<Organization> = fc.record(
  {
    organId,
    organizationInCharge: text,
    organName: text,
    organAdd: text,
    email: text,
    telephone: text,
    fax: text,
    website: text,
  },
  { requiredKeys: ['organId'] },
);
const responseFor = fc.record(
  { organId, code: text, documentId: text, promulgationDate: date },
  { requiredKeys: ['organId', 'code', 'documentId'] },
);
const filled = <T extends object>(of: fc.Arbitrary<T>) => of.filter((value) => Object.keys(value).length > 0);
const staffInfo = filled(optional({ department: text, staff: text, email: text, mobile: text }));
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 3 });

const draft: fc.Arbitrary<DocumentDraft> = fc.record(
  {
    kind: fc.constantFrom('new', 'revoke', 'update', 'replace'),
    from: organization,
    to: some(organization),
    documentId: text,
    code: fc.record({ codeNumber: text, codeNotation: text }),
    promulgationInfo: fc.record({ place: text, promulgationDate: date }, { requiredKeys: ['promulgationDate'] }),
    documentType: optional({ type: number, typeDetail: number, typeName: text }),
    subject: text,
    content: text,
    signerInfo: filled(optional({ competence: text, position: text, fullName: text })),
    dueDate: date,
    otherInfo: optional({
      priority: fc.nat(4),
      sphereOfPromulgation: text,
      typerNotation: text,
      promulgationAmount: number,
      pageAmount: number,
      direction: fc.boolean(),
      appendixes: some(text),
    }),
    responseFor: list(responseFor),
    steeringType: number,
    toPlaces: list(text),
    traceHeaders: list(fc.record({ organId: text.filter((written) => written !== 'null'), timestamp: time })),
    bussiness: optional({
      documentId: text,
      bussinessDocReason: text,
      paper: number,
      staffInfo,
      documentInfo: fc.boolean(),
      documentReceiver: fc.boolean(),
      receiverList: some(fc.record({ organId, receiverType: fc.constantFrom('removed', 'added') })),
      replacementInfoList: fc.uniqueArray(fc.record({ documentId: text, organIdList: list(organId) }), {
        minLength: 1,
        maxLength: 3,
        selector: (entry) => JSON.stringify(entry),
      }),
    }),
  },
  {
    requiredKeys: [
      'kind',
      'from',
      'to',
      'documentId',
      'code',
      'promulgationInfo',
      'documentType',
      'subject',
      'otherInfo',
      'responseFor',
      'toPlaces',
      'traceHeaders',
      'bussiness',
    ],
  },
);

const file = fc.record(
  {
    contentId: fc.uuid(),
    attachmentName: text,
    description: text,
    content: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.concat([pdf(), bytes])),
  },
  { requiredKeys: ['contentId', 'attachmentName', 'content'] },
);
const files = fc.uniqueArray(file, { maxLength: 3, selector: ({ contentId }) => contentId });

test('what is written is read as the same document, with nothing to note', async () => {
  await fc.assert(
    fc.asyncProperty(draft, files, async (written, attached) => {
      const bytes = await documentBytes(written, attached);
      const result = readPackage(bytes);
      expect(result.ok ? result.value.findings : result).toEqual([]);
      const { attachments, ...read } = documentOf(bytes);
      expect(read).toEqual(written);
      expect(attachments.map(({ contentId, sha256, size }) => ({ contentId, sha256, size }))).toEqual(
        attached.map(({ contentId, content }) => ({
          contentId,
          sha256: createHash('sha256').update(content).digest('hex'),
          size: content.length,
        })),
      );
      for (const { offset, encodedLength, size } of attachments) {
        expect(Buffer.from(bytes.subarray(offset, offset + encodedLength).toString('latin1'), 'base64').length).toBe(
          size,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('writing is a function: the same document gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(draft, files, async (written, attached) => {
      expect(
        (await documentBytes(written, attached)).equals(await documentBytes(structuredClone(written), attached)),
      ).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('a status written is read as the same status', () => {
  const status = fc.record(
    {
      kind: fc.constant('status'),
      from: organization,
      responseFor,
      staffInfo,
      statusCode: fc.constantFrom('01', '02', '03', '04', '05', '06', '13', '15', '16'),
      description: text,
      timestamp: time,
    },
    { requiredKeys: ['kind', 'from', 'responseFor', 'statusCode', 'timestamp'] },
  ) as fc.Arbitrary<StatusMessage>;
  fc.assert(
    fc.property(status, (written) => {
      const bytes = writeStatus(written);
      const result = readPackage(bytes);
      expect(result.ok ? result.value.findings : result).toEqual([]);
      expect(statusOf(bytes)).toEqual(written);
    }),
    { numRuns: 100 },
  );
});

const dialect: fc.Arbitrary<Partial<Dialect>> = optional<Dialect>({
  namespace: fc.constantFrom('http://www.mic.gov.vn/TBT/QCVN_102_2016', 'http://www.e-doc.vn/Schema/'),
  prefix: fc.constantFrom('edXML', 'n', ''),
  root: fc.constantFrom('edXML', 'EdXML', 'edXMLEnvelope'),
  manifest: fc.constantFrom('edXMLManifest', 'Manifest'),
  spelling: fc.constantFrom('standard', 'variant'),
  attachments: fc.constantFrom('sibling', 'sibling-prefixed', 'in-envelope', 'in-body'),
  cid: fc.constantFrom('both', 'reference', 'neither'),
  xlink: fc.boolean(),
  reversed: fc.boolean(),
  wrap: fc.constantFrom(0, 4, 76),
  bom: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  pretty: fc.boolean(),
  declaration: fc.constantFrom('<?xml version="1.0" encoding="UTF-8"?>', ''),
});

test('however a package is cut into chunks, there is one reading', () => {
  fc.assert(
    fc.property(
      dialect,
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
      text,
      (spelled, sizes, Subject) => {
        const bytes = documentPackage({ dialect: spelled, fields: { Subject } });
        const whole = readPackage(bytes);
        expect(codeOf(whole)).toBe('ok');
        expect(readPackage(chunksOf(bytes, sizes))).toEqual(whole);
      },
    ),
    { numRuns: 100 },
  );
});

test('however a package is damaged, there is an answer, and no other fault', () => {
  const good = documentPackage();
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.integer({ min: 1, max: 300 }), (at, byte, size) => {
      const damaged = Buffer.from(good);
      damaged[at] = byte;
      expect(readPackage(chunksOf(damaged, [size]))).toEqual(readPackage(damaged));
    }),
    { numRuns: 300 },
  );
});
