// The bounds on what a package asks of the scanner. Each is far above what a real package of 300 MB with 1,000
// attachments and 10,000 addressees needs, and far below what hurts.

export interface XmlLimits {
  /** Bytes of the whole document. */
  readonly totalBytes: number;
  readonly depth: number;
  /** Elements in the whole document. */
  readonly elements: number;
  /** Bytes of one name, prefix included. */
  readonly nameBytes: number;
  /** Bytes of one tag, from '<' to '>'. */
  readonly tagBytes: number;
  /** Attributes on one element, namespace declarations included. */
  readonly attributes: number;
  readonly attributeValueBytes: number;
  /** Namespace declarations on one element. */
  readonly namespaces: number;
  /** Namespace declarations on an element and all its ancestors. */
  readonly namespacesInScope: number;
  /** Bytes of one reference, from '&' to ';'. */
  readonly referenceBytes: number;
  /** Bytes of one comment, without its delimiters. */
  readonly commentBytes: number;
  /** Bytes of the XML declaration. */
  readonly declarationBytes: number;
  /** Memory for what comes before the Signature, held until it says how that is hashed. */
  readonly headerBytes: number;
  /** Bytes of all Id values together. */
  readonly identifierBytes: number;
}

export const XML_LIMITS: XmlLimits = {
  totalBytes: 1 << 30, // the receiving face has its own, lower bound on a body; this one guards every other way in
  depth: 64, // a package is 10 deep, a signature with a qualifying Object some 15
  elements: 250_000, // 10,000 addressees of 9 elements, 1,000 attachments of 12, and as much again for traces and extensions
  nameBytes: 256, // the longest name of the standard has 26
  tagBytes: 16_384, // 1 KB holds the largest start tag seen
  attributes: 64, // 4 are usual
  attributeValueBytes: 8_192, // identifiers, URIs, file names
  namespaces: 32, // 3 are usual
  namespacesInScope: 64,
  referenceBytes: 16, // "&#x10FFFF;" has 10; leading zeros beyond that have no use
  commentBytes: 65_536,
  declarationBytes: 256,
  headerBytes: 32 << 20, // 10,000 addressees of 9 elements and some 300 bytes of text, and what keeps them apart
  identifierBytes: 1 << 20,
};
