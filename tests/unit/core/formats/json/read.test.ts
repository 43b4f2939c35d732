import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { DOCUMENT_FIELDS, STATUS_FIELDS } from '../../../../../src/core/message/fields.ts';
import { pathsOf, rowsOf } from '../../../../../src/core/message/rows.ts';
import { JSON_LIMITS } from '../../../../../src/core/formats/json/limits.ts';
import { readJsonForm, type JsonOptions, type JsonRead } from '../../../../../src/core/formats/json/read.ts';
import type { Result } from '../../../../../src/core/problems/finding.ts';
import type { DocumentMessage } from '../../../../../src/core/message/message.ts';
import { pdf } from '../../../../support/packages.ts';

const PDF_TEXT = pdf().toString('base64');

function document(change: (document: Plain) => void = () => undefined): Buffer {
  const made = plain();
  change(made);
  return Buffer.from(JSON.stringify(made));
}

/** What a member of these texts may be. */
type Member = Record<string, unknown>;

interface Plain extends Member {
  header: Member & { messageheader: Member; traceheaderlist: { traceheader: unknown; bussiness: Member } };
  body: Member;
  attachments: unknown;
}

function plain(): Plain {
  return {
    header: {
      messageheader: {
        from: { organid: 'H99.12', organname: 'UBND huyện Mẫu' },
        toes: [{ organid: 'H99.12.01', organname: 'UBND xã Mẫu Một' }],
        code: { codenumber: 12, codenotation: 'UBND-VP' },
        promulgationinfo: { promulgationdate: '2026/03/14 00:00:00' },
        subject: 'V/v họp',
        documentid: 'H99.12,2026/03/14,12/UBND-VP',
      },
      traceheaderlist: {
        traceheader: [{ organid: 'H99.12', timestamp: '2026/03/14 08:00:00' }],
        bussiness: { bussinessdoctype: '0' },
      },
    },
    body: { manifest: { references: { reference: [] } } },
    attachments: [{ attachmentname: 'a.pdf', contenttransferencoded: PDF_TEXT }],
  };
}

const FLAT = {
  header_messageheader_from_organid: 'H99.12',
  header_messageheader_toes: [{ organid: 'H99.12.01' }, { organid: 'H99.12.02' }],
  header_messageheader_code_codenumber: '12',
  header_messageheader_code_codenotation: 'UBND-VP',
  header_messageheader_promulgationinfo_promulgationdate: '2026/03/14 17:19:16',
  header_messageheader_subject: 'V/v họp',
  header_messageheader_otherinfo_appendixes: ['Phụ lục I', 'Phụ lục II'],
  header_messageheader_responsefors: [
    { organid: 'H99.12.01', code: '1/TB', documentid: 'A', promulgationdate: '2026/01/02 00:00:00' },
    { organid: 'H99.12.02', code: '2/TB', documentid: 'B' },
  ],
  header_messageheader_documentid: 'ID',
  header_traceheaderlist_traceheader: [{ organid: 'H99.12', timestamp: '2026/03/14 08:00:00' }],
  header_traceheaderlist_bussiness_bussinessdoctype: '2',
  header_traceheaderlist_bussiness_bussinessdocumentinfo: [
    {
      documentinfo: '0',
      documentreceiver: '1',
      receiverlist: [
        {
          receiver: [
            { organid: 'H99.12.01', receivertype: '0' },
            { organid: 'H99.12.02', receivertype: '1' },
          ],
        },
      ],
    },
  ],
  header_traceheaderlist_bussiness_staffinfoes: [{ staff: 'Người Một' }],
  header_traceheaderlist_bussiness_replacementinfolist_replacementinfo: [
    [{ documentid: 'R1', organidlist: ['H99.12.01', 'H99.12.02'] }],
    [{ documentid: 'R2', organidlist: { organid: 'H99.12.03' } }],
  ],
};

const STATUS = {
  header: {
    status: {
      responsefor: {
        organid: 'H99.12',
        code: '12/UBND-VP',
        documentid: 'ID',
        promulgationdate: '2026/03/14 00:00:00',
      },
      from: { organid: 'H99.12.01' },
      statuscode: '03',
      timestamp: '2026/03/15 09:10:11',
      staffInfo: { staff: 'Người Hai' },
    },
  },
};

