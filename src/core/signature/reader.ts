// The signature's share of the one pass: finds the one Signature where it must stand, and digests the document without it
// in the very events the message is read from. A package without a Signature costs nothing once its header has closed.

import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

import type { Facts, Finding } from '../problems/finding.ts';
import { QCVN_NAMESPACE } from '../message/names.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { Canonicalizer } from '../xml/canonical.ts';
import { XmlFault } from '../xml/fault.ts';
import { XML_NAMESPACE, type XmlElement, type XmlHandler } from '../xml/handler.ts';
import { XML_LIMITS, type XmlLimits } from '../xml/limits.ts';
import { digestNameOf, SIGNATURE_NAMESPACES } from './computable.ts';
import { HeldDocument } from './held.ts';
import type { SignatureScan } from './material.ts';
import { type SignatureParts, readParts } from './parts.ts';
import { signatureFinding, SignatureTree } from './tree.ts';

/** The path of the Signature, from the root down. */
const HEADER_PATH = ['edXML', 'edXMLEnvelope', 'edXMLHeader'] as const;

const IDENTIFIER_NAMES = new Set(['Id', 'ID', 'id']);

/** A package made of Signatures is sufficiently described by these. */
const MOST_FINDINGS = 16;

export class SignatureReader implements XmlHandler {
  readonly #limits: XmlLimits;
  readonly #findings: Finding[] = [];
  readonly #identifiers = new Set<string>();
  #identifierBytes = 0;
  /** The document without its Signature: held until the Signature has told the form, then hashed in it. */
  #held: HeldDocument | null = null;
  #document: Canonicalizer | null = null;
  #hash: Hash | null = null;
  #digest: Buffer | undefined;
  #headerTooLong = false;
  /** The Signature being read. */
  #tree: SignatureTree | null = null;
  #parts: SignatureParts | null = null;
  #met = 0;
  /** The element that one writer puts, empty, where a signature would be. */
  #placeholder: XmlElement | null = null;

  constructor(limits: XmlLimits = XML_LIMITS) {
    this.#limits = limits;
  }

