// The discrepancies between packages of the wild and the strict form, each as a change to a package that our own builder
// makes. Rows are those of the table of discrepancies in the facts of the format.

import { all, element, find, QCVN, raw, type Node, type PackageOptions } from './packages.ts';

/** A change that leaves the message what it is. */
export interface Variation {
  readonly row: number;
  readonly name: string;
  readonly options?: PackageOptions;
  /** What no builder writes: over the finished bytes. */
  readonly patch?: (text: string) => string;
  readonly noted: readonly string[];
  /** Variations with one of these in common cannot be made to the same package. */
  readonly touches: readonly string[];
}

/** The strict form all variations start from: every group that a row speaks of, and no list of two, which a reversal would turn. */
export const STRICT: PackageOptions = {
  fields: {
    BussinessDocType: '2',
    BussinessDocReason: 'Cập nhật văn bản điện tử',
    BussinessDocumentId: 'H99.12,2026/11/19,14/UBND-VP',
    Content: 'Nội dung khác trích yếu',
    ResponseFor: [
      {
        OrganId: 'H99.13',
        Code: '7/UBND-NV',
        DocumentId: 'H99.13,2026/11/01,7/UBND-NV',
        PromulgationDate: '2026/11/01',
      },
    ],
    ToPlaces: ['Như trên'],
  },
  edit: (root) => {
    const reason = all(root, 'BussinessDocReason')[0];
    const bussiness = all(root, 'Bussiness')[0];
    if (reason === undefined || bussiness === undefined) return;
    bussiness.children.splice(
      bussiness.children.length - 1,
      0,
      element('BussinessDocumentInfo', [
        element('DocumentInfo', ['1']),
        element('DocumentReceiver', ['1']),
        element('ReceiverList', [
          element('Receiver', [element('OrganId', ['H99.13']), element('ReceiverType', ['1'])]),
        ]),
      ]),
    );
  },
};

/** The one set of options that makes the strict form with these variations. */
export function varied(variations: readonly Variation[], base: PackageOptions = STRICT): PackageOptions {
  const options = [base, ...variations.map((variation) => variation.options ?? {})];
  return {
    ...base,
    fields: Object.assign({}, ...options.map(({ fields }) => fields ?? {})) as NonNullable<PackageOptions['fields']>,
    dialect: Object.assign({}, ...options.map(({ dialect }) => dialect ?? {})) as NonNullable<
      PackageOptions['dialect']
    >,
    ...signatureOf(options),
    edit: (root) => {
      for (const { edit } of options) edit?.(root);
    },
  };
}

/** Turns the finished bytes as the variations that are made to bytes say. */
export function patched(bytes: Buffer, variations: readonly Variation[]): Buffer {
  const patches = variations.flatMap(({ patch }) => patch ?? []);
  return patches.length === 0
    ? bytes
    : Buffer.from(patches.reduce((text, patch) => patch(text), bytes.toString('utf8')));
}

