// A maker of edXML test packages: unsigned, every field overridable, every dialect of the wild on demand. It shares no
// line with the product's writer, so that an independent reading of the format judges reader and writer.

export const QCVN = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

/** One element as the maker sees it. `raw` children are put into the bytes as they are. */
export interface Node {
  name: string;
  attributes: Record<string, string>;
  children: (Node | string | { raw: string | Buffer })[];
}

/** `raw('<![CDATA[…]]>')`: markup to be written untouched. */
export function raw(markup: string | Buffer): { raw: string | Buffer } {
  return { raw: markup };
}

type Value = string | { raw: string | Buffer } | null;

export interface OrganizationFields {
  OrganId?: Value;
  OrganizationInCharge?: Value;
  OrganName?: Value;
  OrganAdd?: Value;
  Email?: Value;
  Telephone?: Value;
  Fax?: Value;
  Website?: Value;
}

export interface ResponseForFields {
  OrganId?: Value;
  Code?: Value;
  DocumentId?: Value;
  PromulgationDate?: Value;
}

/** `null` leaves the element out; what is not named keeps its default. */
export interface DocumentFields {
  From?: OrganizationFields | null;
  To?: readonly OrganizationFields[];
  DocumentId?: Value;
  CodeNumber?: Value;
  CodeNotation?: Value;
  Place?: Value;
  PromulgationDate?: Value;
  Type?: Value;
  TypeDetail?: Value;
  TypeName?: Value;
  Subject?: Value;
  Content?: Value;
  Competence?: Value;
  Position?: Value;
  FullName?: Value;
  DueDate?: Value;
  Priority?: Value;
  SphereOfPromulgation?: Value;
  TyperNotation?: Value;
  PromulgationAmount?: Value;
  PageAmount?: Value;
  Direction?: Value;
  Appendixes?: readonly string[];
  ResponseFor?: readonly ResponseForFields[];
  SteeringType?: Value;
  ToPlaces?: readonly string[];
  TraceHeaders?: readonly { OrganId?: Value; Timestamp?: Value }[];
  /** `null`: no `Bussiness` at all. */
  BussinessDocType?: Value;
  BussinessDocReason?: Value;
  BussinessDocumentId?: Value;
  Paper?: Value;
}

export interface AttachmentFields {
  contentId?: string;
  name?: string | null;
  description?: string | null;
  contentType?: string | null;
  /** Of the manifest's reference; by default that of the attachment. */
  referenceType?: string | null;
  bytes?: Buffer;
  /** The text of ContentTransferEncoded, in place of the base64 of `bytes`. */
  encoded?: string | { raw: string | Buffer };
  /** `false`: not on the manifest. */
  listed?: boolean;
  /** `false`: only on the manifest. */
  present?: boolean;
}

/** How the same message is spelled. The default is what the national library writes. */
export interface Dialect {
  namespace: string;
  /** Of envelope and descendants; `''` makes everything use the default namespace. */
  prefix: string;
  root: 'edXML' | 'EdXML' | 'edXMLEnvelope' | 'EdXMLEnvelope';
  manifest: 'edXMLManifest' | 'Manifest';
  /** `Business…` and `OrganInCharge` as some writers spell them. */
  spelling: 'standard' | 'variant';
  attachments: 'sibling' | 'sibling-prefixed' | 'in-envelope' | 'in-body';
  /** `cid:` before content ids. */
  cid: 'both' | 'reference' | 'neither';
  /** Attributes `xlink:*` on the manifest's references. */
  xlink: boolean;
  /** Children of every group in reverse order. */
  reversed: boolean;
  /** Column at which base64 is broken; 0 for one line. */
  wrap: number;
  bom: boolean;
  lineEnd: '\n' | '\r\n';
  /** White space between elements. */
  pretty: boolean;
  declaration: string;
}