function documentIn(read: Result<JsonRead>): Omit<DocumentMessage, 'attachments'> {
  if (!read.ok) throw new Error(`refused: ${read.code} ${JSON.stringify(read.facts)}`);
  const { message } = read.value.draft;
  if (message.kind === 'status') throw new Error('a status where a document was expected');
  return message;
}

function notedIn(read: Result<JsonRead>): readonly string[] {
  const findings = read.ok ? read.value.findings : (read.findings ?? []);
  return findings.map(({ code, place }) => (place === undefined ? code : `${code} ${place}`));
}

describe('what is read', () => {
  test('the nested form', () => {
    const read = readJsonForm(document());
    expect(notedIn(read)).toEqual([]);
    expect(documentIn(read)).toMatchObject({
      kind: 'new',
      from: { organId: 'H99.12', organName: 'UBND huyện Mẫu' },
      to: [{ organId: 'H99.12.01' }],
      code: { codeNumber: '12', codeNotation: 'UBND-VP' },
      promulgationInfo: { promulgationDate: '2026-03-14' },
      traceHeaders: [{ organId: 'H99.12', timestamp: '2026-03-14T08:00:00' }],
    });
    expect(read.ok && read.value.draft.files).toMatchObject([{ attachmentName: 'a.pdf', size: pdf().length }]);
  });

  test('the flat form of requests, lists within lists', () => {
    const read = readJsonForm(Buffer.from(JSON.stringify(FLAT)));
    expect(documentIn(read)).toMatchObject({
      kind: 'update',
      to: [{ organId: 'H99.12.01' }, { organId: 'H99.12.02' }],
      promulgationInfo: { promulgationDate: '2026-03-14' },
      otherInfo: { appendixes: ['Phụ lục I', 'Phụ lục II'] },
      responseFor: [{ documentId: 'A', promulgationDate: '2026-01-02' }, { documentId: 'B' }],
      bussiness: {
        documentInfo: false,
        documentReceiver: true,
        receiverList: [
          { organId: 'H99.12.01', receiverType: 'removed' },
          { organId: 'H99.12.02', receiverType: 'added' },
        ],
        staffInfo: { staff: 'Người Một' },
        replacementInfoList: [
          { documentId: 'R1', organIdList: ['H99.12.01', 'H99.12.02'] },
          { documentId: 'R2', organIdList: ['H99.12.03'] },
        ],
      },
    });
    // The time behind the date is left out.
    expect(notedIn(read)).toEqual(['date-format header.messageheader.promulgationinfo.promulgationdate']);
  });

  const { header } = STATUS;
  const flatStatus = {
    responsefor_organid: 'H99.12',
    responsefor_code: '12/UBND-VP',
    responsefor_documentid: 'ID',
    responsefor_promulgationdate: '2026/03/14 00:00:00',
    from_organid: 'H99.12.01',
    statuscode: '03',
    timestamp: '2026/03/15 09:10:11',
    staffinfo_staff: 'Người Hai',
  };
  test.each([
    ['nested', STATUS],
    ['in the data of an answer', { data: { header }, ErrorCode: '0', status: 'OK' }],
    ['flat', flatStatus],
  ])('a status, %s', (_shape, written) => {
    const read = readJsonForm(Buffer.from(JSON.stringify(written)));
    expect(notedIn(read)).toEqual([]);
    expect(read.ok && read.value.draft).toEqual({
      message: {
        kind: 'status',
        from: { organId: 'H99.12.01' },
        responseFor: { organId: 'H99.12', code: '12/UBND-VP', documentId: 'ID', promulgationDate: '2026-03-14' },
        statusCode: '03',
        timestamp: '2026-03-15T09:10:11',
        staffInfo: { staff: 'Người Hai' },
      },
      files: [],
    });
  });

  test('a reply as an object or as a list', () => {
    const reply = { organid: 'H99.12.01', code: '1/TB', documentid: 'A' };
    const read = (value: unknown) =>
      documentIn(readJsonForm(document(({ header: { messageheader } }) => (messageheader['responsefor'] = value))));
    expect(read([reply]).responseFor).toEqual(read(reply).responseFor);
    expect(read(reply).responseFor).toHaveLength(1);
  });

  test('one text gives one message, ids made here too', () => {
    expect(readJsonForm(document())).toMatchObject(JSON.parse(JSON.stringify(readJsonForm(document()))) as object);
  });
});

