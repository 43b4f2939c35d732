// Names under which packages of the national format travel.

/** The namespace of QCVN 102:2016/BTTTT, the one a strict writer uses. */
export const QCVN_NAMESPACE = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

/** Prefix of all elements in the envelope, and of the text of attachments. */
export const QCVN_PREFIX = 'edXML';

export const INCLUDE_NAMESPACE = 'http://www.w3.org/2001/XInclude';
export const INSTANCE_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';
export const XLINK_NAMESPACE = 'http://www.w3.org/1999/xlink';

/**
 * Namespaces that the reader takes, with its notes about them. Any other namespace is a foreign vocabulary. The older
 * two are those of eDoc software before the national axis; '' is a package without any declaration.
 */
export const NAMESPACES: ReadonlyMap<string, 'namespace-legacy' | 'namespace-missing' | null> = new Map([
  [QCVN_NAMESPACE, null],
  ['http://www.e-doc.vn/Schema/', 'namespace-legacy'],
  ['http://www.e-doc.vn/Schema', 'namespace-legacy'],
  ['http://www.go.vn/eDoc', 'namespace-legacy'],
  ['', 'namespace-missing'],
]);

/** Local names of the outermost element. `envelope`: the package begins with the envelope itself. */
export const ROOTS: ReadonlyMap<string, { readonly standard: boolean; readonly envelope: boolean }> = new Map([
  ['edXML', { standard: true, envelope: false }],
  ['EdXML', { standard: false, envelope: false }],
  ['edXMLEnvelope', { standard: false, envelope: true }],
  ['EdXMLEnvelope', { standard: false, envelope: true }],
]);

/** Content ids are written with and without this; they are compared without. */
export const CONTENT_ID_SCHEME = 'cid:';