export const LIBRARY: Dialect = {
  namespace: QCVN,
  prefix: 'edXML',
  root: 'edXML',
  manifest: 'edXMLManifest',
  spelling: 'standard',
  attachments: 'sibling',
  cid: 'both',
  xlink: false,
  reversed: false,
  wrap: 0,
  bom: false,
  lineEnd: '\n',
  pretty: true,
  declaration: '<?xml version="1.0" encoding="UTF-8"?>',
};

export interface PackageOptions {
  fields?: DocumentFields;
  attachments?: readonly AttachmentFields[];
  dialect?: Partial<Dialect>;
  /** Markup put as the last child of edXMLHeader, where `Signature` stands. */
  signature?: string | Buffer;
  /** Last word over the tree, before it is written. Names are local names; prefixes come with the writing. */
  edit?: (root: Node) => void;
}

export const SENDER: OrganizationFields = {
  OrganId: 'H99.12',
  OrganizationInCharge: 'UBND tỉnh Mẫu',
  OrganName: 'UBND huyện Mẫu',
};
export const RECIPIENT: OrganizationFields = {
  OrganId: 'H99.13',
  OrganizationInCharge: 'UBND tỉnh Mẫu',
  OrganName: 'UBND huyện Thử',
};

/** A small PDF: enough for its magic number, not for a viewer. */
export function pdf(text = 'Kính gửi'): Buffer {
  return Buffer.concat([
    Buffer.from('%PDF-1.7\n%'),
    Buffer.from([0xe2, 0xe3, 0xcf, 0xd3]),
    Buffer.from(`\n1 0 obj\n<</Type/Catalog>>\nendobj\n% ${text}\ntrailer\n<</Root 1 0 R>>\n%%EOF\n`),
  ]);
}

/** A new document (văn bản mới), as bytes. */
export function documentPackage(options: PackageOptions = {}): Buffer {
  const dialect = { ...LIBRARY, ...options.dialect };
  const root = documentTree(options, dialect);
  options.edit?.(root);
  return write(root, dialect);
}

export interface StatusFields {
  From?: OrganizationFields | null;
  ResponseFor?: ResponseForFields | null;
  Department?: Value;
  Staff?: Value;
  Mobile?: Value;
  Email?: Value;
  StatusCode?: Value;
  Description?: Value;
  Timestamp?: Value;
}

/** A business status, as bytes. */
export function statusPackage(
  options: { fields?: StatusFields; dialect?: Partial<Dialect>; edit?: (root: Node) => void } = {},
): Buffer {
  const dialect = { ...LIBRARY, ...options.dialect };
  const fields = options.fields ?? {};
  const header = element('MessageHeader', [
    ...(fields.From === null ? [] : [organization('From', fields.From ?? RECIPIENT)]),
    ...(fields.ResponseFor === null ? [] : [responseFor({ ...DEFAULT_RESPONSE, ...fields.ResponseFor })]),
    group('StaffInfo', [
      ['Department', fields.Department, 'Văn thư'],
      ['Staff', fields.Staff, 'Cán bộ văn thư'],
      ['Email', fields.Email, 'vanthu@example.vn'],
      ['Mobile', fields.Mobile, '0900000000'],
    ]),
    ...leaf('StatusCode', fields.StatusCode, '01'),
    ...leaf('Description', fields.Description, 'Đã đến'),
    ...leaf('Timestamp', fields.Timestamp, '2026/11/20 10:25:11'),
  ]);
  const root = envelope([element('edXMLHeader', [header])], [], dialect);
  options.edit?.(root);
  return write(root, dialect);
}

/** The first element of that local name, depth first; throws when there is none. */
export function find(root: Node, name: string): Node {
  const found = all(root, name)[0];
  if (found === undefined) throw new Error(`no ${name} in the test package`);
  return found;
}

export function all(root: Node, name: string): Node[] {
  const found: Node[] = root.name === name ? [root] : [];
  for (const child of root.children) {
    if (typeof child === 'object' && 'name' in child) found.push(...all(child, name));
  }
  return found;
}

