// Renders a message as an agency package: a ZIP of `metadata.json` and the files, as plain as ZIP can be, so that any
// system opens it and one message has one spelling. Nothing a message holds is without a place in it.

import { canonicalJson } from '../../exchange/receipt.ts';
import { nameFault } from '../../message/file-name.ts';
import type { Draft, DraftFile, Form } from '../../message/rendering.ts';
import { METADATA_NAME } from './metadata.ts';
import { partKey } from './read.ts';
import { zip, type ZipEntry } from '../../archive/zip.ts';

/** A ZIP of `metadata.json` and files. */
export const AGENCY_FORM: Form = {
  name: 'agency',
  mediaType: 'application/zip',
  extension: 'zip',
  render(draft) {
    return { mediaType: 'application/zip', losses: [], bytes: zip(entriesOf(draft)) };
  },
};

function entriesOf({ message, files }: Draft): readonly ZipEntry[] {
  const parts = partNames(files);
  const listed = files.map((file, index) => fileEntry(file, parts[index] ?? ''));
  const metadata = canonicalJson(stated({ ...withoutEmptyGroups(message), files: listed }) ?? {});
  return [
    { name: METADATA_NAME, size: metadata.length, open: () => once(metadata) },
    ...files.map((file, index) => ({ name: parts[index] ?? '', size: file.size, open: () => file.open() })),
  ];
}

function fileEntry({ attachmentName, description, contentId, contentType, size, sha256 }: DraftFile, part: string) {
  return {
    name: attachmentName,
    description,
    contentId,
    contentType,
    size,
    sha256,
    ...(part === attachmentName ? {} : { part }),
  };
}

/** A group in which nothing is said is not written; that a document's `bussiness` was there is said by writing it. */
function withoutEmptyGroups(message: Draft['message']): object {
  if (message.kind === 'status') return message;
  const { documentType, otherInfo, ...rest } = message;
  const isFilled = (group: object): boolean => Object.keys(group).length > 0;
  return { ...rest, ...(isFilled(documentType) && { documentType }), ...(isFilled(otherInfo) && { otherInfo }) };
}

/**
 * Under which names the files lie in the ZIP: their own, but for those that another file has, or that no file can have on
 * every system.
 */
function partNames(files: readonly DraftFile[]): readonly string[] {
  const own = files.map(({ attachmentName }) => sameOnDisk(attachmentName));
  const taken = new Set([sameOnDisk(METADATA_NAME), ...own]);
  return files.map(({ attachmentName }, index) => {
    const key = own[index] ?? '';
    const first = own.indexOf(key) === index && key !== sameOnDisk(METADATA_NAME);
    if (first && nameFault(attachmentName) === undefined) return attachmentName;
    return freeName(index + 1, attachmentName, taken);
  });
}

function freeName(number: number, attachmentName: string, taken: Set<string>): string {
  const extension = /\.[0-9A-Za-z]{1,10}$/.exec(attachmentName)?.[0] ?? '';
  let name = `${number}${extension}`;
  while (taken.has(sameOnDisk(name))) name = `_${name}`;
  taken.add(sameOnDisk(name));
  return name;
}

/** File systems take names for one that differ in case, or in how accents are stored. */
function sameOnDisk(name: string): string {
  return partKey(name).toLowerCase();
}

type Stated = string | number | boolean | readonly Stated[] | { readonly [name: string]: Stated };

/** What is said: a member that is absent, empty or an empty list is not written. */
function stated(value: unknown): Stated | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => stated(item) ?? []);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const said = stated(member);
    return said === undefined ? [] : [[name, said] as const];
  });
  return Object.fromEntries(members);
}

// eslint-disable-next-line @typescript-eslint/require-await -- every entry is a stream
async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}
