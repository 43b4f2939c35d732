// Name constraints (RFC 5280 section 4.2.1.10). Directory, DNS and e-mail names are processed; a constraint on any other
// kind of name refuses every certificate that bears such a name.

import type { Certificate } from './certificate.ts';
import { GENERAL_NAME } from './extensions.ts';
import type { GeneralName, NameConstraints } from './extensions.ts';
import { nameParts, nameValues } from './name.ts';

const EMAIL_ATTRIBUTE = '1.2.840.113549.1.9.1';

/** Whether every name of the certificate lies within the constraints. */
export function areNamesWithin(certificate: Certificate, constraints: NameConstraints): boolean {
  return namesOf(certificate).every((name) => {
    if (constraints.excluded.some((subtree) => subtree.tag === name.tag && lies(name, subtree) !== false)) return false;
    const permitted = constraints.permitted.filter((subtree) => subtree.tag === name.tag);
    return permitted.length === 0 || permitted.some((subtree) => lies(name, subtree) === true);
  });
}

/** The subject counts as a directory name; its e-mail attributes as e-mail names, as older certificates mean them. */
function namesOf(certificate: Certificate): GeneralName[] {
  const names = [...certificate.alternativeNames];
  if (nameParts(certificate.subject).length > 0)
    names.push({ tag: GENERAL_NAME.directory, content: certificate.subject });
  for (const email of nameValues(certificate.subject, EMAIL_ATTRIBUTE)) {
    names.push({ tag: GENERAL_NAME.email, content: Buffer.from(email) });
  }
  return names;
}

const MATCHERS = new Map<number, (name: Buffer, subtree: Buffer) => boolean>([
  [GENERAL_NAME.directory, isDirectoryWithin],
  [GENERAL_NAME.dns, (name, subtree) => isHostWithin(text(name), text(subtree))],
  [GENERAL_NAME.email, (name, subtree) => isEmailWithin(text(name), text(subtree))],
]);

/** Undefined: this kind of name is not processed, so both a permission and an exclusion count against it. */
function lies(name: GeneralName, subtree: GeneralName): boolean | undefined {
  return MATCHERS.get(name.tag)?.(name.content, subtree.content);
}

const text = (bytes: Buffer): string => bytes.toString('latin1').toLowerCase();

function isDirectoryWithin(name: Buffer, subtree: Buffer): boolean {
  const parts = nameParts(name);
  return nameParts(subtree).every((part, index) => parts[index] === part);
}

/** `example.vn` permits itself and everything below; a leading dot only what is below. */
function isHostWithin(host: string, subtree: string): boolean {
  if (subtree === '' || host === subtree) return true;
  return host.endsWith(subtree.startsWith('.') ? subtree : `.${subtree}`);
}

/** A mailbox, one host exactly, or (with a leading dot) every host below. */
function isEmailWithin(email: string, subtree: string): boolean {
  if (subtree === '') return true;
  const host = email.slice(email.lastIndexOf('@') + 1);
  if (subtree.includes('@')) return email === subtree;
  return subtree.startsWith('.') ? host.endsWith(subtree) : host === subtree;
}