export function element(name: string, children: Node['children'] = [], attributes: Record<string, string> = {}): Node {
  return { name, attributes, children };
}

/** The same bytes cut into pieces of the given sizes, the last size repeated. */
export function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? bytes.length);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const DEFAULT_RESPONSE: ResponseForFields = {
  OrganId: 'H99.12',
  Code: '15/UBND-VP',
  DocumentId: 'H99.12,2026/11/20,15/UBND-VP',
  PromulgationDate: '2026/11/20',
};

function documentTree(options: PackageOptions, dialect: Dialect): Node {
  const fields = options.fields ?? {};
  const attachments = options.attachments ?? [{}];
  const header = element('edXMLHeader', [messageHeader(fields), traceHeaderList(fields)]);
  if (options.signature !== undefined) header.children.push(raw(options.signature));
  const manifest = element(
    dialect.manifest,
    attachments.flatMap((attachment, index) =>
      attachment.listed === false ? [] : [reference(attachment, index, dialect)],
    ),
    { version: '1.0' },
  );
  const block = element(
    'AttachmentEncoded',
    attachments.flatMap((attachment, index) =>
      attachment.present === false ? [] : [encoded(attachment, index, dialect)],
    ),
  );
  const body = element('edXMLBody', [manifest]);
  if (dialect.attachments === 'in-body') body.children.push(block);
  const parts = [header, body];
  if (dialect.attachments === 'in-envelope') parts.push(block);
  return envelope(parts, dialect.attachments.startsWith('sibling') ? [block] : [], dialect);
}

function envelope(parts: Node[], siblings: Node[], dialect: Dialect): Node {
  if (dialect.root === 'edXMLEnvelope' || dialect.root === 'EdXMLEnvelope')
    return element(dialect.root, [...parts, ...siblings]);
  return element(dialect.root, [element('edXMLEnvelope', parts), ...siblings]);
}

function messageHeader(fields: DocumentFields): Node {
  return element('MessageHeader', [
    ...(fields.From === null ? [] : [organization('From', { ...SENDER, ...fields.From })]),
    ...(fields.To ?? [RECIPIENT]).map((to) => organization('To', to)),
    ...leaf('DocumentId', fields.DocumentId, 'H99.12,2026/11/20,15/UBND-VP'),
    group('Code', [
      ['CodeNumber', fields.CodeNumber, '15'],
      ['CodeNotation', fields.CodeNotation, 'UBND-VP'],
    ]),
    group('PromulgationInfo', [
      ['Place', fields.Place, 'Mẫu'],
      ['PromulgationDate', fields.PromulgationDate, '2026/11/20'],
    ]),
    group('DocumentType', [
      ['Type', fields.Type, '2'],
      ['TypeDetail', fields.TypeDetail, '18'],
      ['TypeName', fields.TypeName, 'Công văn'],
    ]),
    ...leaf('Subject', fields.Subject, 'V/v kết nối, liên thông phần mềm quản lý văn bản'),
    ...leaf('Content', fields.Content, 'V/v kết nối, liên thông phần mềm quản lý văn bản'),
    group('SignerInfo', [
      ['Competence', fields.Competence, 'TM. UBND'],
      ['Position', fields.Position, 'Chủ tịch'],
      ['FullName', fields.FullName, 'Nguyễn Văn Mẫu'],
    ]),
    ...leaf('DueDate', fields.DueDate, '2026/12/01'),
    otherInfo(fields),
    ...(fields.ResponseFor ?? []).map(responseFor),
    ...leaf('SteeringType', fields.SteeringType, '1'),
    element(
      'ToPlaces',
      (fields.ToPlaces ?? ['Như trên', 'Lưu: VT']).map((place) => element('Place', [place])),
    ),
  ]);
}

