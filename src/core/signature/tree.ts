// The Signature element as a small tree: the one part of a package that is kept whole, and therefore bounded.

import type { Facts, Finding } from '../problems/finding.ts';
import { QCVN_NAMESPACE } from '../message/names.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { XmlElement } from '../xml/handler.ts';
import { characterData } from '../xml/text.ts';

export const SIGNATURE_PLACE = '/edXML/edXMLEnvelope/edXMLHeader/Signature';

export interface SignatureNode {
  readonly element: XmlElement;
  /** Child elements, and text by its value. */
  readonly children: (SignatureNode | string)[];
}

/** A signature needs some 30 elements; 1,000 references or transforms must not be kept to be counted. */
const MOST_ELEMENTS = 256;

/** Bytes of text in one element, and what it is called when there are more. */
const TEXT_BOUNDS: Readonly<Record<string, { readonly bytes: number; readonly code: ProblemCode }>> = {
  DigestValue: { bytes: 1_024, code: 'signature-malformed' }, // SHA-512 takes 88 characters
  SignatureValue: { bytes: 4_096, code: 'signature-malformed' }, // RSA of 16,384 bits takes 2,732
  X509Certificate: { bytes: 65_536, code: 'certificate-malformed' }, // 3 KB is usual
  X509CRL: { bytes: 65_536, code: 'signature-limits' }, // never read
};
const OTHER_TEXT_BOUND = { bytes: 8_192, code: 'signature-malformed' } as const; // names, white space

export function signatureFinding(code: ProblemCode, facts: Facts, place: string = SIGNATURE_PLACE): Finding {
  return { code, severity: 'error', facts, place };
}

/**
 * Collects the events inside one Signature. The content of an Object is not kept, for nothing in it is ever read; it must
 * not hold elements of the package's own namespace, as a wrapped copy of the document would.
 */
export class SignatureTree {
  readonly root: SignatureNode;
  /** The first thing that is wrong; nothing is collected after it. */
  finding: Finding | null = null;
  readonly #path: SignatureNode[];
  readonly #textBytes: number[] = [0];
  #elements = 1;
  #object: XmlElement | null = null;

  constructor(root: XmlElement) {
    this.root = { element: root, children: [] };
    this.#path = [this.root];
  }

  open(element: XmlElement): void {
    if (this.finding !== null) return;
    if (this.#object !== null) {
      if (element.namespace === QCVN_NAMESPACE) this.#fail('signature-malformed', 'object-content', element.name);
      return;
    }
    this.#elements += 1;
    if (this.#elements > MOST_ELEMENTS) {
      this.#fail('signature-limits', 'elements', element.name);
      return;
    }
    const node: SignatureNode = { element, children: [] };
    this.#path.at(-1)?.children.push(node);
    this.#path.push(node);
    this.#textBytes.push(0);
    if (element.local === 'Object' && element.namespace === this.root.element.namespace) this.#object = element;
  }

  text(bytes: Buffer, escaped: boolean, element: XmlElement): void {
    if (this.finding !== null || this.#object !== null) return;
    const size = (this.#textBytes.at(-1) ?? 0) + bytes.length;
    this.#textBytes[this.#textBytes.length - 1] = size;
    const limit = Object.hasOwn(TEXT_BOUNDS, element.local) ? TEXT_BOUNDS[element.local] : undefined;
    const { bytes: most, code } = limit ?? OTHER_TEXT_BOUND;
    if (size > most) this.#fail(code, 'too-long', element.name);
    else this.#path.at(-1)?.children.push(characterData(bytes, escaped));
  }

  close(element: XmlElement): void {
    if (this.finding !== null) return;
    if (element === this.#object) this.#object = null;
    if (this.#object !== null) return;
    this.#path.pop();
    this.#textBytes.pop();
  }

  /** A comment or a CDATA section: two readers may well differ on what a value with one in it is. */
  refuse(reason: 'comment' | 'cdata'): void {
    if (this.finding === null) this.#fail('signature-malformed', reason, 'Signature');
  }

  #fail(code: ProblemCode, reason: string, name: string): void {
    this.finding = signatureFinding(code, { reason, name });
  }
}

export function childElements(node: SignatureNode): SignatureNode[] {
  return node.children.filter((child): child is SignatureNode => typeof child !== 'string');
}

/** The text directly inside a node. */
export function textOf(node: SignatureNode): string {
  return node.children.filter((child) => typeof child === 'string').join('');
}
