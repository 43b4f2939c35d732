// The shape a Signature must have: XML-DSig with everything left out that no sender of packages needs. Elements stand in
// this order and number, with these attributes, and nothing else stands between them but white space.

import type { Finding } from '../problems/finding.ts';
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from './algorithms.ts';
import { canonicalModeOf } from './computable.ts';
import { SIGNATURE_PLACE, type SignatureNode, childElements, signatureFinding, textOf } from './tree.ts';

interface Slot {
  readonly name: string;
  readonly least: number;
  readonly max: number;
}

interface Shape {
  readonly attributes: readonly string[];
  readonly required?: readonly string[];
  /** Child elements in order; `text` for a value; `any` for what is not looked into. */
  readonly content: readonly Slot[] | 'text' | 'any';
  /** The slots may be filled in any order. */
  readonly unordered?: true;
}

const once = (name: string): Slot => ({ name, least: 1, max: 1 });
const optional = (name: string): Slot => ({ name, least: 0, max: 1 });
const upTo = (max: number, name: string): Slot => ({ name, least: 0, max });
const atLeastOnce = (max: number, name: string): Slot => ({ name, least: 1, max });

const ALGORITHM = { attributes: ['Algorithm'], required: ['Algorithm'] } as const;

const SHAPES: Readonly<Record<string, Shape>> = {
  Signature: {
    attributes: ['Id'],
    content: [once('SignedInfo'), once('SignatureValue'), optional('KeyInfo'), upTo(8, 'Object')],
  },
  SignedInfo: {
    attributes: ['Id'],
    content: [once('CanonicalizationMethod'), once('SignatureMethod'), atLeastOnce(1, 'Reference')],
  },
  CanonicalizationMethod: { ...ALGORITHM, content: [optional('InclusiveNamespaces')] },
  SignatureMethod: { ...ALGORITHM, content: [] },
  Reference: {
    attributes: ['Id', 'URI', 'Type'],
    content: [optional('Transforms'), once('DigestMethod'), once('DigestValue')],
  },
  Transforms: { attributes: [], content: [atLeastOnce(8, 'Transform')] },
  Transform: { ...ALGORITHM, content: [optional('InclusiveNamespaces')] },
  InclusiveNamespaces: { attributes: ['PrefixList'], required: ['PrefixList'], content: [] },
  DigestMethod: { ...ALGORITHM, content: [] },
  DigestValue: { attributes: [], content: 'text' },
  SignatureValue: { attributes: ['Id'], content: 'text' },
  KeyInfo: { attributes: ['Id'], content: [atLeastOnce(4, 'X509Data')] },
  X509Data: {
    attributes: [],
    content: [
      upTo(8, 'X509IssuerSerial'),
      upTo(8, 'X509SKI'),
      upTo(8, 'X509SubjectName'),
      upTo(10, 'X509Certificate'),
      upTo(8, 'X509CRL'),
    ],
    unordered: true,
  },
  X509IssuerSerial: { attributes: [], content: [once('X509IssuerName'), once('X509SerialNumber')] },
  X509IssuerName: { attributes: [], content: 'text' },
  X509SerialNumber: { attributes: [], content: 'text' },
  X509SKI: { attributes: [], content: 'text' },
  X509SubjectName: { attributes: [], content: 'text' },
  X509Certificate: { attributes: [], content: 'text' },
  X509CRL: { attributes: [], content: 'text' },
  Object: { attributes: ['Id', 'MimeType', 'Encoding'], content: 'any' },
};

/** More of these than their slot holds has a name of its own. */
const TOO_MANY: Readonly<Record<string, Finding['code']>> = {
  Reference: 'signature-limits',
  Transform: 'signature-limits',
  X509Certificate: 'certificate-malformed',
};

/** An element where its parent may not have it, likewise. */
const STRANGER_IN: Readonly<Record<string, Finding['code']>> = {
  KeyInfo: 'signature-keyinfo-forbidden',
  SignatureMethod: 'signature-algorithm-forbidden', // no algorithm of the tables takes parameters
};

