// The events of the one pass over a package. Several readers get the same events, so that the verified text and the
// text that is read can never differ.

export interface XmlAttribute {
  /** As written, prefix included. */
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  /** '' when the attribute is in no namespace: an unprefixed attribute never takes the default one. */
  readonly namespace: string;
  /** Normalised as XML 1.0 section 3.3.3 says for CDATA attributes; references resolved. */
  readonly value: string;
}

export interface XmlNamespace {
  /** '' is the default namespace. */
  readonly prefix: string;
  /** '' undeclares the default namespace. */
  readonly uri: string;
}

export interface XmlElement {
  /** As written, prefix included. */
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  /** '' when the element is in no namespace. */
  readonly namespace: string;
  /** In document order, namespace declarations left out. */
  readonly attributes: readonly XmlAttribute[];
  readonly parent: XmlElement | null;
  /** The root's is 1. */
  readonly depth: number;
  /** Byte offset of '<' in the document. */
  readonly offset: number;
  /** Declared on this very element. */
  readonly namespaces: readonly XmlNamespace[];
  /** The namespace bound to a prefix here ('' asks for the default one); undefined when none is. */
  lookup(prefix: string): string | undefined;
}

/**
 * A reader of the events. A reader stops the pass by throwing an `XmlFault`; nothing else may be thrown.
 *
 * `bytes` are views into the chunk being read: copy what must outlive the call.
 */
export interface XmlHandler {
  open(element: XmlElement): void;
  /**
   * Raw character data as in the file, in pieces that never split a character, an entity reference or a CR LF pair.
   * `escaped` says that it holds '&' or CR, so that `characterData` must be asked for its value.
   */
  text(bytes: Buffer, escaped: boolean, element: XmlElement, offset: number): void;
  close(element: XmlElement): void;
  /** A comment stood in `element`; null outside the root. */
  comment?(element: XmlElement | null): void;
  /** Content of a CDATA section, literal but for line ends, in pieces like `text`; at least one piece, perhaps empty. */
  cdata?(bytes: Buffer, element: XmlElement, offset: number): void;
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