  /** The facts learned. Call it only after the scanner has ended without fault. */
  result(): SignatureScan {
    if (this.#findings.length > 0) return { kind: 'malformed', findings: this.#findings };
    if (this.#parts === null) return { kind: 'absent' };
    return { kind: 'present', material: { ...this.#parts.material, documentDigest: this.#digest } };
  }

  open(element: XmlElement): void {
    if (element.attributes.length > 0) this.#noteIdentifiers(element);
    if (element.local === 'Signature') {
      if (this.#meet(element)) return;
    } else if (element.local === 'DigitalSignature' && this.#tree === null) this.#meetPlaceholder(element);
    if (this.#tree !== null) {
      this.#tree.open(element);
      return;
    }
    if (this.#placeholder !== null && element !== this.#placeholder) this.#refusePlaceholder();
    if (element.depth === 1 && isOnHeaderPath(element)) this.#held = new HeldDocument();
    if (this.#held !== null) {
      this.#held.open(element);
      this.#boundHeld(this.#held);
    } else this.#document?.open(element);
  }

  text(bytes: Buffer, escaped: boolean, element: XmlElement): void {
    if (this.#tree !== null) {
      this.#tree.text(bytes, escaped, element);
      return;
    }
    if (this.#placeholder !== null && !isBlank(bytes)) this.#refusePlaceholder();
    if (this.#held !== null) {
      this.#held.text(bytes, escaped);
      this.#boundHeld(this.#held);
    } else this.#document?.text(bytes, escaped);
  }

  cdata(bytes: Buffer): void {
    if (this.#tree !== null) {
      this.#tree.refuse('cdata');
      return;
    }
    if (this.#placeholder !== null) this.#refusePlaceholder();
    if (this.#held !== null) {
      this.#held.cdata(bytes);
      this.#boundHeld(this.#held);
    } else this.#document?.cdata(bytes);
  }

  comment(): void {
    this.#tree?.refuse('comment');
  }

  close(element: XmlElement): void {
    if (this.#tree !== null) {
      if (element === this.#tree.root.element) this.#decide(this.#tree);
      else this.#tree.close(element);
      return;
    }
    if (element === this.#placeholder) this.#placeholder = null;
    if (this.#held !== null) {
      this.#held.close();
      if (element.depth === HEADER_PATH.length && isOnHeaderPath(element)) this.#held = null;
    } else if (this.#document !== null) {
      this.#document.close(element);
      if (element.depth === 1) this.#finish(this.#document);
    }
  }

  #finish(document: Canonicalizer): void {
    document.flush();
    this.#digest = this.#hash?.digest();
  }

  /** A Signature of any kind. True when it is the one to be read. */
  #meet(element: XmlElement): boolean {
    this.#met += 1;
    const isFirst = this.#met === 1;
    if (this.#tree !== null) this.#find('signature-malformed', { reason: 'nested' }, element);
    else if (!SIGNATURE_NAMESPACES.includes(element.namespace)) {
      this.#find('signature-malformed', { reason: 'namespace' }, element);
    } else if (!isFirst) this.#find('signature-duplicated', { reason: 'second' }, element);
    else if (element.depth !== HEADER_PATH.length + 1 || element.parent === null || !isOnHeaderPath(element.parent)) {
      this.#find('signature-malformed', { reason: 'position' }, element);
    } else {
      this.#tree = new SignatureTree(element);
      return true;
    }
    return false;
  }

  #meetPlaceholder(element: XmlElement): void {
    if (element.attributes.length > 0) this.#find('signature-malformed', { reason: 'namespace' }, element);
    else this.#placeholder ??= element;
  }

  #refusePlaceholder(): void {
    if (this.#placeholder === null) return;
    this.#find('signature-malformed', { reason: 'namespace' }, this.#placeholder);
    this.#placeholder = null;
  }

  #find(code: ProblemCode, facts: Facts, element: XmlElement): void {
    this.#record(signatureFinding(code, facts, placeOf(element)));
  }

  /** After a finding there is no digest worth computing. */
  #record(finding: Finding): void {
    if (this.#findings.length < MOST_FINDINGS) this.#findings.push(finding);
    this.#held = null;
    this.#document = null;
    this.#hash = null;
  }

  #decide(tree: SignatureTree): void {
    this.#tree = null;
    const parts = tree.finding ?? readParts(tree.root);
    if ('code' in parts) {
      this.#record(parts);
      return;
    }
    if (this.#headerTooLong) {
      this.#record(signatureFinding('signature-limits', { reason: 'headerBytes', maximum: this.#limits.headerBytes }));
      return;
    }
    const held = this.#held;
    if (held === null) {
      // A header has closed before this one, or something else was found: the document is not held any more.
      if (this.#findings.length === 0) this.#find('signature-malformed', { reason: 'position' }, tree.root.element);
      return;
    }
    this.#parts = parts;
    this.#held = null;
    const digestName = digestNameOf(parts.material.references[0]?.digestMethod ?? '');
    if (parts.documentForm === undefined || digestName === undefined) return;
    const { mode, prefixes: listed } = parts.documentForm;
    this.#hash = createHash(digestName);
    this.#document = new Canonicalizer(mode, listed);
    this.#document.pourInto(this.#hash);
    held.replay(this.#document);
  }

  /** Events before the Signature must be held; a package that has a whole attachment there goes without a digest. */
  #boundHeld(held: HeldDocument): void {
    if (held.size <= this.#limits.headerBytes) return;
    this.#held = null;
    this.#headerTooLong = true;
  }

  /** No two parts of a package may answer to one Id, whatever is signed: a reference by Id could mean either. */
  #noteIdentifiers(element: XmlElement): void {
    for (const { local, namespace, value } of element.attributes) {
      if (!IDENTIFIER_NAMES.has(local) || (namespace !== '' && namespace !== XML_NAMESPACE)) continue;
      if (this.#identifiers.has(value)) {
        throw new XmlFault('id-duplicated', { offset: element.offset }, placeOf(element));
      }
      this.#identifiers.add(value);
      this.#identifierBytes += value.length;
      if (this.#identifierBytes > this.#limits.identifierBytes) {
        const maximum = this.#limits.identifierBytes;
        throw new XmlFault('xml-limits', { offset: element.offset, reason: 'identifierBytes', maximum });
      }
    }
  }
}

function isOnHeaderPath(element: XmlElement): boolean {
  if (element.depth > HEADER_PATH.length) return false;
  for (let at: XmlElement | null = element; at !== null; at = at.parent) {
    if (at.local !== HEADER_PATH[at.depth - 1] || at.namespace !== QCVN_NAMESPACE) return false;
  }
  return true;
}

/** `/edXML/edXMLEnvelope/…`, by local names. */
function placeOf(element: XmlElement): string {
  const names: string[] = [];
  for (let at: XmlElement | null = element; at !== null; at = at.parent) names.unshift(at.local);
  return `/${names.join('/')}`;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
