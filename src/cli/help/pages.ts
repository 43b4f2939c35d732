// `lienthong help`: the pages of src/docs, for people who have a terminal and not the repository.

import { readdirSync, readFileSync } from 'node:fs';
import type { Language } from '../../core/message/language.ts';
import { HELP } from '../../texts/help.ts';
import { packagePath } from '../../config/paths.ts';

/** A page, by the name it is asked for. */
export interface Topic {
  readonly name: string;
  /** Its heading. */
  readonly title: string;
}

/** Every page of src/docs, in the order of names. */
export function topics(): readonly Topic[] {
  return readdirSync(packagePath('src', 'docs'))
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.md'.length);
      return { name, title: /^# (.+)/.exec(pageOf(name))?.[1] ?? '' };
    });
}

/** The list of pages, for the end of the general help. */
export function topicsHelp(language: Language): string {
  const all = topics();
  const width = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  return `\n${HELP.pages[language]}\n${lines.join('\n')}\n`;
}

/** The text of a page, without the marks that only a test reads. */
export function pageText(topic: string): string {
  return pageOf(topic).replaceAll(/^<!--.*-->\n\n?/gm, '');
}

function pageOf(name: string): string {
  return readFileSync(packagePath('src', 'docs', `${name}.md`), 'utf8');
}