export const VARIATIONS: readonly Variation[] = [
  spelling('Bussiness', 'Business'),
  spelling('BussinessDocType', 'BusinessDocType'),
  spelling('BussinessDocReason', 'BusinessDocReason'),
  spelling('BussinessDocumentInfo', 'BusinessDocumentInfo'),
  {
    ...spelling('OrganizationInCharge', 'OrganInCharge'),
    row: 2,
  },
  namespace('http://www.e-doc.vn/Schema/', 'namespace-legacy'),
  namespace('http://www.e-doc.vn/Schema', 'namespace-legacy'),
  namespace('http://www.go.vn/eDoc', 'namespace-legacy'),
  {
    row: 3,
    name: 'no namespace',
    options: { dialect: { namespace: '', prefix: '' } },
    noted: ['namespace-missing', 'prefix-variant'],
    touches: ['namespace', 'prefix', 'payload prefix', 'signature'],
  },
  root('EdXML', ['root-variant']),
  root('edXMLEnvelope', ['root-variant', 'attachments-misplaced']),
  root('EdXMLEnvelope', ['root-variant', 'attachments-misplaced']),
  renamed(4, 'edXMLManifest', 'Manifest'),
  renamed(4, 'edXMLManifest', 'EdXMLManifest'),
  renamed(4, 'edXMLHeader', 'EdXMLHeader'),
  prefix('ns2'),
  prefix(''),
  ...(['sibling-prefixed', 'in-envelope', 'in-body'] as const).map((attachments): Variation => ({
    row: 6,
    name: `attachments ${attachments}`,
    options: { dialect: { attachments } },
    noted: attachments === 'sibling-prefixed' ? ['prefix-variant'] : ['attachments-misplaced', 'prefix-variant'],
    touches: ['attachments', 'prefix', 'payload prefix', 'root'],
  })),
  ...(['reference', 'neither'] as const).map((cid): Variation => ({
    row: 7,
    name: cid === 'neither' ? 'no cid: at all' : 'cid: in the manifest only',
    options: { dialect: { cid } },
    noted: ['content-id-variant'],
    touches: ['cid'],
  })),
  {
    row: 7,
    name: 'xlink attributes on the manifest',
    options: { dialect: { xlink: true } },
    noted: ['content-id-variant'],
    touches: ['xlink'],
  },
  ordered(8, 'Attachment', ['ContentType', 'ContentId', 'Description', 'ContentTransferEncoded', 'AttachmentName']),
  {
    row: 8,
    name: 'ContentTransferEncoded without a prefix',
    patch: (text) =>
      text
        .replaceAll(`<edXML:ContentTransferEncoded xmlns:edXML="${QCVN}">`, '<ContentTransferEncoded>')
        .replaceAll('</edXML:ContentTransferEncoded>', '</ContentTransferEncoded>'),
    noted: ['prefix-variant'],
    touches: ['payload prefix', 'namespace'],
  },
  {
    row: 8,
    name: 'base64 in lines',
    options: { dialect: { wrap: 76 } },
    noted: ['encoded-whitespace'],
    touches: ['wrap'],
  },
  {
    row: 8,
    name: 'blanks around base64',
    patch: (text) => text.replace(/(ContentTransferEncoded[^>]*>)([A-Za-z0-9+/=]+)</, '$1\n\t$2 \n<'),
    noted: ['encoded-whitespace'],
    touches: ['wrap'],
  },
  last('MessageHeader', 'DocumentId'),
  ordered(9, 'MessageHeader', ['ToPlaces', 'OtherInfo']),
  last('TraceHeaderList', 'Bussiness'),
  ordered(9, 'DocumentType', ['TypeName', 'TypeDetail']),
  ordered(9, 'From', ['OrganName', 'OrganizationInCharge']),
  ordered(9, 'StaffInfo', ['Mobile', 'Email']),
  ordered(9, 'ResponseFor', ['PromulgationDate', 'DocumentId']),
  ordered(9, 'Code', ['CodeNotation', 'CodeNumber']),
  ordered(9, 'Reference', ['Description', 'AttachmentName', 'ContentType', 'ContentId']),
  {
    row: 9,
    name: 'every group in reverse',
    options: { dialect: { reversed: true } },
    noted: ['element-order'],
    touches: [],
  },
  {
    row: 10,
    name: 'an empty DigitalSignature',
    options: { edit: (tree) => find(tree, 'edXMLHeader').children.push(element('DigitalSignature')) },
    noted: ['unknown-element'],
    touches: ['edXMLHeader'],
  },
  signature('in the xmldsig namespace', 'http://www.w3.org/2000/09/xmldsig#'),
  signature('in the namespace of the standard', QCVN),
  signature('without a namespace', ''),
  {
    row: 12,
    name: 'dates as dd/MM/yyyy',
    options: { fields: { PromulgationDate: '20/11/2026', DueDate: '01/12/2026' } },
    noted: ['date-format'],
    touches: ['dates'],
  },
  {
    row: 12,
    name: 'dates as ISO has them',
    options: { fields: { PromulgationDate: '2026-11-20', DueDate: '2026-12-01T00:00:00+07:00' } },
    noted: ['date-format'],
    touches: ['dates'],
  },
  ...['20/11/2026 08:29:51', '2026-11-20T08:29:51', '2026-11-20T01:29:51Z', '2026-11-20T08:29:51.000+07:00'].map(
    (Timestamp): Variation => ({
      row: 12,
      name: `time ${Timestamp}`,
      options: { fields: { TraceHeaders: [{ Timestamp }] } },
      noted: ['date-format'],
      touches: ['trace'],
    }),
  ),
  {
    row: 13,
    name: 'an empty ResponseFor more',
    options: { edit: (tree) => inHeader(tree, 'SteeringType', element('ResponseFor')) },
    noted: ['response-for-empty'],
    touches: ['MessageHeader'],
  },
  {
    row: 13,
    name: 'a hop that says nothing',
    options: { edit: (tree) => find(tree, 'TraceHeaderList').children.push(element('TraceHeader')) },
    noted: ['trace-header-incomplete'],
    touches: ['TraceHeaderList'],
  },
  {
    row: 14,
    name: 'a byte order mark',
    options: { dialect: { bom: true } },
    noted: ['byte-order-mark'],
    touches: ['start'],
  },
  {
    row: 18,
    name: 'SteeringType counted from 0',
    options: { fields: { SteeringType: '0' } },
    noted: [],
    touches: ['SteeringType'],
  },
  {
    row: 21,
    name: 'the answered code in two parts',
    options: {
      edit: (tree) => {
        find(find(tree, 'ResponseFor'), 'Code').children = [
          element('CodeNumber', ['7']),
          element('CodeNotation', ['UBND-NV']),
        ];
      },
    },
    noted: ['spelling-variant'],
    touches: ['ResponseFor', 'Code'],
  },
];

