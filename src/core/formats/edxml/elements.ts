// The national format as a table: which element stands where, how often, and what its text is. Rows of a group are in the
// order in which the national library writes them; readers never depend on it. What a row says comes from the library and
// from packages seen, not from the legal text, which could not be read in full: `occurs` is what writers do.

import { spellingsOf } from './spellings.ts';

/**
 * `text`: trimmed. `exact`: to the last blank. `organ-id`: exact, and nothing may stand inside it. `date`, `timestamp`,
 * `integer`, `flag`: see `values.ts`.
 */
export type ValueType = 'text' | 'exact' | 'organ-id' | 'date' | 'timestamp' | 'integer' | 'flag';

export type Occurs = 'once' | 'many';

interface Common {
  /** As the standard spells it. */
  readonly name: string;
  /** Spellings seen in the wild. */
  readonly variants: readonly string[];
  readonly occurs: Occurs;
}

export interface Leaf extends Common {
  readonly kind: 'leaf';
  readonly value: ValueType;
  /** An unreadable value is noted and left out, because nothing is decided on it. */
  readonly droppable: boolean;
}

type Closed = 'none' | 'own' | 'any';

export interface Group extends Common {
  readonly kind: 'group';
  readonly rows: ReadonlyMap<string, Placed>;
  /** Of which vocabulary unknown children are refused instead of noted: none, our own, any. */
  readonly closed: Closed;
  /** May hold text instead of children. */
  readonly text: boolean;
}

/** Base64 text of an attachment, digested while it passes. */
export interface Payload extends Common {
  readonly kind: 'payload';
}

/** Known, and of no use here: neither read nor noted. `signature` has its own reader. */
export interface Skipped extends Common {
  readonly kind: 'skipped' | 'signature';
}

export type ElementRule = Leaf | Group | Payload | Skipped;

export interface Placed {
  readonly rule: ElementRule;
  readonly position: number;
  /** What this spelling of it calls for. */
  readonly note: 'spelling-variant' | 'attachments-misplaced' | null;
}

interface Options {
  readonly occurs?: Occurs;
  readonly droppable?: boolean;
  readonly closed?: Closed;
  readonly text?: boolean;
}

const ROOT_NAME = 'edXML';
const BLOCK_NAME = 'AttachmentEncoded';

function leaf(name: string, value: ValueType = 'text', options: Options = {}): Leaf {
  const { occurs = 'once', droppable = false } = options;
  return { kind: 'leaf', name, value, occurs, variants: spellingsOf(name), droppable };
}

function group(name: string, rules: readonly ElementRule[], options: Options = {}): Group {
  const { occurs = 'once', closed = 'none', text = false } = options;
  const rows = new Map<string, Placed>();
  rules.forEach((rule, position) => {
    const misplaced = rule.name === BLOCK_NAME && name !== ROOT_NAME;
    rows.set(rule.name, { rule, position, note: misplaced ? 'attachments-misplaced' : null });
    for (const variant of rule.variants) rows.set(variant, { rule, position, note: 'spelling-variant' });
  });
  return { kind: 'group', name, rows, occurs, variants: spellingsOf(name), closed, text };
}

function skipped(name: string, kind: Skipped['kind'] = 'skipped'): Skipped {
  return { kind, name, occurs: 'many', variants: [] };
}

const ORGANIZATION = [
  leaf('OrganId', 'organ-id'),
  leaf('OrganizationInCharge'),
  leaf('OrganName'),
  leaf('OrganAdd'),
  leaf('Email'),
  leaf('Telephone'),
  leaf('Fax'),
  leaf('Website'),
];

const CODE_PARTS = [leaf('CodeNumber'), leaf('CodeNotation')];

const RESPONSE_FOR = group(
  'ResponseFor',
  [
    leaf('OrganId', 'organ-id'),
    group('Code', CODE_PARTS, { text: true }),
    leaf('DocumentId'),
    leaf('PromulgationDate', 'date', { droppable: true }),
  ],
  { occurs: 'many' },
);

const STAFF_INFO = group('StaffInfo', [
  leaf('Department'),
  skipped('DepartmentId'),
  leaf('Staff'),
  skipped('StaffId'),
  leaf('Email'),
  leaf('Mobile'),
]);

