// From the tree of a Signature to its parts, or to the finding that says why it is none.

import type { Finding } from '../problems/finding.ts';
import { decodeBase64 } from '../xml/base64.ts';
import { type CanonicalMode, Canonicalizer } from '../xml/canonical.ts';
import { XmlFault } from '../xml/fault.ts';
import { ENVELOPED_SIGNATURE } from './algorithms.ts';
import { canonicalModeOf } from './computable.ts';
import { attributeOf, checkShape } from './grammar.ts';
import type { SignatureMaterial } from './material.ts';
import { SIGNATURE_PLACE, type SignatureNode, childElements, signatureFinding, textOf } from './tree.ts';

/** The way to the bytes of a node set: the mode, and the prefixes that the exclusive one treats inclusively. */
export interface CanonicalForm {
  readonly mode: CanonicalMode;
  readonly prefixes: readonly string[];
}

export interface SignatureParts {
  /** `signedInfo` is empty when the canonicalization method cannot be computed. */
  readonly material: Omit<SignatureMaterial, 'documentDigest'>;
  /** Undefined when the reference is not to the whole document, or its transforms cannot be computed. */
  readonly documentForm: CanonicalForm | undefined;
}

/** Ends the reading of a signature that is none; caught once, below. */
class Malformed extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.code);
    this.name = 'Malformed';
    this.finding = finding;
  }
}

export function readParts(root: SignatureNode): SignatureParts | Finding {
  const finding = checkShape(root);
  if (finding !== null) return finding;
  try {
    return partsOf(root);
  } catch (error) {
    if (error instanceof Malformed) return error.finding;
    throw error;
  }
}

function partsOf(root: SignatureNode): SignatureParts {
  const signedInfo = child(root, 'SignedInfo');
  const method = child(signedInfo, 'CanonicalizationMethod');
  const form = canonicalForm(method);
  const reference = child(signedInfo, 'Reference');
  const transforms = descendants(reference, 'Transforms').flatMap((list) => descendants(list, 'Transform'));
  const uri = attributeOf(reference, 'URI');
  return {
    material: {
      namespace: root.element.namespace,
      canonicalizationMethod: algorithm(method),
      signatureMethod: algorithm(child(signedInfo, 'SignatureMethod')),
      references: [
        {
          uri,
          transforms: transforms.map(algorithm),
          digestMethod: algorithm(child(reference, 'DigestMethod')),
          digestValue: binary(child(reference, 'DigestValue')),
        },
      ],
      signedInfo: form === undefined ? Buffer.alloc(0) : canonicalBytes(signedInfo, form),
      signatureValue: binary(child(root, 'SignatureValue')),
      certificates: descendants(root, 'KeyInfo')
        .flatMap((info) => descendants(info, 'X509Data'))
        .flatMap((data) => descendants(data, 'X509Certificate'))
        .map(certificateBytes),
    },
    documentForm: uri === '' ? documentForm(transforms) : undefined,
  };
}

/** The enveloped transform, then at most one canonical form; without one XML-DSig (section 4.4.3.2) means the inclusive. */
function documentForm(transforms: readonly SignatureNode[]): CanonicalForm | undefined {
  const [enveloped, canonical, ...surplus] = transforms;
  if (enveloped === undefined || algorithm(enveloped) !== ENVELOPED_SIGNATURE || surplus.length > 0) return undefined;
  return canonical === undefined ? { mode: 'inclusive', prefixes: [] } : canonicalForm(canonical);
}

function canonicalForm(node: SignatureNode): CanonicalForm | undefined {
  const mode = canonicalModeOf(algorithm(node));
  const [list] = descendants(node, 'InclusiveNamespaces');
  if (list !== undefined && mode !== 'exclusive') {
    throw malformed('signature-malformed', 'unexpected', 'InclusiveNamespaces');
  }
  if (mode === undefined) return undefined;
  const prefixes = list === undefined ? '' : (attributeOf(list, 'PrefixList') ?? '');
  return {
    mode,
    prefixes: prefixes
      .split(/[ \t\r\n]+/)
      .filter((prefix) => prefix !== '')
      .map((prefix) => (prefix === '#default' ? '' : prefix)),
  };
}

function canonicalBytes(node: SignatureNode, form: CanonicalForm): Buffer {
  const canonical = new Canonicalizer(form.mode, form.prefixes);
  replay(node, canonical);
  return canonical.heldBytes();
}

function replay({ element, children }: SignatureNode, canonical: Canonicalizer): void {
  canonical.open(element);
  for (const part of children) {
    if (typeof part === 'string') canonical.characters(part);
    else replay(part, canonical);
  }
  canonical.close(element);
}

function algorithm(node: SignatureNode): string {
  return attributeOf(node, 'Algorithm') ?? '';
}

function binary(node: SignatureNode): Buffer {
  const name = node.element.local;
  const bytes = decoded(node);
  if (bytes === undefined) throw malformed('signature-malformed', 'base64', name);
  if (bytes.length === 0) throw malformed('signature-malformed', 'empty', name);
  return bytes;
}

/** A certificate that is none says nothing of the digest and the value: it is for the check of the signer to tell. */
function certificateBytes(node: SignatureNode): Buffer {
  return decoded(node) ?? Buffer.alloc(0);
}

function decoded(node: SignatureNode): Buffer | undefined {
  try {
    return decodeBase64(Buffer.from(textOf(node), 'utf8'));
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  }
}

function descendants(node: SignatureNode, local: string): SignatureNode[] {
  return childElements(node).filter(({ element }) => element.local === local);
}

/** A child that the shape, checked before, guarantees. */
function child(node: SignatureNode, local: string): SignatureNode {
  const [first] = descendants(node, local);
  if (first === undefined) throw malformed('signature-malformed', 'missing', local);
  return first;
}

function malformed(code: Finding['code'], reason: string, name: string): Malformed {
  return new Malformed(signatureFinding(code, { reason, name }, SIGNATURE_PLACE));
}
