// The name of a wrapped file is never used as a name: it is only looked at for what an attacker would write.

/** UTF-8, or byte for character where it is none: old tools write the code page of their country and do not say which. */
export function entryName(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

const FAULTS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^$/, 'name-empty'],
  [/[\p{Cc}\p{Zl}\p{Zp}]/u, 'name-control'],
  [/[/\\]/, 'name-path'],
  [/^[A-Za-z]:/, 'name-drive'],
  [/^\.+$/, 'name-path'],
];

/** Undefined for the plain name of a file, else the word for what it is instead. Wide forms count as what they look like. */
export function entryNameFault(name: string): string | undefined {
  const plain = name.normalize('NFKC');
  return FAULTS.find(([pattern]) => pattern.test(plain))?.[1];
}
