// The national format as rules for the reader: the place of each element, how often it may occur, and its text type.
// The elements of a message's data come from the tables of fields, the rest of a package stands here.

import { DOCUMENT_FIELDS, STATUS_FIELDS, type ValueType } from '../../message/fields.ts';
import { ATTACHMENT_ELEMENTS, HEADER_PARTS, layoutOf, REFERENCE_LABELS, type Layout } from './layout.ts';
import { spellingsOf } from './spellings.ts';

/** Type of the text of an element. */
export type TextType = Exclude<ValueType, 'content'>;

export type Occurs = 'once' | 'many';

interface Common {
  /** The standard's spelling. */
  readonly name: string;
  /** Spellings seen in the wild. */
  readonly variants: readonly string[];
  readonly occurs: Occurs;
}

export interface Leaf extends Common {
  readonly kind: 'leaf';
  readonly value: TextType;
  /** An unreadable value is noted and left out. */
  readonly droppable: boolean;
  /** Two readers must not see two values. */
  readonly decides: boolean;
}

type Closed = 'none' | 'own' | 'any';

export interface Group extends Common {
  readonly kind: 'group';
  readonly rows: ReadonlyMap<string, Placed>;
  /** The vocabulary whose unknown children are refused instead of noted: none, our own, any. */
  readonly closed: Closed;
  /** May hold text instead of children. */
  readonly text: boolean;
}

/** Base64 text of an attachment, digested while it passes. */
export interface Payload extends Common {
  readonly kind: 'payload';
}

/** A known element that the reader neither reads nor notes. `signature` has its own reader. */
export interface Skipped extends Common {
  readonly kind: 'skipped' | 'signature';
}

export type ElementRule = Leaf | Group | Payload | Skipped;

export interface Placed {
  readonly rule: ElementRule;
  readonly position: number;
  /** The note that this spelling calls for. */
  readonly note: 'spelling-variant' | 'attachments-misplaced' | null;
}

interface Options {
  readonly occurs?: Occurs;
  readonly closed?: Closed;
  readonly text?: boolean;
}

const ROOT_NAME = 'edXML';
const BLOCK_NAME = 'AttachmentEncoded';

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

/** The rule of an element by the tables of fields. */
function ruleOf({ name, field, many, skipped: passed, children }: Layout): ElementRule {
  const occurs = many ? 'many' : 'once';
  if (passed) return skipped(name);
  if (field?.kind === 'leaf' || field?.kind === 'texts') {
    const { value } = field;
    if (value === 'content') return { kind: 'payload', name, occurs, variants: [] };
    if (children.length > 0) return group(name, children.map(ruleOf), { occurs, text: true });
    const { droppable = false, decides = false } = field.kind === 'leaf' ? field : {};
    return { kind: 'leaf', name, value, occurs, variants: spellingsOf(name), droppable, decides };
  }
  const closed = field?.kind === 'groups' && field.closed === true ? 'any' : 'none';
  return group(name, children.map(ruleOf), { occurs, closed });
}

const HEADER = layoutOf([DOCUMENT_FIELDS, STATUS_FIELDS], HEADER_PARTS).map(ruleOf);

const ATTACHMENT_BLOCK: Group = group(BLOCK_NAME, [
  group('Attachment', ATTACHMENT_ELEMENTS.map(ruleOf), { occurs: 'many' }),
]);

const MANIFEST = group('edXMLManifest', [group('Reference', REFERENCE_LABELS.map(ruleOf), { occurs: 'many' })]);

/** The envelope, as root or below it. */
export const ENVELOPE = group('edXMLEnvelope', [
  group('edXMLHeader', [...HEADER, skipped('Signature', 'signature')]),
  // Reports and notices that are no documents travel in the same envelope with a body of their own.
  group('edXMLBody', [MANIFEST, ATTACHMENT_BLOCK], { closed: 'own' }),
  ATTACHMENT_BLOCK,
]);

export const ROOT = group(ROOT_NAME, [ENVELOPE, ATTACHMENT_BLOCK]);

/** Elements that the national library writes without its prefix: all of the block but the files' text. */
export const UNPREFIXED: ReadonlySet<ElementRule> = new Set([ROOT, ATTACHMENT_BLOCK, ...bare(ATTACHMENT_BLOCK)]);

/** Elements of which a second one, in any spelling, changes what the package is, and the problem that is. */
export const SINGULAR: ReadonlyMap<string, 'envelope-duplicated' | 'attachments-duplicated'> = new Map([
  ...[ENVELOPE.name, ...ENVELOPE.variants].map((name) => [name, 'envelope-duplicated'] as const),
  [BLOCK_NAME, 'attachments-duplicated'] as const,
]);

/**
 * Elements that hold a package together, besides the singular ones. A reader that looks for these by name must find the
 * signed ones and no others.
 */
export const STRUCTURE: ReadonlySet<string> = new Set(
  [...HEADER_PARTS, 'Bussiness']
    .flatMap((name) => [name, ...spellingsOf(name)])
    .concat(['edXMLHeader', 'EdXMLHeader', 'edXMLBody', 'EdXMLBody', 'edXMLManifest', 'EdXMLManifest']),
);

/** Every spelling the table knows, by its lower-case form: the same letters in another case are a mistake, not a field. */
export const SPELLINGS: ReadonlyMap<string, ReadonlySet<string>> = spellings();

/** Elements of an old vendor's package layout that looks like the national one and is not. */
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

/** Elements of a document only; beside a StatusCode they leave open whether the package is a document or a status. */
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