function otherInfo(fields: DocumentFields): Node {
  const info = group('OtherInfo', [
    ['Priority', fields.Priority, '0'],
    ['SphereOfPromulgation', fields.SphereOfPromulgation, 'Liên thông'],
    ['TyperNotation', fields.TyperNotation, 'TVC'],
    ['PromulgationAmount', fields.PromulgationAmount, '1'],
    ['PageAmount', fields.PageAmount, '2'],
    ['Direction', fields.Direction, 'false'],
  ]);
  const appendixes = fields.Appendixes ?? ['Phụ lục I'];
  info.children.push(
    element(
      'Appendixes',
      appendixes.map((appendix) => element('Appendix', [appendix])),
    ),
  );
  return info;
}

function traceHeaderList(fields: DocumentFields): Node {
  const bussiness = group('Bussiness', [
    ['DocumentId', fields.BussinessDocumentId, null],
    ['BussinessDocType', fields.BussinessDocType, '0'],
    ['BussinessDocReason', fields.BussinessDocReason, 'Văn bản điện tử mới'],
    ['Paper', fields.Paper, '0'],
  ]);
  bussiness.children.push(
    group('StaffInfo', [
      ['Department', undefined, 'Văn thư'],
      ['Staff', undefined, 'Cán bộ văn thư'],
      ['Email', undefined, 'vanthu@example.vn'],
      ['Mobile', undefined, '0900000000'],
    ]),
  );
  const traces = fields.TraceHeaders ?? [{}];
  return element('TraceHeaderList', [
    ...(fields.BussinessDocType === null ? [] : [bussiness]),
    ...traces.map((trace) =>
      group('TraceHeader', [
        ['OrganId', trace.OrganId, 'H99.12'],
        ['Timestamp', trace.Timestamp, '2026/11/20 08:29:51'],
      ]),
    ),
  ]);
}

function organization(name: string, fields: OrganizationFields): Node {
  return group(name, [
    ['OrganId', fields.OrganId, null],
    ['OrganizationInCharge', fields.OrganizationInCharge, null],
    ['OrganName', fields.OrganName, null],
    ['OrganAdd', fields.OrganAdd, null],
    ['Email', fields.Email, null],
    ['Telephone', fields.Telephone, null],
    ['Fax', fields.Fax, null],
    ['Website', fields.Website, null],
  ]);
}

function responseFor(fields: ResponseForFields): Node {
  return group('ResponseFor', [
    ['OrganId', fields.OrganId, null],
    ['Code', fields.Code, null],
    ['DocumentId', fields.DocumentId, null],
    ['PromulgationDate', fields.PromulgationDate, null],
  ]);
}

function contentIdOf(attachment: AttachmentFields, index: number): string {
  return attachment.contentId ?? `0d4ff2e6-3f6a-4f2b-9a55-${String(index).padStart(12, '0')}`;
}

function nameOf(attachment: AttachmentFields): string | null {
  return attachment.name === undefined ? 'cong-van.pdf' : attachment.name;
}

function reference(attachment: AttachmentFields, index: number, dialect: Dialect): Node {
  const prefix = dialect.cid === 'neither' ? '' : 'cid:';
  const type = attachment.referenceType === undefined ? attachment.contentType : attachment.referenceType;
  const id = contentIdOf(attachment, index);
  const node = group('Reference', [
    ['ContentId', `${prefix}${id}`, null],
    ['ContentType', type, 'application/pdf'],
    ['Description', attachment.description, 'Toàn văn'],
    ['AttachmentName', nameOf(attachment), null],
  ]);
  if (dialect.xlink) {
    node.attributes = {
      'xmlns:xlink': 'http://www.w3.org/1999/xlink',
      'xlink:href': `cid:${id}`,
      'xlink:role': 'XLinkRole',
      'xlink:type': 'simple',
    };
  }
  return node;
}

