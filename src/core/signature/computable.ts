// The algorithms that the one pass can compute, by the identifiers of XML-DSig. A row here makes no algorithm trusted:
// the checks judge what a profile accepts.

import type { CanonicalMode } from '../xml/canonical.ts';
import { QCVN_NAMESPACE } from '../message/names.ts';
import {
  DSIG_NAMESPACE,
  EXCLUSIVE_C14N,
  INCLUSIVE_C14N,
  MISSPELT_EXCLUSIVE_C14N,
  SHA1_URI,
  SHA256_URI,
} from './algorithms.ts';

/** Namespaces in which a Signature is read as one: some writers leave it in the package's own. */
export const SIGNATURE_NAMESPACES: readonly string[] = [DSIG_NAMESPACE, QCVN_NAMESPACE];

const CANONICAL_MODES: ReadonlyMap<string, CanonicalMode> = new Map([
  [EXCLUSIVE_C14N, 'exclusive'],
  [INCLUSIVE_C14N, 'inclusive'],
  [MISSPELT_EXCLUSIVE_C14N, 'exclusive'],
]);

/** SHA-1 among them so that an old signature can be told from a broken one. */
const DIGEST_NAMES: ReadonlyMap<string, string> = new Map([
  [SHA1_URI, 'sha1'],
  [SHA256_URI, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export function canonicalModeOf(algorithm: string): CanonicalMode | undefined {
  return CANONICAL_MODES.get(algorithm);
}

/** The name node:crypto has for a digest method. */
export function digestNameOf(algorithm: string): string | undefined {
  return DIGEST_NAMES.get(algorithm);
}
