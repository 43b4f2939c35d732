// An independent judge of XML: libxml2 in WebAssembly.

import { XmlDocument } from 'libxml2-wasm';
import { canonicalizeDocument, canonicalizeSubtree, XmlC14NMode } from 'libxml2-wasm/lib/c14n.mjs';

export interface Canonicalization {
  readonly mode: 'exclusive' | 'inclusive';
  readonly listed?: readonly string[];
  /** XPath of the element whose subtree is meant; the whole document without it. */
  readonly apex?: string;
}

/** The canonical form by libxml2, or null when it does not take the document for well-formed. */
export function canonicalByLibxml2(xml: string, { mode, listed = [], apex }: Canonicalization): string | null {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromString(xml);
  } catch {
    return null;
  }
  const chunks: Buffer[] = [];
  const sink = {
    write: (bytes: Uint8Array): number => {
      chunks.push(Buffer.from(bytes));
      return bytes.length;
    },
    close: (): boolean => true,
  };
  const options =
    mode === 'exclusive'
      ? {
          mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
          inclusiveNamespacePrefixes: listed.map((prefix) => (prefix === '' ? '#default' : prefix)),
        }
      : { mode: XmlC14NMode.XML_C14N_1_0 };
  try {
    if (apex === undefined) canonicalizeDocument(sink, document, options);
    else {
      const node = document.get(apex);
      if (node === null) throw new Error(`No ${apex} in the document.`);
      canonicalizeSubtree(sink, document, node, options);
    }
  } finally {
    document.dispose();
  }
  return Buffer.concat(chunks).toString('utf8');
}
