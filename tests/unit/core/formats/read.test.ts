import { describe, expect, test } from '@jest/globals';
import { FORMATS } from '../../../../src/core/formats/index.ts';
import {
  all,
  chunksOf,
  documentPackage,
  element,
  find,
  QCVN,
  raw,
  statusPackage,
  type DocumentFields,
  type Node,
  type PackageOptions,
} from '../../../support/packages.ts';
import { codeOf, documentOf, notedBy, readPackage, statusOf } from '../../../support/read-package.ts';

function attachmentBlock(): Node {
  const parts = { ContentId: '1', AttachmentName: 'a.exe', ContentTransferEncoded: 'TVqQ' };
  const attachment = element(
    'Attachment',
    Object.entries(parts).map(([name, text]) => element(name, [text])),
  );
  return element('AttachmentEncoded', [attachment]);
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

describe('a package as the national library writes it', () => {
  test('is read into one document, with nothing to note', () => {
    const result = readPackage(documentPackage());
    expect(notedBy(result)).toEqual([]);
    expect(documentOf(documentPackage())).toMatchObject({
      kind: 'new',
      from: { organId: 'H99.12', organName: 'UBND huyện Mẫu' },
      to: [{ organId: 'H99.13' }],
      documentId: 'H99.12,2026/11/20,15/UBND-VP',
      code: { codeNumber: '15', codeNotation: 'UBND-VP' },
      promulgationInfo: { place: 'Mẫu', promulgationDate: '2026-11-20' },
      documentType: { type: 2, typeDetail: 18, typeName: 'Công văn' },
      dueDate: '2026-12-01',
      otherInfo: { priority: 0, promulgationAmount: 1, pageAmount: 2, direction: false, appendixes: ['Phụ lục I'] },
      responseFor: [],
      steeringType: 1,
      toPlaces: ['Như trên', 'Lưu: VT'],
      traceHeaders: [{ organId: 'H99.12', timestamp: '2026-11-20T08:29:51' }],
      bussiness: { bussinessDocReason: 'Văn bản điện tử mới', paper: 0, staffInfo: { department: 'Văn thư' } },
    });
  });

  test('a status is read with the one it is for', () => {
    expect(notedBy(readPackage(statusPackage()))).toEqual([]);
    expect(statusOf(statusPackage())).toEqual({
      kind: 'status',
      from: { organId: 'H99.13', organizationInCharge: 'UBND tỉnh Mẫu', organName: 'UBND huyện Thử' },
      responseFor: {
        organId: 'H99.12',
        code: '15/UBND-VP',
        documentId: 'H99.12,2026/11/20,15/UBND-VP',
        promulgationDate: '2026-11-20',
      },
      staffInfo: { department: 'Văn thư', staff: 'Cán bộ văn thư', email: 'vanthu@example.vn', mobile: '0900000000' },
      statusCode: '01',
      description: 'Đã đến',
      timestamp: '2026-11-20T10:25:11',
    });
  });
});

describe('structure that is not ours to guess', () => {
  const header = (root: Parameters<typeof find>[0]) => find(root, 'MessageHeader').children;
  const rows: readonly [string, PackageOptions, string][] = [
    [
      'XInclude (X7)',
      {
        edit: (root) =>
          header(root).push(raw('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>')),
      },
      'schema-invalid',
    ],
    [
      'XInclude inside an unknown element',
      {
        edit: (root) =>
          header(root).push(raw('<x xmlns=""><i:include xmlns:i="http://www.w3.org/2001/XInclude"/></x>')),
      },
      'schema-invalid',
    ],
    ['root of another vocabulary (X22)', { dialect: { namespace: 'urn:oasis:names:tc:ebxml' } }, 'schema-invalid'],
    [
      'another root of our namespace',
      {
        edit: (root) => {
          root.name = 'AVReport';
        },
      },
      'envelope-missing',
    ],
    [
      'no envelope',
      {
        edit: (root) => {
          root.children = [];
        },
      },
      'envelope-missing',
    ],
    [
      'no MessageHeader',
      {
        edit: (root) => {
          find(root, 'edXMLHeader').children.shift();
        },
      },
      'envelope-missing',
    ],
    [
      'two envelopes (X24)',
      {
        edit: (root) => {
          root.children.push(find(root, 'edXMLEnvelope'));
        },
      },
      'envelope-duplicated',
    ],
    [
      'a second envelope hidden in an unknown element',
      {
        edit: (root) => {
          root.children.push(element('Extension', [find(root, 'edXMLEnvelope')]));
        },
      },
      'envelope-duplicated',
    ],
    [
      'a first envelope hidden in an unknown element',
      {
        edit: (root) => {
          root.children.unshift(element('Extension', [element('EdXMLEnvelope')]));
        },
      },
      'envelope-duplicated',
    ],
    [
      'two attachment blocks (X25)',
      {
        edit: (root) => {
          root.children.push(element('AttachmentEncoded'));
        },
      },
      'attachments-duplicated',
    ],
    [
      'a second attachment block in the body',
      {
        edit: (root) => {
          find(root, 'edXMLBody').children.push(element('AttachmentEncoded'));
        },
      },
      'attachments-duplicated',
    ],
    [
      'unknown element in TraceHeader (X26)',
      {
        edit: (root) => {
          find(root, 'TraceHeader').children.push(element('Hop'));
        },
      },
      'schema-invalid',
    ],
    [
      'unknown element in Signature (X26)',
      { signature: '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Extra/></Signature>' },
      'schema-invalid',
    ],
    [
      'element name in other case (X28)',
      {
        edit: (root) => {
          find(root, 'OrganId').name = 'organId';
        },
      },
      'schema-invalid',
    ],
    [
      'xsi:type (X29)',
      {
        edit: (root) => {
          find(root, 'From').attributes = { 'xmlns:xsi': XSI, 'xsi:type': 'Organization' };
        },
      },
      'schema-invalid',
    ],
    [
      'xsi:nil (X29)',
      {
        edit: (root) => {
          find(root, 'Content').attributes = { 'xmlns:xsi': XSI, 'xsi:nil': 'true' };
        },
      },
      'schema-invalid',
    ],
    [
      'xsi:schemaLocation (X29)',
      {
        edit: (root) => {
          root.attributes = { 'xmlns:xsi': XSI, 'xsi:schemaLocation': `${QCVN} http://example.vn/x.xsd` };
        },
      },
      'schema-invalid',
    ],
    ['a field twice', { edit: (root) => header(root).push(element('Subject', ['Khác'])) }, 'schema-invalid'],
    ['markup in a field', { fields: { Subject: raw('a<b>c</b>') } }, 'schema-invalid'],
    ['text between elements', { edit: (root) => find(root, 'To').children.push('H99.14') }, 'schema-invalid'],
    [
      'a layout of an old vendor',
      { edit: (root) => root.children.push(element('edXMLAttachments', [element('AttachmentData')])) },
      'schema-invalid',
    ],
    [
      'a status code on a document',
      { edit: (root) => header(root).push(element('StatusCode', ['01'])) },
      'schema-invalid',
    ],
    ['comment in OrganId (X34)', { fields: { From: { OrganId: raw('H99.<!-- -->12') } } }, 'organ-id-invalid'],
  ];
  test.each(rows)('%s', (_, options, code) => {
    expect(codeOf(readPackage(documentPackage(options)))).toBe(code);
  });

  test.each<[string, DocumentFields]>([
    ['DocumentId', { DocumentId: raw('H99.12,2026/11/20,1<!-- -->5') }],
    ['CodeNumber', { CodeNumber: raw('1<!-- -->5') }],
    ['Priority', { Priority: raw('<!-- -->0') }],
    ['BussinessDocType', { BussinessDocType: raw('0<!-- -->') }],
  ])('a comment in %s leaves open what it says', (_, fields) => {
    expect(codeOf(readPackage(documentPackage({ fields })))).toBe('field-invalid');
  });

  test.each<[string, PackageOptions]>([
    ['text where none may stand', { edit: (root) => find(root, 'To').children.push(raw('H99.14 &oops')) }],
    ['a section where none may stand', { edit: (root) => find(root, 'To').children.push(raw('<![CDATA[x]]>&oops')) }],
    ['base64 that is none', { attachments: [{ encoded: raw('?AAA&oops') }] }],
    ['a field too long', { fields: { Subject: raw(`${'x'.repeat(140_000)}&oops`) } }],
  ])('%s and broken XML behind it: the XML is told, however it comes in pieces', (_, options) => {
    const bytes = documentPackage(options);
    const whole = readPackage(bytes);
    expect(codeOf(whole)).toBe('xml-not-well-formed');
    for (const size of [1, 7, 1000]) expect(readPackage(chunksOf(bytes, [size]))).toEqual(whole);
  });

  test('a comment elsewhere is no matter', () => {
    expect(documentOf(documentPackage({ fields: { Subject: raw('Về <!-- x -->việc') } })).subject).toBe('Về việc');
  });

  test('an unknown element is noted by name and passed over (X26)', () => {
    const options: PackageOptions = {
      edit: (root) => find(root, 'MessageHeader').children.push(element('Urgency', [element('Level', ['9'])])),
    };
    const result = readPackage(documentPackage(options));
    expect(result.ok && result.value.findings).toEqual([
      expect.objectContaining({ code: 'unknown-element', severity: 'warning', facts: { name: 'Urgency' } }),
    ]);
  });

  test('unknown elements beyond count make no endless list', () => {
    const many = Array.from({ length: 1000 }, (_, index) => element(`Extra${index}`));
    const result = readPackage(documentPackage({ edit: (root) => find(root, 'MessageHeader').children.push(...many) }));
    expect(result.ok && result.value.findings.length).toBe(200);
  });

  test('XML-DSig of either namespace and its open parts are left to its own reader', () => {
    const parts =
      '<SignedInfo/><SignatureValue/><KeyInfo><KeyValue><RSAKeyValue/></KeyValue></KeyInfo><Object><Any/></Object>';
    for (const namespace of [QCVN, 'http://www.w3.org/2000/09/xmldsig#', '']) {
      const signature = `<Signature xmlns="${namespace}">${parts}</Signature>`;
      expect(notedBy(readPackage(documentPackage({ signature })))).toEqual([]);
    }
  });
});

test.each(['MessageHeader', 'Bussiness', 'edXMLBody'])(
  'no %s stands in a signature, where nothing is signed',
  (name) => {
    for (const namespace of [QCVN, '', 'urn:other']) {
      const signature = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Object><x><${name} xmlns="${namespace}"/></x></Object></Signature>`;
      expect(codeOf(readPackage(documentPackage({ signature })))).toBe('schema-invalid');
    }
  },
);

describe('fields that must be there (X30, X31)', () => {
  const fields: readonly [string, PackageOptions, string][] = [
    ['From', { fields: { From: null } }, 'From'],
    ['To', { fields: { To: [] } }, 'To'],
    ['DocumentId', { fields: { DocumentId: null } }, 'DocumentId'],
    [
      'Code',
      {
        edit: (root) => {
          find(root, 'Code').name = 'ReplyFors';
        },
      },
      'Code',
    ],
    ['CodeNumber', { fields: { CodeNumber: null } }, 'Code/CodeNumber'],
    ['Subject', { fields: { Subject: null } }, 'Subject'],
    ['PromulgationDate', { fields: { PromulgationDate: null } }, 'PromulgationInfo/PromulgationDate'],
    [
      'the second recipient’s code',
      { fields: { To: [{ OrganId: 'H99.13' }, { OrganName: 'Không mã' }] } },
      'To[2]/OrganId',
    ],
    ['blank Subject', { fields: { Subject: '  \n\t ' } }, 'Subject'],
    ['no-break spaces for a Subject', { fields: { Subject: '\u00a0\u00a0' } }, 'Subject'],
  ];
  test.each(fields)('%s', (_, options, field) => {
    const result = readPackage(documentPackage(options));
    expect(result).toMatchObject({ ok: false, code: 'field-missing', facts: { field } });
    expect(!result.ok && result.place).toMatch(/^\/edXML\/edXMLEnvelope\/edXMLHeader\/MessageHeader\//);
  });

  test('all that is missing is told at once', () => {
    const result = readPackage(
      documentPackage({ fields: { Subject: null, DocumentId: null, PromulgationDate: '2026/02/30' } }),
    );
    const findings = result.ok ? [] : (result.findings ?? []);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'date-invalid',
      'field-missing',
      'field-missing',
    ]);
  });

  test.each([
    ['From', { From: null }, 'From'],
    ['ResponseFor', { ResponseFor: null }, 'ResponseFor'],
    ['the document', { ResponseFor: { DocumentId: '' } }, 'ResponseFor[1]/DocumentId'],
    ['Timestamp', { Timestamp: null }, 'Timestamp'],
  ])('status without %s', (_, fields, field) => {
    expect(readPackage(statusPackage({ fields }))).toMatchObject({
      ok: false,
      code: 'field-missing',
      facts: { field },
    });
  });
});

describe('values', () => {
  test.each([
    ['2026/02/30', 'date-invalid'],
    ['0000/00/00', 'date-invalid'],
    ['2026/13/45', 'date-invalid'],
    ['hôm nay', 'date-invalid'],
    ['2026/11/20', 'ok'],
    ['20/11/2026', 'ok'],
    ['2026-11-20', 'ok'],
  ])('promulgation date %s (X35, X36): %s', (PromulgationDate, code) => {
    const result = readPackage(documentPackage({ fields: { PromulgationDate } }));
    expect(codeOf(result)).toBe(code);
    if (result.ok) expect(notedBy(result)).toEqual(PromulgationDate === '2026/11/20' ? [] : ['date-format']);
  });

  const numbers = [
    'Type',
    'TypeDetail',
    'Priority',
    'PromulgationAmount',
    'PageAmount',
    'SteeringType',
    'BussinessDocType',
  ] as const;
  test.each(numbers.flatMap((name) => ['１２', '12abc', '-1'].map((value) => [name, value] as const)))(
    '%s = %s (X38)',
    (name, value) => {
      expect(codeOf(readPackage(documentPackage({ fields: { [name]: value } })))).toBe('field-invalid');
    },
  );

  test('an unreadable paper count is left out', () => {
    const options: PackageOptions = { fields: { Paper: 'hai' } };
    expect(notedBy(readPackage(documentPackage(options)))).toEqual(['amount-invalid']);
    expect(documentOf(documentPackage(options)).bussiness).not.toHaveProperty('paper');
  });

  test('a subject with CDATA is text (X33)', () => {
    const Subject = raw('<![CDATA[<script>alert(1)</script> & co]]>');
    expect(documentOf(documentPackage({ fields: { Subject } })).subject).toBe('<script>alert(1)</script> & co');
  });

  test('decomposed letters stay as written (X39)', () => {
    const Subject = 'Kế hoạch'.normalize('NFD');
    expect(documentOf(documentPackage({ fields: { Subject } })).subject).toBe(Subject);
  });

  test('a field without end is not held in memory', () => {
    const Subject = 'a'.repeat(200_000);
    expect(codeOf(readPackage(documentPackage({ fields: { Subject } })))).toBe('field-too-long');
  });

  test('fields are bounded together too, and so is what may be repeated', () => {
    const ToPlaces = Array.from({ length: 100 }, () => 'a'.repeat(100_000));
    expect(codeOf(readPackage(documentPackage({ fields: { ToPlaces } })))).toBe('xml-limits');
    const TraceHeaders = Array.from({ length: 4 }, () => ({ OrganId: 'H99.12' }));
    expect(codeOf(readPackage(documentPackage({ fields: { TraceHeaders } }), { repeats: 3 }))).toBe('xml-limits');
    expect(codeOf(readPackage(documentPackage({ fields: { TraceHeaders } }), { repeats: 4 }))).toBe('ok');
  });

  test('blanks within a field cost no more than other characters', () => {
    // Were the cost quadratic, a few fields like this would not end within any patience.
    const Subject = `a${' '.repeat(120_000)}b`;
    const bytes = documentPackage({ fields: { Subject } });
    expect(documentOf(bytes).subject).toBe(Subject);
  });

  test('an unknown urgency is ordinary, and noted', () => {
    const options: PackageOptions = { fields: { Priority: '9' } };
    expect(notedBy(readPackage(documentPackage(options)))).toEqual(['priority-unknown']);
    expect(documentOf(documentPackage(options)).otherInfo).not.toHaveProperty('priority');
  });

  test('more recipients than any sender has (R7)', () => {
    const To = [{ OrganId: 'H99.13' }, { OrganId: 'H99.14' }, { OrganId: 'H99.15' }];
    expect(codeOf(readPackage(documentPackage({ fields: { To } }), { recipients: 2 }))).toBe('recipients-too-many');
    expect(codeOf(readPackage(documentPackage({ fields: { To } }), { recipients: 3 }))).toBe('ok');
  });

  test('an unreadable trace and an empty reply are noted and left out', () => {
    const fields = { TraceHeaders: [{ OrganId: 'null' }, { Timestamp: null }], ResponseFor: [{}] };
    const result = readPackage(documentPackage({ fields }));
    expect([...notedBy(result)].sort()).toEqual(['response-for-empty', 'trace-header-incomplete']);
    expect(documentOf(documentPackage({ fields }))).toMatchObject({
      traceHeaders: [{ timestamp: '2026-11-20T08:29:51' }, { organId: 'H99.12' }],
      responseFor: [],
    });
  });

  test('an empty optional field is noted once', () => {
    const result = readPackage(
      documentPackage({
        fields: {
          Content: '',
          To: [
            { OrganId: 'H99.13', Fax: '' },
            { OrganId: 'H99.14', Fax: '' },
          ],
        },
      }),
    );
    expect(result.ok && result.value.findings.map(({ code, facts }) => [code, facts['field']])).toEqual([
      ['empty-element', 'To[1]/Fax'],
      ['empty-element', 'Content'],
    ]);
  });
});

describe('kinds of message', () => {
  test.each([
    ['0', 'new'],
    ['1', 'revoke'],
    ['2', 'update'],
    ['3', 'replace'],
  ])('BussinessDocType %s is %s', (BussinessDocType, kind) => {
    expect(documentOf(documentPackage({ fields: { BussinessDocType, BussinessDocReason: null } })).kind).toBe(kind);
  });

  test('no Bussiness means a new document, and is noted', () => {
    const options: PackageOptions = { fields: { BussinessDocType: null } };
    expect(notedBy(readPackage(documentPackage(options)))).toEqual(['bussiness-missing']);
    expect(documentOf(documentPackage(options)).kind).toBe('new');
  });

  test('a number that is no kind', () => {
    expect(codeOf(readPackage(documentPackage({ fields: { BussinessDocType: '4' } })))).toBe('field-invalid');
  });

  test('a reason that tells another kind than the number is noted', () => {
    const options: PackageOptions = {
      fields: { BussinessDocType: '0', BussinessDocReason: 'Thu hồi văn bản điện tử' },
    };
    expect(notedBy(readPackage(documentPackage(options)))).toEqual(['field-invalid']);
  });

  test.each(['01', '02', '03', '04', '05', '06', '13', '15', '16'])('status %s', (StatusCode) => {
    expect(statusOf(statusPackage({ fields: { StatusCode } })).statusCode).toBe(StatusCode);
  });

  test.each<[string, (root: Node) => void]>([
    ['files', (root) => root.children.push(attachmentBlock())],
    ['files in its envelope', (root) => find(root, 'edXMLEnvelope').children.push(attachmentBlock())],
    [
      'a list of files',
      (root) =>
        find(root, 'edXMLEnvelope').children.push(
          element('edXMLBody', [element('edXMLManifest', [element('Reference', [element('ContentId', ['1'])])])]),
        ),
    ],
    [
      'an act on a document',
      (root) =>
        find(root, 'edXMLHeader').children.push(
          element('TraceHeaderList', [element('Bussiness', [element('BussinessDocType', ['1'])])]),
        ),
    ],
  ])('a status brings no %s, which would be unsigned', (_, edit) => {
    expect(codeOf(readPackage(statusPackage({ edit })))).toBe('schema-invalid');
  });

  test.each(['99', '1', ' 01', '01 ', '07', '14', '0１'])('status code "%s" (R10)', (StatusCode) => {
    expect(codeOf(readPackage(statusPackage({ fields: { StatusCode } })))).toBe('status-code-unknown');
  });

  test('a status may give its document’s code in two parts', () => {
    const Code = raw(`<edXML:CodeNumber>15</edXML:CodeNumber><edXML:CodeNotation>UBND-VP</edXML:CodeNotation>`);
    expect(statusOf(statusPackage({ fields: { ResponseFor: { Code } } })).responseFor.code).toBe('15/UBND-VP');
  });

  test('several replies are all kept', () => {
    const ResponseFor = [
      { OrganId: 'H99.13', DocumentId: 'a' },
      { OrganId: 'H99.13', DocumentId: 'b' },
    ];
    expect(
      documentOf(documentPackage({ fields: { ResponseFor } })).responseFor.map(({ documentId }) => documentId),
    ).toEqual(['a', 'b']);
  });

  test('one replacement named twice is one', () => {
    const info = element('ReplacementInfo', [
      element('DocumentId', ['H99.12,2026/01/05,1/UBND']),
      element('OrganIdList', [element('OrganId', ['H99.13'])]),
    ]);
    const edit: PackageOptions['edit'] = (root) =>
      find(root, 'Bussiness').children.push(element('ReplacementInfoList', [info, info]));
    const message = documentOf(documentPackage({ fields: { BussinessDocType: '3', BussinessDocReason: null }, edit }));
    expect(message.bussiness?.replacementInfoList).toEqual([
      { documentId: 'H99.12,2026/01/05,1/UBND', organIdList: ['H99.13'] },
    ]);
  });
});

test('the format is told by its outermost element', () => {
  const [edxml] = FORMATS;
  const seen = (local: string, namespace: string): boolean =>
    edxml!.detect({
      name: local,
      prefix: '',
      local,
      namespace,
      attributes: [],
      parent: null,
      depth: 1,
      offset: 0,
      namespaces: [],
      lookup: () => undefined,
    });
  expect(seen('edXML', QCVN)).toBe(true);
  expect(seen('EdXMLEnvelope', '')).toBe(true);
  expect(seen('edXML', 'urn:other')).toBe(false);
  expect(seen('Invoice', QCVN)).toBe(false);
});

test('the maker’s trees can be searched', () => {
  let recipients = 0;
  documentPackage({
    fields: { To: [{ OrganId: 'H99.13' }, { OrganId: 'H99.14' }] },
    edit: (root) => (recipients = all(root, 'To').length),
  });
  expect(recipients).toBe(2);
});
