// The texts of the catalogue of problems with their facts filled in.

import type { Language, Texts } from '../core/message/language.ts';
import { ADDITION_SUBJECTS } from './additions.ts';
import { STATUS_CODES } from './codes.ts';
import { CONFIG_REASONS } from './config.ts';
import { fieldInWords } from './fields.ts';
import type { Facts } from '../core/problems/finding.ts';
import { VALUES } from './help.ts';
import type { ProblemCode } from '../core/problems/problems.ts';
import { KEY_REASONS } from './keys.ts';
import { PROBLEM_TEXTS } from './problems.ts';
import { SHAPE_RULES, SHAPE_WORDS, VALUE_KINDS } from './shapes.ts';
import { USAGE_REASONS } from './usage.ts';
import { wordFor, type Words } from './words.ts';

/**
 * A row's texts with the facts filled in, in one pass; a missing fact shows as an ellipsis. Fields appear in the words
 * of offices, and statuses by their names, because clerks do not know the codes.
 */
export function describe(code: ProblemCode, facts: Facts, language: Language): { title: string; todo: string } {
  const row = PROBLEM_TEXTS[code];
  const reason = reasonInWords(String(facts['reason']), facts, language);
  const fill = (text: string): string =>
    filled(text, facts, (name, value) => (name === 'reason' ? reason : inWords(name, value, language)));
  return language === 'vi'
    ? { title: fill(row.vi), todo: fill(row.todoVi) }
    : { title: fill(row.en), todo: fill(row.todoEn) };
}

function filled(text: string, facts: Facts, word: (name: string, value: string) => string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (Object.hasOwn(facts, name)) return word(name, String(facts[name]));
    return CLAUSES.has(name) ? '' : '…';
  });
}

/** Facts that a sentence can do without: the clause goes with them. */
const CLAUSES: ReadonlyMap<string, Texts> = new Map([
  ['page', { vi: ' trên trang {page}', en: ' on page {page}' }],
  ['words', { vi: ' (“{words}”)', en: ' (“{words}”)' }],
]);

function inWords(fact: string, value: string, language: Language): string {
  const clause = CLAUSES.get(fact);
  if (clause !== undefined) return clause[language].replace(`{${fact}}`, () => value);
  if (fact === 'change') return wordFor(ADDITION_SUBJECTS, value, language);
  if (fact === 'statusCode') return wordFor(STATUS_CODES, value, language);
  if (fact === 'field') return fieldInWords(value, language);
  return value;
}

/** A reason with a text of its own, its facts filled in; any other reason stays as it is. */
function reasonInWords(reason: string, facts: Facts, language: Language): string {
  if (!Object.hasOwn(REASONS, reason)) return reason;
  return filled(wordFor(REASONS, reason, language), facts, (name, value) =>
    name === 'fault' ? faultInWords(value, facts, language) : factInWords(name, value, language),
  );
}

/** What is wrong with the shape of data, with the facts that its words speak of. */
function faultInWords(fault: string, facts: Facts, language: Language): string {
  return filled(wordFor(SHAPE_WORDS, fault, language), facts, (name, value) => factInWords(name, value, language));
}

function factInWords(name: string, value: string, language: Language): string {
  const words = FACT_WORDS.get(name);
  return words === undefined ? value : wordFor(words, value, language);
}

/** Facts of reasons that are codes themselves. */
const FACT_WORDS: ReadonlyMap<string, Words> = new Map([
  ['argument', VALUES],
  ['expected', VALUE_KINDS],
  ['rule', SHAPE_RULES],
]);

/** What an operating system says of a path. */
const FILE_REASONS: Words = {
  EACCES: { vi: 'không có quyền (EACCES)', en: 'permission denied (EACCES)' },
  EPERM: { vi: 'không được phép (EPERM)', en: 'not permitted (EPERM)' },
  ENOENT: { vi: 'không có tệp hoặc thư mục này (ENOENT)', en: 'no such file or folder (ENOENT)' },
  EISDIR: { vi: 'là thư mục, không phải tệp (EISDIR)', en: 'a folder, not a file (EISDIR)' },
  ENOTDIR: { vi: 'đường dẫn đi qua một tệp (ENOTDIR)', en: 'the path leads through a file (ENOTDIR)' },
  EROFS: { vi: 'ổ đĩa chỉ cho đọc (EROFS)', en: 'a read-only disk (EROFS)' },
  ESPIPE: {
    vi: 'là đường ống hoặc thiết bị, không phải tệp thường (ESPIPE)',
    en: 'a pipe or device, not an ordinary file (ESPIPE)',
  },
};

const REASONS: Words = { ...FILE_REASONS, ...USAGE_REASONS, ...CONFIG_REASONS, ...KEY_REASONS };
