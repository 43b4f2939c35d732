// The table of discrepancies between packages of the wild and the strict form, row by row: what the reader makes of each,
// what it notes, and what the strict writer makes of what was read. Every package comes from our own builder.

import { describe, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import type { DocumentMessage, Message } from '../../src/core/message/message.ts';
import { resolveAddressees } from '../../src/core/exchange/address.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { contentsOf, messageOf, openPackage, rewritten, verdictOf } from '../support/open-package.ts';
import {
  documentPackage,
  element,
  find,
  pdf,
  RECIPIENT,
  SENDER,
  statusPackage,
  type PackageOptions,
} from '../support/packages.ts';
import { connection, organisation, registryOf } from '../support/registry.ts';
import { LAYOUTS, patched, STRICT, VARIATIONS, varied, type Variation } from '../support/variations.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const STRICT_BYTES = documentPackage(STRICT);
/** Of `zipOf('x.doc', word())`. */
const OPENED = { entryName: 'x.doc', mediaType: 'application/x-ole-storage', method: 'deflated' };

function packageOf(variation: Variation): Buffer {
  return patched(documentPackage(varied([variation])), [variation]);
}

describe('the strict form', () => {
  test('leaves nothing to note, and is written again to the byte', async () => {
    expect(verdictOf(STRICT_BYTES)).toEqual([]);
    expect((await rewritten(STRICT_BYTES)).toString()).toBe(STRICT_BYTES.toString());
  });
});

describe('variations that leave the message what it is', () => {
  test.each(VARIATIONS)('row $row: $name', async (variation) => {
    const bytes = packageOf(variation);
    expect(verdictOf(bytes)).toEqual([...variation.noted].sort());
    expect(contentsOf(bytes)).toEqual(contentsOf(STRICT_BYTES));
    expect((await rewritten(bytes)).toString()).toBe(STRICT_BYTES.toString());
  });

  test.each(LAYOUTS)('XML leaves free: $name', async (variation) => {
    const bytes = packageOf(variation);
    expect(bytes.equals(STRICT_BYTES)).toBe(false);
    expect(verdictOf(bytes)).toEqual([]);
    expect((await rewritten(bytes)).toString()).toBe(STRICT_BYTES.toString());
  });
});

interface Vector {
  readonly row: number;
  readonly name: string;
  readonly bytes: Buffer;
  /** Codes of what is noted, or the code of the refusal. */
  readonly verdict: readonly string[] | string;
  /** What the message says there. */
  readonly says?: object;
  /** Which of `RULES` speak. */
  readonly validated?: readonly string[];
  /** What is noted of the strict writer's package; nothing unless said. */
  readonly rewritten?: readonly string[];
}

/** The rules of business that rows of the table are about. */
const RULES: ReadonlySet<string> = new Set(['content-type-mismatch', 'type-unmapped']);

const HOP = { Timestamp: '2026/11/20 08:29:51' };

const VECTORS: readonly Vector[] = [
  {
    row: 3,
    name: 'a foreign namespace',
    bytes: document({ dialect: { namespace: 'urn:oasis:names:tc:ebxml' } }),
    verdict: 'schema-invalid',
  },
  {
    row: 7,
    name: 'an id that is no UUID is kept: both ends compare it',
    bytes: document({ attachments: [{ contentId: 'test-123' }] }),
    verdict: [],
    says: { attachments: [{ contentId: 'test-123' }] },
  },
  {
    row: 10,
    name: 'two signatures: none is chosen',
    bytes: document({ signature: '<Signature/><Signature/>' }),
    verdict: [],
  },
  {
    row: 11,
    name: 'the manifest says PDF, the attachment says ZIP',
    bytes: document({
      attachments: [
        { name: 'a.doc', bytes: zipOf('x.doc', word()), contentType: 'application/zip', referenceType: 'text/plain' },
      ],
    }),
    verdict: ['attachment-opened', 'content-type-mismatch'],
    says: { attachments: [{ contentType: 'application/zip', mediaType: 'application/zip', opened: OPENED }] },
  },
  {
    row: 11,
    name: 'both say PDF, the bytes are a ZIP',
    validated: ['content-type-mismatch'],
    bytes: document({
      attachments: [{ name: 'a.doc', bytes: zipOf('x.doc', word()), contentType: 'application/pdf' }],
    }),
    verdict: ['attachment-opened'],
    says: { attachments: [{ mediaType: 'application/zip', opened: OPENED }] },
  },
  {
    row: 11,
    name: 'application/doc for what is one',
    bytes: document({ attachments: [{ name: 'a.doc', bytes: word(), contentType: 'application/doc' }] }),
    verdict: [],
    says: { attachments: [{ mediaType: 'application/x-ole-storage' }] },
  },
  {
    row: 11,
    name: 'a PDF that a conversion to text destroyed',
    bytes: document({ attachments: [{ bytes: Buffer.from(pdf().toString('utf8') + '\ufffd'.repeat(9)) }] }),
    verdict: 'attachment-corrupt',
  },
  {
    row: 12,
    name: 'an impossible date inside a DocumentId, which is opaque',
    bytes: document({ fields: { DocumentId: 'H99.12,2014/02/30,15/UBND-VP' } }),
    verdict: [],
    says: { documentId: 'H99.12,2014/02/30,15/UBND-VP' },
  },
  {
    row: 12,
    name: 'an impossible date',
    bytes: document({ fields: { PromulgationDate: '2026/02/30' } }),
    verdict: 'date-invalid',
  },
  {
    row: 12,
    name: 'a time that cannot be read is left out: nothing is decided on it',
    bytes: document({ fields: { TraceHeaders: [{ Timestamp: 'hôm qua' }] } }),
    verdict: ['date-invalid', 'trace-header-incomplete'],
    says: { traceHeaders: [{ organId: 'H99.12' }] },
    rewritten: ['trace-header-incomplete'],
  },
  {
    row: 13,
    name: 'an empty ResponseFor and no other',
    bytes: document({ fields: { ResponseFor: [{}] } }),
    verdict: ['response-for-empty'],
    says: { responseFor: [] },
  },
  ...[null, 'null', ''].map((OrganId): Vector => ({
    row: 13,
    name: `a hop whose OrganId is ${OrganId === null ? 'absent' : JSON.stringify(OrganId)}`,
    bytes: document({ fields: { TraceHeaders: [{}, { ...HOP, OrganId }] } }),
    verdict: OrganId === '' ? ['empty-element', 'trace-header-incomplete'] : ['trace-header-incomplete'],
    says: { traceHeaders: [{ organId: 'H99.12' }, { timestamp: '2026-11-20T08:29:51' }] },
    // The reader puts no name in: an unknown sender stays unknown.
    rewritten: ['trace-header-incomplete'],
  })),
  {
    row: 13,
    name: 'no Bussiness: a new document',
    bytes: documentPackage({ fields: { BussinessDocType: null } }),
    verdict: ['bussiness-missing'],
    says: { kind: 'new' },
  },
  {
    row: 14,
    name: 'digits before the prolog',
    bytes: Buffer.concat([Buffer.from('1212'), STRICT_BYTES]),
    verdict: 'xml-not-well-formed',
  },
  {
    row: 14,
    name: 'an empty line before the prolog',
    bytes: Buffer.concat([Buffer.from('\n'), STRICT_BYTES]),
    verdict: 'xml-not-well-formed',
  },
  ...(
    [
      ['0', 'Văn bản điện tử mới', 'new', []],
      ['1', 'Thu hồi văn bản điện tử', 'revoke', []],
      ['2', 'Cập nhật văn bản điện tử', 'update', []],
      ['3', 'Văn bản thay thế', 'replace', []],
      ['0', 'Thu hồi văn bản điện tử', 'new', ['field-invalid']],
      ['1', 'Văn bản điện tử mới', 'revoke', ['field-invalid']],
    ] as const
  ).map(([BussinessDocType, BussinessDocReason, kind, verdict]): Vector => ({
    row: 16,
    name: `${BussinessDocType} is ${kind}, whatever the reason “${BussinessDocReason}” says`,
    bytes: documentPackage({ fields: { BussinessDocType, BussinessDocReason } }),
    verdict,
    says: { kind },
    rewritten: verdict,
  })),
  ...['4', 'REVOKE', '-1'].map((BussinessDocType): Vector => ({
    row: 16,
    name: `${BussinessDocType} is no kind`,
    bytes: documentPackage({ fields: { BussinessDocType } }),
    verdict: 'field-invalid',
  })),
  {
    row: 17,
    name: 'in a 13 the sender speaks, and ResponseFor names who is asked',
    bytes: statusPackage({
      fields: {
        StatusCode: '13',
        Description: 'Gửi nhầm nơi nhận',
        From: SENDER,
        ResponseFor: { OrganId: 'H99.13' },
      },
    }),
    verdict: [],
    says: {
      from: { organId: 'H99.12' },
      responseFor: { organId: 'H99.13', documentId: 'H99.12,2026/11/20,15/UBND-VP' },
    },
  },
  ...(
    [
      ['1', '0', 'Công văn', []],
      ['18', '0', 'Công văn', []],
      ['71', null, 'Công văn', []],
      ['2', '1', 'BÁO CÁO', []],
      ['2', '14', 'Ba\u0301o ca\u0301o', []],
      ['2', null, 'Văn bản điện tử mới', ['type-unmapped']],
    ] as const
  ).map(([Type, TypeDetail, TypeName, validated]): Vector => ({
    row: 18,
    name: `type ${Type}/${TypeDetail ?? 'none'} “${TypeName}”: the name is asked, the numbers are kept as they came`,
    bytes: document({ fields: { Type, TypeDetail, TypeName } }),
    verdict: [],
    validated,
    says: { documentType: { type: Number(Type), typeName: TypeName } },
  })),
  {
    row: 19,
    name: 'one body under its new and its old code',
    bytes: document({
      fields: { To: [RECIPIENT, { OrganId: '000.00.13.H99', OrganName: 'UBND huyện Thử (Mã cũ) (qd20)' }] },
    }),
    verdict: [],
    says: { to: [{ organId: 'H99.13' }, { organId: '000.00.13.H99' }] },
  },
  {
    row: 20,
    name: 'a report of another kind in the body of our envelope',
    bytes: document({
      edit: (root) => {
        find(root, 'edXMLBody').children = [element('AVReport', [element('Host', ['may-01'])])];
      },
    }),
    verdict: 'schema-invalid',
  },
  {
    row: 20,
    name: 'a report of another kind as the root',
    bytes: document({
      edit: (root) => {
        root.name = 'AVReport';
      },
    }),
    verdict: 'envelope-missing',
  },
  {
    row: 21,
    name: 'the code of a status in two parts',
    bytes: statusPackage({
      edit: (root) => {
        find(root, 'Code').children = [element('CodeNumber', ['15']), element('CodeNotation', ['UBND-VP'])];
      },
    }),
    verdict: ['spelling-variant'],
    says: { responseFor: { code: '15/UBND-VP' } },
  },
  {
    // The reader makes no lenient second try: the content under a signature is defined for namespace-well-formed XML only, so a reader
    // that guesses the prefix would read content that no signer can have signed.
    row: 22,
    name: 'an undeclared prefix',
    bytes: Buffer.from(STRICT_BYTES.toString().replace('<edXML:Reference>', '<edXML:Reference xlink:href="">')),
    verdict: 'xml-not-well-formed',
  },
  {
    row: 23,
    name: 'the attachments of an old vendor’s layout',
    bytes: document({
      edit: (root) => root.children.push(element('edXMLAttachments', [element('AttachmentData')])),
    }),
    verdict: 'schema-invalid',
  },
];

/** Rows that are about a wire and not about packages, and who reads that wire. */
const ELSEWHERE: Readonly<Record<number, string>> = {
  15: 'field names and number types of the axis’ JSON answers',
  24: 'a header of the axis’ sending operation',
};

describe('what else the rows say', () => {
  test.each(VECTORS)(
    'row $row: $name',
    async ({ bytes, verdict, says = {}, validated = [], rewritten: again = [] }) => {
      expect(verdictOf(bytes)).toEqual(verdict);
      if (typeof verdict === 'string') return;
      const message = messageOf(bytes);
      expect(message).toMatchObject(says);
      const told = validate(message, NOW).flatMap(({ code }) => (RULES.has(code) ? [code] : []));
      expect([...new Set(told)]).toEqual(validated);
      const written = await rewritten(bytes);
      expect(verdictOf(written)).toEqual(again);
      expect(complete(written)).toEqual(complete(bytes));
    },
  );

  test('every row has its vectors, or is none of a package', () => {
    const rows = new Set([...VARIATIONS, ...VECTORS].map(({ row }) => row));
    const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
    expect(numbers.filter((row) => !rows.has(row) && ELSEWHERE[row] === undefined)).toEqual([]);
    expect(numbers.filter((row) => rows.has(row) && ELSEWHERE[row] !== undefined)).toEqual([]);
  });
});

describe('row 10: a dummy signature is told, and proves nothing', () => {
  test.each(VARIATIONS.filter(({ row, options }) => row === 10 && options?.signature !== undefined))(
    '$name',
    (variation) => {
      const opened = openPackage(packageOf(variation));
      expect(opened.ok && opened.value.signature.kind).not.toBe('absent');
    },
  );

  test('a DigitalSignature is none', () => {
    const variation = VARIATIONS.find(({ name }) => name === 'an empty DigitalSignature');
    const opened = variation === undefined ? undefined : openPackage(packageOf(variation));
    expect(opened?.ok === true && opened.value.signature.kind).toBe('absent');
  });
});

test('row 19: two codes of one body are one delivery', () => {
  const registry = registryOf(
    [organisation('H99.12'), organisation('H99.13', { aliases: ['000.00.13.H99'] })],
    [connection('sender', { sendsFor: ['H99.12'], issuers: ['H99.12'] })],
  );
  const sender = registry.connections.get('sender');
  const bytes = VECTORS.find(({ row }) => row === 19)?.bytes ?? Buffer.alloc(0);
  const addressed = resolveAddressees(messageOf(bytes), registry, sender ?? connection('none'), NOW);
  expect(addressed.ok && addressed.value.recipients.map((recipient) => recipient.organisation)).toEqual(['H99.13']);
  expect(addressed.ok && addressed.value.findings.map(({ code }) => code)).toEqual([
    'recipient-alias',
    'recipient-repeated',
  ]);
});

describe('as packages come back from the axis', () => {
  test('rewritten by the hub: reordered, traced thrice, its reply emptied, its files zipped', () => {
    const bytes = documentPackage({
      fields: {
        TraceHeaders: [{}, { ...HOP, OrganId: null }, { ...HOP, OrganId: '02.29.W00' }],
        ResponseFor: [{}],
        Content: null,
      },
      attachments: [{ name: 'bao-cao.doc', bytes: zipOf('x.doc', word()), contentType: 'application/zip' }],
      signature: '<Signature><SignedInfo/></Signature>',
    });
    expect(verdictOf(bytes)).toEqual(['attachment-opened', 'response-for-empty', 'trace-header-incomplete']);
    expect(messageOf(bytes)).toMatchObject({
      attachments: [{ opened: OPENED }],
      responseFor: [],
      traceHeaders: [
        { organId: 'H99.12' },
        { timestamp: '2026-11-20T08:29:51' },
        { organId: '02.29.W00', timestamp: '2026-11-20T08:29:51' },
      ],
    });
  });

  test('attributes of a trace list, and what only the library knows, are passed over', () => {
    const bytes = document({
      edit: (root) => {
        const soap = 'http://schemas.xmlsoap.org/soap/actor/next';
        find(root, 'TraceHeaderList').attributes = { id: '0a1b2c3d', version: '1.0', mustUnderstand: '1', actor: soap };
        find(root, 'OtherInfo').children.splice(5, 0, element('ReplyFors', [element('ReplyFor', ['x'])]));
        find(root, 'MessageHeader').children.push(element('Agency', [element('OrganId', ['H99.99'])]));
        find(root, 'Attachment').children.splice(3, 0, element('FieldName', ['tep']), element('MimeType', ['x/y']));
      },
    });
    expect(verdictOf(bytes)).toEqual(['unknown-element']);
    expect(contentsOf(bytes)).toEqual(contentsOf(STRICT_BYTES));
  });

  test('a revocation that names no other document revokes the one it is sent as', () => {
    const fields = { BussinessDocType: '1', BussinessDocReason: 'Thu hồi văn bản điện tử' };
    const plain = messageOf(documentPackage({ fields })) as DocumentMessage;
    expect(plain.bussiness?.documentId).toBe(plain.documentId);
    const named = messageOf(documentPackage({ fields: { ...fields, BussinessDocumentId: 'H99.12,2026/11/01,1/CV' } }));
    expect(named).toMatchObject({ bussiness: { documentId: 'H99.12,2026/11/01,1/CV' } });
  });
});

function document(options: PackageOptions): Buffer {
  const { edit, fields, ...rest } = options;
  const both = { ...STRICT, ...rest, fields: { ...STRICT.fields, ...fields } };
  return documentPackage({
    ...both,
    edit: (root) => {
      STRICT.edit?.(root);
      edit?.(root);
    },
  });
}

/** One entry, as the national library wraps what it does not know. */
function zipOf(entryName: string, content: Buffer): Buffer {
  return Buffer.from(zipSync({ [entryName]: content }, { mtime: '1980-01-01T00:00:00' }));
}

/** The start of a file of an old office program. */
function word(): Buffer {
  return Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600, 0x20)]);
}

/** Strictly written, a document always says what kind it is. */
function complete(bytes: Buffer): unknown {
  const contents = contentsOf(bytes) as Message;
  return contents.kind === 'status' ? contents : { ...contents, bussiness: contents.bussiness ?? {} };
}