/** The first thing that is wrong with the shape, or null. */
export function checkShape(root: SignatureNode): Finding | null {
  return checkNode(root, SIGNATURE_PLACE);
}

function checkNode(node: SignatureNode, place: string): Finding | null {
  const { local } = node.element;
  const shape = Object.hasOwn(SHAPES, local) ? SHAPES[local] : undefined;
  if (shape === undefined) return signatureFinding('signature-malformed', { reason: 'unknown', name: local }, place);
  return checkAttributes(node, shape, place) ?? checkContent(node, shape, place);
}

function checkAttributes({ element }: SignatureNode, shape: Shape, place: string): Finding | null {
  const names = element.attributes.map((attribute) => attribute.name);
  const strange = names.find((name) => !shape.attributes.includes(name));
  if (strange !== undefined) {
    return signatureFinding('signature-malformed', { reason: 'attribute', name: strange }, place);
  }
  const gap = shape.required?.find((name) => !names.includes(name));
  return gap === undefined
    ? null
    : signatureFinding('signature-malformed', { reason: 'attribute-missing', name: gap }, place);
}

function checkContent(node: SignatureNode, shape: Shape, place: string): Finding | null {
  if (shape.content === 'any' || isForeignTransform(node)) return null;
  const elements = childElements(node);
  if (shape.content === 'text') {
    const first = elements[0];
    return first === undefined
      ? null
      : signatureFinding('signature-malformed', { reason: 'element-in-value', name: first.element.local }, place);
  }
  if (/[^ \t\r\n]/.test(textOf(node))) return signatureFinding('signature-malformed', { reason: 'text' }, place);
  return checkSlots(node, shape, shape.content, place) ?? checkChildren(elements, place);
}

function checkChildren(elements: readonly SignatureNode[], place: string): Finding | null {
  for (const child of elements) {
    const finding = checkNode(child, `${place}/${child.element.local}`);
    if (finding !== null) return finding;
  }
  return null;
}

function checkSlots(node: SignatureNode, shape: Shape, slots: readonly Slot[], place: string): Finding | null {
  const parent = node.element.local;
  const counts = slots.map(() => 0);
  let current = 0;
  for (const { element } of childElements(node)) {
    const slot = slots.findIndex(({ name }) => name === element.local && namespaceIn(node, name) === element.namespace);
    if (slot < 0 || (slot < current && shape.unordered === undefined)) {
      return signatureFinding(STRANGER_IN[parent] ?? 'signature-malformed', strangerFacts(node, element.local), place);
    }
    current = slot;
    const count = (counts[slot] ?? 0) + 1;
    counts[slot] = count;
    if (count > (slots[slot]?.max ?? 0)) {
      const code = TOO_MANY[element.local] ?? 'signature-malformed';
      return signatureFinding(code, { reason: 'too-many', name: element.local }, place);
    }
  }
  const gap = slots.find(({ least }, k) => (counts[k] ?? 0) < least);
  return gap === undefined
    ? null
    : signatureFinding('signature-malformed', { reason: 'missing', name: gap.name }, place);
}

function strangerFacts(node: SignatureNode, name: string): Finding['facts'] {
  return { reason: 'unexpected', name, algorithm: attributeOf(node, 'Algorithm') ?? '' };
}

/** All are of the Signature's own namespace, but for the prefix list that only the exclusive form has. */
function namespaceIn(parent: SignatureNode, name: string): string {
  return name === 'InclusiveNamespaces' ? EXCLUSIVE_C14N : parent.element.namespace;
}

/** The content of a transform that cannot be computed (an XPath, a stylesheet) is not read: its name condemns it. */
function isForeignTransform(node: SignatureNode): boolean {
  if (node.element.local !== 'Transform') return false;
  const algorithm = attributeOf(node, 'Algorithm') ?? '';
  return algorithm !== ENVELOPED_SIGNATURE && canonicalModeOf(algorithm) === undefined;
}

export function attributeOf(node: SignatureNode, name: string): string | undefined {
  return node.element.attributes.find((attribute) => attribute.name === name)?.value;
}