/** What XML itself leaves free: nothing is said of it. */
export const LAYOUTS: readonly Variation[] = [
  layout('CR LF line ends', { lineEnd: '\r\n' }, ['wrap']),
  layout('no white space between elements', { pretty: false }),
  layout('no XML declaration', { declaration: '' }, ['start']),
  layout(
    'another spelling of the declaration',
    { declaration: "<?xml version='1.0' encoding='utf-8' standalone='yes'?>" },
    ['start'],
  ),
  {
    row: 0,
    name: 'comments between elements',
    options: { edit: (tree) => void find(tree, 'MessageHeader').children.unshift(raw('<!-- mẫu -->')) },
    noted: [],
    touches: [],
  },
  {
    row: 0,
    name: 'a subject as CDATA and references',
    patch: (text) => text.replace('Subject>V/v', 'Subject><![CDATA[V]]>&#x2f;v'),
    noted: [],
    touches: ['subject'],
  },
];

function layout(
  name: string,
  dialect: NonNullable<PackageOptions['dialect']>,
  touches: readonly string[] = [],
): Variation {
  return { row: 0, name, options: { dialect }, noted: [], touches: ['layout', ...touches] };
}

function spelling(standard: string, variant: string): Variation {
  return renamed(1, standard, variant);
}

function renamed(row: number, standard: string, variant: string): Variation {
  return {
    row,
    name: `${variant} for ${standard}`,
    options: {
      edit: (tree) => {
        for (const node of all(tree, standard)) node.name = variant;
      },
    },
    noted: ['spelling-variant'],
    touches: [standard],
  };
}

function namespace(uri: string, noted: string): Variation {
  return {
    row: 3,
    name: uri,
    options: { dialect: { namespace: uri } },
    noted: [noted],
    touches: ['namespace', 'payload prefix', 'signature'],
  };
}

function root(name: 'EdXML' | 'edXMLEnvelope' | 'EdXMLEnvelope', noted: readonly string[]): Variation {
  const envelope = name !== 'EdXML';
  return {
    row: 4,
    name: `root ${name}`,
    options: { dialect: { root: name } },
    noted,
    touches: envelope ? ['root', 'attachments', 'prefix', 'payload prefix'] : ['root'],
  };
}

function prefix(written: string): Variation {
  return {
    row: 5,
    name: written === '' ? 'no prefix at all' : `prefix ${written}`,
    options: { dialect: { prefix: written } },
    noted: ['prefix-variant'],
    touches: ['prefix', 'payload prefix', 'namespace'],
  };
}

/** The named children in this order, at the place of the first of them. */
function ordered(row: number, parent: string, names: readonly string[]): Variation {
  return {
    row,
    name: `in ${parent}: ${names.join(', ')}`,
    options: {
      edit: (tree) => {
        for (const node of all(tree, parent)) reorder(node, names);
      },
    },
    noted: ['element-order'],
    touches: [...names, parent],
  };
}

function reorder(node: Node, names: readonly string[]): void {
  const nameOf = (child: Node['children'][number]): string =>
    typeof child === 'object' && 'name' in child ? child.name : '';
  const wanted = names.flatMap((name) => node.children.filter((child) => nameOf(child) === name));
  const at = node.children.findIndex((child) => names.includes(nameOf(child)));
  if (wanted.length < 2 && !names.every((name) => node.children.some((child) => nameOf(child) === name))) return;
  const others = node.children.filter((child) => !names.includes(nameOf(child)));
  node.children = [...others.slice(0, at), ...wanted, ...others.slice(at)];
}

function last(parent: string, name: string): Variation {
  return {
    row: 9,
    name: `${name} as the last of ${parent}`,
    options: {
      edit: (tree) => {
        const node = find(tree, parent);
        const child = node.children.find((each) => typeof each === 'object' && 'name' in each && each.name === name);
        if (child !== undefined) node.children = [...node.children.filter((each) => each !== child), child];
      },
    },
    noted: ['element-order'],
    touches: [name, parent],
  };
}

/** The shape that SDK writers copy from each other, with a transform of no standard. No profile takes it for proof. */
function signature(where: string, uri: string): Variation {
  const markup =
    `<Signature xmlns="${uri}"><SignedInfo>` +
    '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>' +
    '<SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><Reference URI=""><Transforms>' +
    '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>' +
    '<Transform Algorithm="http://www.w3.org/TR/xml-exc-c14n#"/></Transforms>' +
    '<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAA=</DigestValue>' +
    '</Reference></SignedInfo><SignatureValue>AAAA</SignatureValue></Signature>';
  return {
    row: 10,
    name: `a dummy Signature ${where}`,
    options: { signature: markup },
    noted: [],
    touches: ['signature'],
  };
}

function inHeader(tree: Node, before: string, node: Node): void {
  const { children } = find(tree, 'MessageHeader');
  const at = children.findIndex((child) => typeof child === 'object' && 'name' in child && child.name === before);
  children.splice(at, 0, node);
}

function signatureOf(options: readonly PackageOptions[]): Pick<PackageOptions, 'signature'> {
  const given = options.flatMap(({ signature: markup }) => markup ?? []).at(-1);
  return given === undefined ? {} : { signature: given };
}
