// Allowed file names: every system can store them, and every reader sees the whole name.

/** The longest name, in UTF-8 bytes, that file systems keep and every browser takes in `filename*`. */
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

/** Undefined for a name that every system can store, else the word for its fault. */
export function nameFault(name: string): string | undefined {
  if (Buffer.byteLength(name, 'utf8') > NAME_BYTES) return 'too-long';
  return NAME_FAULTS.find(([pattern]) => pattern.test(name))?.[1];
}
