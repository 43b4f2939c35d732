// Every closed set of the core has its words, in both languages, and each only once.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { packagePath } from '../../../src/config/paths.ts';
import { AUDIT_ACTS } from '../../../src/core/exchange/audit-acts.ts';
import { RECALL_STEPS, TRANSMISSION_STEPS, TRANSPORT_STEPS } from '../../../src/core/exchange/lifecycle.ts';
import {
  RECEIVER_TYPES,
  STATUSES,
  STEERING_TYPES,
  URGENCY,
} from '../../../src/core/message/code-lists/enumerations.ts';
import { DOCUMENT_KINDS } from '../../../src/core/message/message.ts';
import { ACTORS as ACTORS_OF_PROBLEMS, PROBLEMS } from '../../../src/core/problems/problems.ts';
import { ANCHOR_PURPOSES } from '../../../src/core/registry/anchor.ts';
import { CHECKS } from '../../../src/core/verify/checks/index.ts';
import type { Texts } from '../../../src/core/message/language.ts';
import { ACTORS, ACTS } from '../../../src/texts/acts.ts';
import { PURPOSES } from '../../../src/texts/certificates.ts';
import { MESSAGE_KINDS, RECEIVER_CHANGES, STATUS_CODES, STEERING_KINDS, URGENCIES } from '../../../src/texts/codes.ts';
import { CONFIG_REASONS } from '../../../src/texts/config.ts';
import { KEY_REASONS } from '../../../src/texts/keys.ts';
import { PROBLEM_TEXTS } from '../../../src/texts/problems.ts';
import { RECALLS, TRANSMISSIONS, TRANSPORTS } from '../../../src/texts/states.ts';
import { USAGE_REASONS } from '../../../src/texts/usage.ts';
import { CHECKS as CHECKS_IN_WORDS } from '../../../src/texts/verification.ts';
import type { Words } from '../../../src/texts/words.ts';

const codesOf = ({ rows }: { readonly rows: readonly { readonly code: string }[] }): readonly string[] =>
  rows.map(({ code }) => code);

/** Sets that the core keeps as lists. Those that are types alone are held by the compiler: their words are records over the type. */
const LISTED: Readonly<Record<string, readonly [words: object, codes: readonly string[]]>> = {
  transports: [TRANSPORTS, Object.keys(TRANSPORT_STEPS)],
  transmissions: [TRANSMISSIONS, Object.keys(TRANSMISSION_STEPS)],
  recalls: [RECALLS, Object.keys(RECALL_STEPS)],
  statuses: [STATUS_CODES, codesOf(STATUSES)],
  urgencies: [URGENCIES, codesOf(URGENCY)],
  steering: [STEERING_KINDS, codesOf(STEERING_TYPES)],
  'changes of receivers': [RECEIVER_CHANGES, codesOf(RECEIVER_TYPES)],
  'kinds of messages': [MESSAGE_KINDS, [...DOCUMENT_KINDS, 'status']],
  acts: [ACTS, [...AUDIT_ACTS, 'attempt', 'status.recall']],
  checks: [CHECKS_IN_WORDS, CHECKS.map(({ name }) => name)],
  'purposes of authorities': [PURPOSES, ANCHOR_PURPOSES],
  problems: [PROBLEM_TEXTS, Object.keys(PROBLEMS)],
  'who acts on a problem': [ACTORS, ACTORS_OF_PROBLEMS],
};

const modules = await Promise.all(
  readdirSync(packagePath('src', 'texts'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => import(packagePath('src', 'texts', file)) as Promise<Readonly<Record<string, unknown>>>),
);
const exported = modules.flatMap((module) => Object.entries(module));
const tables = new Map(exported.filter((entry): entry is [string, Words] => isTable(entry[1])));

function isTable(value: unknown): value is Words {
  return typeof value === 'object' && value !== null && Object.values(value).every(isTexts);
}

function isTexts(value: unknown): value is Texts {
  return typeof value === 'object' && value !== null && 'vi' in value && 'en' in value;
}

test.each(Object.entries(LISTED))('%s have words for each member of the set, and no others', (_, [words, codes]) => {
  expect([...tables.values()]).toContain(words);
  expect(Object.keys(words).sort()).toEqual([...codes].sort());
});

test('no set has its words twice', () => {
  const sets = [...tables].map(([name, words]) => ({ name, members: Object.keys(words).sort().join(' ') }));
  const twice = sets.filter(({ members }, index) => sets.findIndex((set) => set.members === members) !== index);
  expect(twice.map(({ name }) => name)).toEqual([]);
});

test('a reason has words in one table only, for reasons are looked up in all', () => {
  const reasons = [USAGE_REASONS, CONFIG_REASONS, KEY_REASONS].flatMap((words) => Object.keys(words));
  expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([]);
});

test('every problem has somebody who acts on it, or nobody, and each of them a problem', () => {
  expect(new Set(Object.values(PROBLEMS).map(({ actor }) => actor))).toEqual(new Set(ACTORS_OF_PROBLEMS));
});

/** Every pair of texts in what a module exports, however deep it lies, with the way to it. */
function pairsIn(value: unknown, way: string): readonly (readonly [way: string, pair: Texts])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return pairsIn(Object.fromEntries(value), way);
  const { vi, en }: { readonly vi?: unknown; readonly en?: unknown } = value;
  if (typeof vi === 'string' && typeof en === 'string') return [[way, { vi, en }]];
  if (Array.isArray(vi) && Array.isArray(en)) {
    const [own, other]: readonly (readonly unknown[])[] = [vi, en];
    expect(own).toHaveLength(other?.length ?? 0);
    return own?.flatMap((text, index) => pairsIn({ vi: text, en: other?.[index] }, `${way}[${index}]`)) ?? [];
  }
  return Object.entries(value).flatMap(([name, member]) => pairsIn(member, `${way}.${name}`));
}

const pairs = exported.flatMap(([name, value]) => pairsIn(value, name));

/** Vietnamese words of plain letters. */
const PLAIN = new Set(['Ai']);

describe.each([...new Set(pairs.map(([way]) => way.split(/[.[]/)[0] ?? ''))])('%s', (name) => {
  const own = pairs.filter(([way]) => way === name || way.startsWith(`${name}.`) || way.startsWith(`${name}[`));
  test.each(own)('%s is Vietnamese in Vietnamese and English in English', (_, { vi, en }) => {
    expect(vi).toBe(vi.normalize('NFC'));
    if (!PLAIN.has(vi)) expect(vi).toMatch(/[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu);
    expect(en).not.toMatch(/(?![A-Za-z])\p{L}/u);
    expect(en.trim()).not.toBe('');
  });
});