const OTHER_INFO = group('OtherInfo', [
  leaf('Priority', 'integer'),
  leaf('SphereOfPromulgation'),
  leaf('TyperNotation'),
  leaf('PromulgationAmount', 'integer'),
  leaf('PageAmount', 'integer'),
  skipped('ReplyFors'),
  leaf('Direction', 'flag', { droppable: true }),
  skipped('ReferenceCodes'),
  group('Appendixes', [leaf('Appendix', 'text', { occurs: 'many' })]),
]);

const MESSAGE_HEADER = group('MessageHeader', [
  group('From', ORGANIZATION),
  group('To', ORGANIZATION, { occurs: 'many' }),
  leaf('DocumentId'),
  group('Code', CODE_PARTS),
  group('PromulgationInfo', [leaf('Place'), leaf('PromulgationDate', 'date')]),
  group('DocumentType', [leaf('Type', 'integer'), leaf('TypeDetail', 'integer'), leaf('TypeName')]),
  leaf('Subject'),
  leaf('Content'),
  group('SignerInfo', [leaf('Competence'), leaf('Position'), leaf('FullName')]),
  leaf('DueDate', 'date'),
  OTHER_INFO,
  RESPONSE_FOR,
  leaf('SteeringType', 'integer'),
  skipped('ResponseForTask'),
  skipped('ApplicationType'),
  group('ToPlaces', [leaf('Place', 'text', { occurs: 'many' })]),
  // A business status has these instead of the document's data.
  STAFF_INFO,
  leaf('StatusCode', 'exact'),
  leaf('Description'),
  leaf('Timestamp', 'timestamp'),
]);

const BUSSINESS = group('Bussiness', [
  leaf('DocumentId'),
  leaf('BussinessDocType', 'integer'),
  leaf('BussinessDocReason', 'text'),
  leaf('Paper', 'integer', { droppable: true }),
  group('BussinessDocumentInfo', [
    leaf('DocumentInfo', 'flag'),
    leaf('DocumentReceiver', 'flag'),
    group('ReceiverList', [
      group('Receiver', [leaf('OrganId', 'organ-id'), leaf('ReceiverType', 'integer')], { occurs: 'many' }),
    ]),
  ]),
  group('ReplacementInfoList', [
    group(
      'ReplacementInfo',
      [leaf('DocumentId'), group('OrganIdList', [leaf('OrganId', 'organ-id', { occurs: 'many' })])],
      { occurs: 'many' },
    ),
  ]),
  STAFF_INFO,
]);

const TRACE_HEADER_LIST = group('TraceHeaderList', [
  BUSSINESS,
  group('TraceHeader', [leaf('OrganId'), leaf('Timestamp', 'timestamp', { droppable: true })], {
    occurs: 'many',
    closed: 'any',
  }),
]);

const ATTACHMENT_BLOCK: Group = group(BLOCK_NAME, [
  group(
    'Attachment',
    [
      leaf('ContentId'),
      leaf('AttachmentName', 'exact'),
      leaf('Description'),
      skipped('FieldName'),
      skipped('MimeType'),
      leaf('ContentType'),
      { kind: 'payload', name: 'ContentTransferEncoded', occurs: 'once', variants: [] },
    ],
    { occurs: 'many' },
  ),
]);

const MANIFEST = group('edXMLManifest', [
  group('Reference', [leaf('ContentId'), leaf('ContentType'), leaf('Description'), leaf('AttachmentName', 'exact')], {
    occurs: 'many',
  }),
]);

/** The envelope, as root or below it. */
export const ENVELOPE = group('edXMLEnvelope', [
  group('edXMLHeader', [MESSAGE_HEADER, TRACE_HEADER_LIST, skipped('Signature', 'signature')]),
  // Reports and notices that are no documents travel in the same envelope with a body of their own.
  group('edXMLBody', [MANIFEST, ATTACHMENT_BLOCK], { closed: 'own' }),
  ATTACHMENT_BLOCK,
]);

export const ROOT = group(ROOT_NAME, [ENVELOPE, ATTACHMENT_BLOCK]);

/** What the national library writes without its prefix: all of the block but the files' text. */
export const UNPREFIXED: ReadonlySet<ElementRule> = new Set([ROOT, ATTACHMENT_BLOCK, ...bare(ATTACHMENT_BLOCK)]);

