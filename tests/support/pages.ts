// The README, the pages behind it, and the parts of them that are made from the program's own tables.

import { readdirSync, readFileSync } from 'node:fs';
import { settingsTable } from '../../src/cli/help/settings.ts';
import { packagePath } from '../../src/config/paths.ts';
import { ACTS, type ActKind, type ActRule } from '../../src/core/exchange/effects.ts';
import { toMermaid } from '../../src/core/exchange/lifecycle.ts';
import { STATUSES } from '../../src/core/message/code-lists/enumerations.ts';
import { MESSAGE_KINDS, STATUS_CODES } from '../../src/texts/codes.ts';
import { RECALLS, TRANSMISSIONS, TRANSPORTS } from '../../src/texts/states.ts';
import { VERDICTS } from '../../src/texts/verification.ts';
import type { Words } from '../../src/texts/words.ts';
import { code, table } from './fields-page.ts';

/** Paths of all pages, from the folder that holds package.json. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(packagePath('src', 'docs'))
    .sort()
    .map((file) => `src/docs/${file}`),
];

export function readPage(page: string): string {
  return readFileSync(packagePath(...page.split('/')), 'utf8');
}

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
const PARTS: Readonly<Record<string, () => string>> = {
  settings: settingsTable,
  lifecycle: () => `\`\`\`mermaid\n${toMermaid().trim()}\n\`\`\``,
  acts: actsTable,
  'transport-words': () => wordsTable('state', TRANSPORTS),
  'recall-words': () => wordsTable('state', RECALLS),
  'transmission-words': () => wordsTable('state', TRANSMISSIONS),
  'status-words': () =>
    table(
      ['code', 'tiếng Việt', 'English', 'sent by'],
      STATUSES.rows.map(({ code: status, sentBy }) => [
        status,
        STATUS_CODES[status].vi,
        STATUS_CODES[status].en,
        sentBy === 'receiver' ? 'the addressee' : 'the sender',
      ]),
    ),
  'kind-words': () => wordsTable('kind', MESSAGE_KINDS),
  'verdict-words': () => wordsTable('in the code', VERDICTS),
};

const PART = /<!-- ([\w-]+) -->\n([^]*?)<!-- \/\1 -->/g;

/** A page with every part that is made from a table written anew. */
export function writtenAgain(text: string): string {
  return text.replace(PART, (written, name: string) => {
    const make = PARTS[name];
    return make === undefined ? written : `<!-- ${name} -->\n\n${make().trim()}\n\n<!-- /${name} -->`;
  });
}

/** The parts of a page by their names, as they stand there. */
export function partsOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(PART)].map(([, name = '', content = '']) => [name, content.trim()]));
}

/** The parts that are made; the others of the pages are commands that a test runs. */
export const MADE_PARTS: readonly string[] = Object.keys(PARTS);

/** The commands of a part that is one shell block. */
export function commandsOf(page: string, part: string): string {
  const block = /^```sh\n([^]*?)```$/.exec(partsOf(readPage(page)).get(part) ?? '')?.[1];
  if (block === undefined) throw new Error(`${page} has no shell block in a part ${part}`);
  return block;
}

function wordsTable(title: string, words: Words): string {
  const rows = Object.entries(words).map(([name, { vi, en }]) => [code(name), vi, en]);
  return table([title, 'tiếng Việt', 'English'], rows);
}

const ACT_WORDS: Readonly<Record<ActKind, string>> = {
  revoke: 'revoke, thu hồi',
  update: 'update, cập nhật',
  replace: 'replace, thay thế',
  recall: 'recall, lấy lại',
};

const STOPS: Readonly<Record<ActRule['stops'], string>> = {
  all: 'all of those concerned',
  removed: 'those of the addressees it removes; the others leave first',
};

const SPARES: Readonly<Record<ActRule['spares'], string>> = {
  all: 'is not sent to them',
  unnamed: 'is sent to those that it names, to no other',
  removed: 'is sent to all but those it removes',
};

function actsTable(): string {
  const rows = Object.entries(ACTS).map(([kind, rule]) => [
    ACT_WORDS[kind as ActKind],
    STOPS[rule.stops],
    rule.marks ? 'yes' : 'no, the message asks by being sent',
    SPARES[rule.spares],
  ]);
  return table(
    [
      'kind',
      'stops copies that have not left',
      'the copies themselves carry the question',
      'addressees none of whose copies left: it',
    ],
    rows,
  );
}