describe('what is refused', () => {
  const set = (path: string, value: unknown) =>
    document((made) => {
      const names = path.split('.');
      const last = names.pop() ?? '';
      let at: Member = made;
      for (const name of names) at = at[name] as Member;
      if (value === undefined) Reflect.deleteProperty(at, last);
      else at[last] = value;
    });
  const h = 'header.messageheader';

  test.each<[string, Buffer, string, string | undefined]>([
    ['nothing', Buffer.alloc(0), 'body-empty', undefined],
    ['no object', Buffer.from('[]'), 'schema-invalid', undefined],
    ['no header', Buffer.from('{}'), 'envelope-missing', 'header'],
    ['an empty header', Buffer.from('{"header":{}}'), 'envelope-missing', 'header'],
    ['document and status', set('header.status', { statuscode: '01' }), 'schema-invalid', 'header'],
    ['a missing sender', set(`${h}.from`, undefined), 'field-missing', `${h}.from`],
    ['a missing code', set(`${h}.from.organid`, ''), 'field-missing', `${h}.from.organid`],
    [
      'a missing code of the second',
      set(`${h}.toes`, [{ organid: 'H99' }, { fax: '1' }]),
      'field-missing',
      `${h}.toes[1].organid`,
    ],
    ['no such date', set(`${h}.duedate`, '2026/02/30'), 'date-invalid', `${h}.duedate`],
    ['no number', set(`${h}.otherinfo`, { priority: 'khẩn' }), 'field-invalid', `${h}.otherinfo.priority`],
    ['a fraction', set(`${h}.subject`, 1.5), 'schema-invalid', `${h}.subject`],
    ['an object for a text', set(`${h}.subject`, { a: 'b' }), 'schema-invalid', `${h}.subject`],
    ['a text for an object', set(`${h}.from`, 'H99'), 'schema-invalid', `${h}.from`],
    ['two values for one field', set(`${h}.subject`, ['a', 'b']), 'schema-invalid', `${h}.subject[1]`],
    ['one name in two cases', set(`${h}.Subject`, 'b'), 'schema-invalid', `${h}.subject`],
    ['a control character', set(`${h}.subject`, 'a\u0000b'), 'field-invalid', `${h}.subject`],
    ['a text too long', set(`${h}.content`, 'a'.repeat(JSON_LIMITS.fieldBytes + 1)), 'field-too-long', `${h}.content`],
    [
      'an unknown kind',
      set('header.traceheaderlist.bussiness.bussinessdoctype', '7'),
      'field-invalid',
      'header.traceheaderlist.bussiness.bussinessdoctype',
    ],
    [
      'too many attachments',
      set('attachments', Array(JSON_LIMITS.attachments + 1).fill({ attachmentname: 'a' })),
      'attachment-too-many',
      'attachments',
    ],
    [
      'a nameless file',
      set('attachments', [{ contenttransferencoded: PDF_TEXT }]),
      'field-missing',
      'attachments[0].attachmentname',
    ],
    ['no content', set('attachments', [{ attachmentname: 'a.pdf' }]), 'attachment-missing', 'attachments[0]'],
    [
      'empty content',
      set('attachments', [{ attachmentname: 'a.pdf', contenttransferencoded: '' }]),
      'attachment-empty',
      'attachments[0]',
    ],
    [
      'broken base64',
      set('attachments', [{ attachmentname: 'a.pdf', contenttransferencoded: 'QUJ=' }]),
      'attachment-encoding-invalid',
      'attachments[0]',
    ],
    [
      'content that is no text',
      set('attachments', [{ attachmentname: 'a.pdf', contenttransferencoded: 7 }]),
      'schema-invalid',
      'attachments[0].contenttransferencoded',
    ],
    [
      'a file that is not on the manifest',
      set('body.manifest.references.reference', [{ attachmentname: 'b.pdf' }]),
      'attachment-unlisted',
      'attachments[0]',
    ],
    [
      'one id twice',
      set('attachments', Array(2).fill({ attachmentname: 'a.pdf', contentid: 'x', contenttransferencoded: PDF_TEXT })),
      'attachment-duplicated',
      'attachments',
    ],
    ['two flat names for one thing', Buffer.from('{"a_b":1,"a":2}'), 'schema-invalid', 'a'],
    [
      'a status without code',
      Buffer.from('{"header":{"status":{"from":{"organid":"H99"}}}}'),
      'field-missing',
      'header.status.statuscode',
    ],
    [
      'an unknown status',
      Buffer.from(JSON.stringify({ header: { status: { ...STATUS.header.status, statuscode: '07' } } })),
      'status-code-unknown',
      'header.status.statuscode',
    ],
  ])('%s', (_what, bytes, code, place) => {
    expect(readJsonForm(bytes)).toMatchObject({ ok: false, code, ...(place === undefined ? {} : { place }) });
  });

  test.each([
    ['a comment', '{"ê": 1, // x\n}', 10],
    ['a repeated name', '{"ê": 1, "ê": 2}', 10],
    ['a byte order mark and rubbish', '\ufeff1212', 7],
  ])('%s, with its place in bytes', (_what, text, offset) => {
    expect(readJsonForm(Buffer.from(text))).toMatchObject(
      text.startsWith('\ufeff') ? { code: 'schema-invalid' } : { code: 'malformed-json', facts: { offset } },
    );
  });

  test('a text longer than is held in memory', () => {
    expect(readJsonForm(Buffer.alloc(JSON_LIMITS.bytes + 1, 0x20))).toMatchObject({ code: 'payload-too-large' });
  });
});