/** Elements of which a second one, in any spelling, changes what the package is, and the problem that is. */
export const SINGULAR: ReadonlyMap<string, 'envelope-duplicated' | 'attachments-duplicated'> = new Map([
  ...[ENVELOPE.name, ...ENVELOPE.variants].map((name) => [name, 'envelope-duplicated'] as const),
  [BLOCK_NAME, 'attachments-duplicated'] as const,
]);

/**
 * What holds a package together, besides the singular ones. Somebody who looks for these by name must find those that were
 * signed, and no others.
 */
export const STRUCTURE: ReadonlySet<string> = new Set(
  [MESSAGE_HEADER, TRACE_HEADER_LIST, BUSSINESS]
    .flatMap(({ name, variants }) => [name, ...variants])
    .concat(['edXMLHeader', 'EdXMLHeader', 'edXMLBody', 'EdXMLBody', 'edXMLManifest', 'EdXMLManifest']),
);

/** Every spelling the table knows, by its lower-case form: the same letters in another case are a mistake, not a field. */
export const SPELLINGS: ReadonlyMap<string, ReadonlySet<string>> = spellings();

/** A package layout of an old vendor's that looks like ours and is not. */
export const FOREIGN_NAMES: ReadonlySet<string> = new Set(['edXMLAttachments', 'AttachmentData']);

function bare({ rows }: Group): readonly ElementRule[] {
  return [...rows.values()].flatMap(({ rule }) => {
    if (rule.kind === 'payload') return [];
    return rule.kind === 'group' ? [rule, ...bare(rule)] : [rule];
  });
}

function spellings(): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  const visit = (rule: ElementRule): void => {
    for (const name of [rule.name, ...rule.variants]) {
      const lower = name.toLowerCase();
      known.set(lower, (known.get(lower) ?? new Set()).add(name));
    }
    if (rule.kind === 'group') for (const { rule: child } of rule.rows.values()) visit(child);
  };
  visit(ROOT);
  return known;
}

/** What must be there, by kind of package; paths below MessageHeader. A path through `To` holds for every one of them. */
export const REQUIRED: Readonly<Record<'document' | 'status', readonly (readonly string[])[]>> = {
  document: [
    ['From', 'OrganId'],
    ['To', 'OrganId'],
    ['DocumentId'],
    ['Code', 'CodeNumber'],
    ['PromulgationInfo', 'PromulgationDate'],
    ['Subject'],
  ],
  status: [
    ['From', 'OrganId'],
    ['ResponseFor', 'OrganId'],
    ['ResponseFor', 'DocumentId'],
    ['StatusCode'],
    ['Timestamp'],
  ],
};

/** Leaves, besides the codes of organisations, by which a package is told from others, or what it does is decided. */
export const DECIDING: ReadonlySet<string> = new Set([
  'DocumentId',
  'CodeNumber',
  'CodeNotation',
  'StatusCode',
  'BussinessDocType',
  'ReceiverType',
  'Priority',
  'ContentId',
  'AttachmentName',
]);

/** Of a document only; beside a StatusCode they leave open what the package is. */
export const DOCUMENT_ONLY: readonly string[] = [
  'To',
  'DocumentId',
  'Code',
  'PromulgationInfo',
  'DocumentType',
  'Subject',
];

/** XML-DSig's element names, whatever namespace the writer put them in; `open` ones may hold anything. */
export const SIGNATURE_NAMES: ReadonlyMap<string, 'known' | 'open'> = new Map<string, 'known' | 'open'>([
  ...[
    'Signature',
    'SignedInfo',
    'CanonicalizationMethod',
    'SignatureMethod',
    'HMACOutputLength',
    'Reference',
    'Transforms',
    'DigestMethod',
    'DigestValue',
    'SignatureValue',
    'KeyInfo',
    'KeyName',
    'MgmtData',
    'RetrievalMethod',
    'X509Data',
    'X509IssuerSerial',
    'X509IssuerName',
    'X509SerialNumber',
    'X509SKI',
    'X509SubjectName',
    'X509Certificate',
    'X509CRL',
    'X509Digest',
    'KeyInfoReference',
    'DEREncodedKeyValue',
  ].map((name) => [name, 'known'] as const),
  ...['Object', 'Transform', 'KeyValue', 'PGPData', 'SPKIData', 'Manifest', 'SignatureProperties'].map(
    (name) => [name, 'open'] as const,
  ),
]);
