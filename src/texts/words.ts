// How a word of a table is looked up and put into a sentence.

import type { Language, Texts } from '../core/message/language.ts';

/** Words by the codes they stand for. */
export type Words = Readonly<Record<string, Texts>>;

/** The word for a code. A code that a newer gateway tells and this program does not know stays as it is. */
export function wordFor(words: Words, code: string, language: Language): string {
  return Object.hasOwn(words, code) ? (words[code]?.[language] ?? code) : code;
}

/** As a word stands within a sentence: `Đã đến` becomes `đã đến`. */
export function inSentence(word: string): string {
  const [first = ''] = word;
  return first.toLowerCase() + word.slice(first.length);
}