describe('what is noted', () => {
  const noted = (change: Parameters<typeof document>[0], options?: JsonOptions) =>
    notedIn(readJsonForm(document(change), options));

  test.each<[string, Parameters<typeof document>[0], string]>([
    ['an unknown name', ({ header }) => (header['extra'] = 'x'), 'unknown-element header.extra'],
    ['a signature', ({ header }) => (header['signature'] = { a: { b: 'x' } }), 'field-not-carried header.signature'],
    [
      'more staff than one',
      ({ header }) => (header.traceheaderlist.bussiness['staffinfoes'] = [{ staff: 'A' }, { staff: 'B' }]),
      'unknown-element header.traceheaderlist.bussiness.staffinfoes[1]',
    ],
    [
      'an empty reply',
      ({ header }) => (header.messageheader['responsefor'] = { organid: '', code: '' }),
      'response-for-empty header.messageheader.responsefor[0]',
    ],
    [
      'an ISO date',
      ({ header }) => (header.messageheader['duedate'] = '2026-05-01'),
      'date-format header.messageheader.duedate',
    ],
  ])('%s', (_what, change, finding) => {
    expect(noted(change)).toContain(finding);
  });

  test('an empty signature, as the form is published with, is nothing', () => {
    expect(noted(({ header }) => (header['signature'] = { signatureinfo: { a: '' } }))).toEqual([]);
  });

  test('a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeff'), document()]);
    expect(notedIn(readJsonForm(bytes))).toEqual(['byte-order-mark']);
  });
});

test('a file that lies beside the text is taken for an entry without content', () => {
  const beside = {
    contentId: 'other',
    attachmentName: 'a.pdf',
    size: 3,
    sha256: 'x',
    open: () => Readable.from([Buffer.from('abc')]),
  };
  const read = readJsonForm(
    document((made) => (made.attachments = [{ attachmentname: 'a.pdf', description: 'mô tả', contentid: 'cid:1' }])),
    { files: new Map([['a.pdf', beside]]) },
  );
  const [file] = read.ok ? read.value.draft.files : [];
  expect(file).toMatchObject({ contentId: '1', attachmentName: 'a.pdf', description: 'mô tả', size: 3, sha256: 'x' });
});

test('no two fields stand in one place, in either form', () => {
  for (const table of [DOCUMENT_FIELDS, STATUS_FIELDS]) {
    const rows = pathsOf(rowsOf(table));
    for (const form of ['json', 'element'] as const) {
      const places = rows.flatMap((row) => row[form] ?? []);
      expect(places).toHaveLength(new Set(places).size);
    }
  }
});
