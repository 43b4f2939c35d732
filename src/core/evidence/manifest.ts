// The list of an evidence container's entries with their hashes (ASiCManifest, EN 319 162-1 clause A.4), which a
// signature or a time stamp covers. The gateway writes one spelling and reads only that one, so that signed bytes have
// one meaning.

import { mediaTypeOf } from './entries.ts';

export interface Manifest {
  /** The entry that holds the signature or time stamp over this manifest. */
  readonly signature: string;
  readonly entries: readonly ManifestEntry[];
  /**
   * The entry with the time stamp over the manifest and its signature; null: there is none. An attacker who removes the
   * time stamp cannot remove this signed statement.
   */
  readonly timeStamp: string | null;
}

export interface ManifestEntry {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n';
const TAIL = '</asic:ASiCManifest>\n';
/** Clause A.4 allows extensions, which other readers skip where they are not critical. */
const STAMP_HEAD =
  '  <asic:ASiCManifestExtensions>\n    <asic:Extension Critical="false">\n' +
  '      <lienthong:TimeStamp xmlns:lienthong="urn:lienthong:evidence:v1" URI="';
const STAMP_TAIL = '"/>\n    </asic:Extension>\n  </asic:ASiCManifestExtensions>\n';

/** Names of the gateway's entries: they need no escaping, neither in XML nor in a URI. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

export function isEntryName(name: string): boolean {
  return name.length <= 200 && NAME.test(name);
}

export function writeManifest({ signature, entries, timeStamp }: Manifest): Buffer {
  const references = entries.map(
    ({ name, sha256 }) =>
      `  <asic:DataObjectReference URI="${name}" MimeType="${mediaTypeOf(name)}">\n` +
      '    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>\n' +
      `    <ds:DigestValue>${Buffer.from(sha256, 'hex').toString('base64')}</ds:DigestValue>\n` +
      '  </asic:DataObjectReference>\n',
  );
  const reference = `  <asic:SigReference URI="${signature}" MimeType="${mediaTypeOf(signature)}"/>\n`;
  const stamp = timeStamp === null ? '' : `${STAMP_HEAD}${timeStamp}${STAMP_TAIL}`;
  return Buffer.from(`${HEAD}${reference}${references.join('')}${stamp}${TAIL}`);
}

/** Certificates, lists and files of the largest container; a larger one is an attack on its reader. */
export const MANIFEST_LIMITS = { bytes: 4 * 1024 * 1024, entries: 10_000 } as const;

/** Patterns match single lines: an attacker could make a pattern over the whole text run for ever. */
const SIGNATURE = /^ {2}<asic:SigReference URI="([^"]*)"/;
const REFERENCE = /^ {2}<asic:DataObjectReference URI="([^"]*)"/;
const DIGEST = /^ {4}<ds:DigestValue>([^<]*)</;
const TIME_STAMP = /^ {6}<lienthong:TimeStamp xmlns:lienthong="[^"]*" URI="([^"]*)"/;

/** Undefined for anything that is not exactly what `writeManifest` writes of distinct entries. */
export function readManifest(bytes: Buffer): Manifest | undefined {
  if (bytes.length > MANIFEST_LIMITS.bytes) return undefined;
  const lines = bytes.toString('latin1').split('\n');
  const valuesOf = (pattern: RegExp): string[] => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const [signature = ''] = valuesOf(SIGNATURE);
  const digests = valuesOf(DIGEST);
  const entries = valuesOf(REFERENCE).map((name, index) => ({
    name,
    sha256: Buffer.from(digests[index] ?? '', 'base64').toString('hex'),
  }));
  const [timeStamp = null] = valuesOf(TIME_STAMP);
  const names = new Set([signature, ...entries.map(({ name }) => name)]);
  const isOurs =
    entries.length <= MANIFEST_LIMITS.entries &&
    names.size === entries.length + 1 &&
    [...names, ...(timeStamp === null ? [] : [timeStamp])].every(isEntryName) &&
    entries.every(({ sha256 }) => sha256.length === 64) &&
    writeManifest({ signature, entries, timeStamp }).equals(bytes);
  return isOurs ? { signature, entries, timeStamp } : undefined;
}
