// Name constraints (RFC 5280 section 4.2.1.10). Directory, DNS, e-mail and URI names are processed; a constraint on any
// other kind of name refuses every certificate that bears such a name.

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

/** Undefined: it cannot be told. */
type Matcher = (name: Buffer, subtree: Buffer) => boolean | undefined;

const MATCHERS = new Map<number, Matcher>([
  [GENERAL_NAME.directory, isDirectoryWithin],
  [GENERAL_NAME.dns, inText(isHostWithin)],
  [GENERAL_NAME.email, inText(isEmailWithin)],
  [GENERAL_NAME.uri, inText(isUriWithin)],
]);

/** Undefined (not processed, or not to be told): both a permission and an exclusion count against the name. */
function lies(name: GeneralName, subtree: GeneralName): boolean | undefined {
  return MATCHERS.get(name.tag)?.(name.content, subtree.content);
}

function isDirectoryWithin(name: Buffer, subtree: Buffer): boolean {
  const parts = nameParts(name);
  return nameParts(subtree).every((part, index) => parts[index] === part);
}

/** Names that are IA5String; what holds other characters than such names do, could be read in two ways. */
function inText(matcher: (name: string, subtree: string) => boolean | undefined): Matcher {
  return (name, subtree) => {
    const texts = [name.toString('latin1'), subtree.toString('latin1')] as const;
    return texts.every((text) => /^[!-~]*$/.test(text)) ? matcher(...texts) : undefined;
  };
}

/** Labels with single dots between them; a trailing dot would make another text of the same host. */
const HOST = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** `example.vn` means itself and everything below; with a leading dot, as some write it, only what is below. */
function isHostWithin(name: string, subtree: string): boolean | undefined {
  if (subtree === '') return true;
  const [host, domain] = [name.toLowerCase(), subtree.toLowerCase()];
  if (!HOST.test(host.replace(/^\*\./, ''))) return undefined;
  if (host === domain || isBelow(host, domain)) return true;
  // A wildcard lies where its domain does; that it covers a narrower subtree is neither allowed nor harmless.
  return host.startsWith('*.') && isBelow(domain, host.slice(2)) ? undefined : false;
}

function isBelow(host: string, domain: string): boolean {
  return host.endsWith(domain.startsWith('.') ? domain : `.${domain}`);
}

/** URI and e-mail constraints name hosts: one exactly, or (with a leading dot) every host below. */
function isHostOrBelow(host: string, subtree: string): boolean | undefined {
  if (!HOST.test(host)) return undefined;
  return subtree.startsWith('.') ? host.endsWith(subtree) : host === subtree;
}

/** A mailbox, one host exactly, or (with a leading dot) every host below. Only the host is free of case. */
function isEmailWithin(email: string, subtree: string): boolean | undefined {
  if (subtree === '') return true;
  const [mailbox, host] = splitEmail(email);
  if (!subtree.includes('@')) return isHostOrBelow(host, subtree.toLowerCase());
  const [wantedMailbox, wantedHost] = splitEmail(subtree);
  if (!HOST.test(host)) return undefined;
  if (host !== wantedHost || mailbox.toLowerCase() !== wantedMailbox.toLowerCase()) return false;
  return mailbox === wantedMailbox ? true : undefined;
}

function splitEmail(email: string): readonly [mailbox: string, host: string] {
  const at = email.lastIndexOf('@');
  return at === -1 ? ['', ''] : [email.slice(0, at), email.slice(at + 1).toLowerCase()];
}

/** RFC 3986: the host of the authority part, without the user before it and the port behind it. */
const URI_HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/i;
const IP_ADDRESS = /^\d+(\.\d+){3}$/;

/** A URI that names no host, or an address in its place, must be refused where URIs are constrained. */
function isUriWithin(uri: string, subtree: string): boolean | undefined {
  const host = URI_HOST.exec(uri)?.[1]?.toLowerCase();
  return host === undefined || IP_ADDRESS.test(host) ? undefined : isHostOrBelow(host, subtree.toLowerCase());
}