function encoded(attachment: AttachmentFields, index: number, dialect: Dialect): Node {
  const prefix = dialect.cid === 'both' ? 'cid:' : '';
  const bytes = attachment.bytes ?? pdf();
  const base64 = bytes.toString('base64');
  const text =
    attachment.encoded ??
    (dialect.wrap === 0 ? base64 : (base64.match(new RegExp(`.{1,${dialect.wrap}}`, 'g')) ?? []).join(dialect.lineEnd));
  const node = group('Attachment', [
    ['ContentId', `${prefix}${contentIdOf(attachment, index)}`, null],
    ['AttachmentName', nameOf(attachment), null],
    ['Description', attachment.description, 'Toàn văn'],
    ['ContentType', attachment.contentType, 'application/pdf'],
  ]);
  node.children.push(element('ContentTransferEncoded', [text]));
  return node;
}

function leaf(name: string, value: Value | undefined, fallback: Value): Node[] {
  const chosen = value === undefined ? fallback : value;
  return chosen === null ? [] : [element(name, [chosen])];
}

function group(name: string, children: readonly (readonly [string, Value | undefined, Value])[]): Node {
  return element(
    name,
    children.flatMap(([child, value, fallback]) => leaf(child, value, fallback)),
  );
}

const VARIANTS: Readonly<Record<string, string>> = {
  Bussiness: 'Business',
  BussinessDocType: 'BusinessDocType',
  BussinessDocReason: 'BusinessDocReason',
  BussinessDocumentInfo: 'BusinessDocumentInfo',
  OrganizationInCharge: 'OrganInCharge',
};

function write(root: Node, dialect: Dialect): Buffer {
  const pieces: Buffer[] = [];
  const put = (text: string | Buffer): number => pieces.push(typeof text === 'string' ? Buffer.from(text) : text);
  if (dialect.bom) put(Buffer.from([0xef, 0xbb, 0xbf]));
  if (dialect.declaration !== '') put(dialect.declaration + dialect.lineEnd);
  writeNode(root, dialect, 0, false, false, put);
  put(dialect.lineEnd);
  return Buffer.concat(pieces);
}

function writeNode(
  node: Node,
  dialect: Dialect,
  depth: number,
  inEnvelope: boolean,
  inBlock: boolean,
  put: (text: string | Buffer) => unknown,
): void {
  const isEnvelope = /^ed?xmlenvelope$/i.test(node.name);
  const isBlock = inBlock || node.name === 'AttachmentEncoded';
  const local = dialect.spelling === 'variant' ? (VARIANTS[node.name] ?? node.name) : node.name;
  const bare = isBlock && dialect.attachments === 'sibling' && node.name !== 'ContentTransferEncoded';
  const prefixed = dialect.prefix !== '' && !bare && (inEnvelope || isEnvelope || isBlock);
  const name = prefixed ? `${dialect.prefix}:${local}` : local;
  const attributes = { ...node.attributes };
  if (dialect.namespace !== '') {
    if (depth === 0) attributes['xmlns'] = dialect.namespace;
    const declares =
      isEnvelope ||
      node.name === 'ContentTransferEncoded' ||
      (node.name === 'AttachmentEncoded' && !inEnvelope && !bare);
    if (prefixed && declares) attributes[`xmlns:${dialect.prefix}`] = dialect.namespace;
  }
  const indent = dialect.pretty ? dialect.lineEnd + '  '.repeat(depth + 1) : '';
  const open = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  put(`<${name}${open.join('')}${node.children.length === 0 ? ' /' : ''}>`);
  if (node.children.length === 0) return;
  const isGroup = node.children.some((child) => typeof child === 'object' && 'name' in child);
  for (const child of dialect.reversed && isGroup ? [...node.children].reverse() : node.children) {
    if (isGroup) put(indent);
    if (typeof child === 'string') put(escape(child));
    else if ('raw' in child) put(child.raw);
    else writeNode(child, dialect, depth + 1, inEnvelope || isEnvelope, isBlock, put);
  }
  if (isGroup && dialect.pretty) put(dialect.lineEnd + '  '.repeat(depth));
  put(`</${name}>`);
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
