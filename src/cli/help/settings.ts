// The settings in words: for `serve --help`, and as a table of src/docs/operate.md.

import { SETTINGS, type Setting } from '../../config/settings.ts';
import type { Language } from '../../core/message/language.ts';
import { HELP } from '../../texts/help.ts';
import { FALLBACK_WORDS, SETTING_WORDS } from '../../texts/settings.ts';

/** The settings as aligned lines. */
export function settingsHelp(language: Language): string {
  const names = SETTINGS.map((setting: Setting) => `${setting.variable}${setting.secret === true ? '[_FILE]' : ''}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = SETTINGS.map((setting, index) => {
    return `  ${(names[index] ?? '').padEnd(width)}  ${meaningOf(setting, language)} (${fallbackOf(setting, language)})`;
  });
  return [HELP.settings[language], ...lines, HELP.secrets[language]].join('\n');
}

/** The settings as a Markdown table. */
export function settingsTable(): string {
  const rows = SETTINGS.map((setting: Setting) => {
    const { variable, path, secret, fallback } = setting;
    const meaning = `${meaningOf(setting, 'en')}${secret === true ? ' (secret)' : ''}`;
    return `| \`${variable}\` | \`${path}\` | ${meaning} | ${fallback.replaceAll('<', '&lt;')} |`;
  });
  return ['| variable | in the file | meaning | default |', '|---|---|---|---|', ...rows].join('\n');
}

function meaningOf({ path }: Setting, language: Language): string {
  const words = SETTING_WORDS[path];
  if (words === undefined) throw new Error(`setting ${path} has no words`);
  return words[language];
}

function fallbackOf({ fallback }: Setting, language: Language): string {
  return language === 'vi' ? (FALLBACK_WORDS[fallback] ?? fallback) : fallback;
}
