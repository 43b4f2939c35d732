// Which names a file may have, so that every system can store it and every reader sees the whole name.

/** What file systems keep; also the length of a `filename*` that every browser takes. UTF-8 bytes. */
const NAME_BYTES = 255;

const NAME_FAULTS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/[/\\]/, 'path'],
  // Format characters hide or turn what a person reads: bidi overrides, zero-width ones, soft hyphens.
  [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, 'control'],
  [/[. ]$/, 'trailing'],
  [/^ /, 'leading'],
  [/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i, 'reserved'],
  [/^\.{1,2}$/, 'path'],
];

/** Undefined for a name that can be a file's name everywhere, else the word for what is wrong with it. */
export function nameFault(name: string): string | undefined {
  if (Buffer.byteLength(name, 'utf8') > NAME_BYTES) return 'too-long';
  return NAME_FAULTS.find(([pattern]) => pattern.test(name))?.[1];
}
