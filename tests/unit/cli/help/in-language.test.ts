import { Command, Option } from 'commander';
import { expect, test } from '@jest/globals';
import { languageOf, putInLanguage } from '../../../../src/cli/help/in-language.ts';
import { settingsHelp } from '../../../../src/cli/help/settings.ts';
import { SETTINGS, type Setting } from '../../../../src/config/settings.ts';
import { FALLBACK_WORDS, SETTING_WORDS } from '../../../../src/texts/settings.ts';

test.each([
  ['', 'vi'],
  ['send a', 'vi'],
  ['--lang en send', 'en'],
  ['send --lang=en', 'en'],
  ['send --lang en --lang vi', 'vi'],
  ['send --lang', 'vi'],
  ['send --lang de', 'vi'],
])('“%s” is answered in %s', (line, language) => {
  expect(languageOf(['node', 'lienthong', ...line.split(' ')])).toBe(language);
});

test('what has no words is not declared', () => {
  const program = (part: Command): Command => new Command('lienthong').addCommand(part);
  const put = (part: Command) => () => {
    putInLanguage(program(part), 'vi');
  };
  expect(put(new Command('nope'))).toThrow('nope');
  expect(put(new Command('send').argument('<file>').option('--nope'))).toThrow('nope');
  expect(put(new Command('migrate').argument('<file>'))).toThrow('file');
  expect(put(new Command('send').argument('<file>'))).not.toThrow();
});

test('choices and defaults are told in the language', () => {
  const send = new Command('send').addOption(new Option('--key <kind>').choices(['ec', 'rsa']).default('ec'));
  const help = (language: 'vi' | 'en'): string => {
    putInLanguage(new Command('lienthong').addCommand(send), language);
    return send.helpInformation().replaceAll(/\s+/g, ' ');
  };
  expect(help('vi')).toContain('--key <loại> loại khóa tạo mới (một trong: ec, rsa; mặc định: ec)');
  expect(help('en')).toContain('--key <kind> kind of a new key (choices: ec, rsa; default: ec)');
});

test('each setting has words, and each word a setting', () => {
  expect(Object.keys(SETTING_WORDS).sort()).toEqual(SETTINGS.map(({ path }: Setting) => path).sort());
  const fallbacks = new Set(SETTINGS.map(({ fallback }: Setting) => fallback));
  expect(Object.keys(FALLBACK_WORDS).filter((fallback) => !fallbacks.has(fallback))).toEqual([]);
  const sentences = [...fallbacks].filter((fallback) => /\s|none|</.test(fallback));
  expect(sentences.filter((fallback) => FALLBACK_WORDS[fallback] === undefined)).toEqual([]);
  expect(settingsHelp('vi')).not.toMatch(/\b(?:the|and|of|with|folder|none)\b/);
});
