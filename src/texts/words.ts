// Looks a word up in a table and puts it into a sentence.

import type { Language, Texts } from '../core/message/language.ts';

/** Words by the codes they stand for. */
export type Words = Readonly<Record<string, Texts>>;

/** The word for a code. An unknown code of a newer gateway stays as it is. */
export function wordFor(words: Words, code: string, language: Language): string {
  return Object.hasOwn(words, code) ? (words[code]?.[language] ?? code) : code;
}

/** The form of a word within a sentence: `Đã đến` becomes `đã đến`. */
export function inSentence(word: string): string {
  const [first = ''] = word;
  return first.toLowerCase() + word.slice(first.length);
}
