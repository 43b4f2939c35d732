// What the one pass is able to compute, by the identifiers of XML-DSig. Being here says nothing about being trusted: what a
// profile accepts is judged by the checks.

import type { CanonicalMode } from '../xml/canonical.ts';
import { EXCLUSIVE_C14N, INCLUSIVE_C14N, SHA256_URI } from './algorithms.ts';

export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';

const CANONICAL_MODES: ReadonlyMap<string, CanonicalMode> = new Map([
  [EXCLUSIVE_C14N, 'exclusive'],
  [INCLUSIVE_C14N, 'inclusive'],
]);

/** SHA-1 among them so that an old signature can be told from a broken one. */
const DIGEST_NAMES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
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
