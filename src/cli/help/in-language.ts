// The help of a command line in one language. Commands are declared without a word; this gives each command, argument and
// option its words out of src/texts.

import type { Argument, Command, Option } from 'commander';
import type { Language } from '../../core/message/language.ts';
import { COMMANDS, EXITS, OPTIONS, type CommandWords, type ExitName } from '../../texts/command-line.ts';
import { HEADINGS, HELP, VALUES } from '../../texts/help.ts';
import { EXIT } from '../exit-codes.ts';

/** The language that arguments of a process ask for; Vietnamese where they ask for none that is known. */
export function languageOf(argv: readonly string[]): Language {
  const at = argv.findLastIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  const value = argv[at]?.startsWith('--lang=') === true ? argv[at].slice('--lang='.length) : argv[at + 1];
  return at !== -1 && value === 'en' ? 'en' : 'vi';
}

/** Gives a program and its parts their words. Throws for what has none, so that nothing is declared without. */
export function putInLanguage(program: Command, language: Language): void {
  // Told once, by who reads the command line: the library's sentences are in English only.
  for (const part of partsOf(program, [])) {
    part.command.configureOutput({ outputError: () => undefined });
    putPart(part, language);
  }
}

interface Part {
  readonly command: Command;
  readonly path: readonly string[];
}

function* partsOf(command: Command, path: readonly string[]): Generator<Part, void, undefined> {
  yield { command, path };
  for (const part of command.commands) yield* partsOf(part, [...path, part.name()]);
}

function putPart({ command, path }: Part, language: Language): void {
  if (path.length > 0 && command.commands.length > 0)
    command.helpCommand(`help [${valueInWords('command', language)}]`, HELP.helpCommand[language]);
  const name = path.join(' ');
  const words = COMMANDS[name];
  if (words === undefined) throw new Error(`command ${name} has no words`);
  command
    .description(words.about[language])
    .usage(usageOf(command, language))
    .helpOption('-h, --help', HELP.help[language])
    .configureHelp({
      styleTitle: (title) => HEADINGS[title]?.[language] ?? title,
      subcommandTerm: (part) => `${part.name()} ${usageOf(part, language)}`,
      optionTerm: ({ flags }) => valuesInWords(flags, language),
      argumentTerm: (argument) => valueInWords(argument.name(), language),
      optionDescription: (option) => optionText(option, language),
      argumentDescription: ({ description }: Argument) => description,
    });
  for (const argument of command.registeredArguments)
    argument.description = wordsFor(words.argument, name, argument.name())[language];
  for (const argument of command.registeredArguments) wordsFor(VALUES[argument.name()], name, argument.name());
  for (const option of command.options) {
    for (const [, value = ''] of option.flags.matchAll(/<(\w+)/g)) wordsFor(VALUES[value], name, value);
    const key = option.name().replace(/^no-/, '');
    option.description = wordsFor(words.options?.[key] ?? OPTIONS[key], name, key)[language];
  }
  if (words.exits !== undefined) command.addHelpText('after', exitCodesHelp(words.exits, language));
}

function wordsFor<T>(words: T | undefined, command: string, part: string): T {
  if (words === undefined) throw new Error(`${command}: ${part} has no words`);
  return words;
}

function usageOf(command: Command, language: Language): string {
  const parts = command.commands.length > 0 ? [HELP.command[language]] : [];
  const names = command.registeredArguments.map((argument) => {
    const value = valueInWords(argument.name(), language);
    const name = argument.variadic ? `${value}...` : value;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [HELP.options[language], ...parts, ...names].join(' ');
}

/** What stands for values in a text, such as `--out <path>`, in words; what is no such thing stays as it is. */
export function valuesInWords(text: string, language: Language): string {
  return text.replace(/<(\w+)(\.\.\.)?>/g, (_, name: string, more = '') => `<${valueInWords(name, language)}${more}>`);
}

function valueInWords(name: string, language: Language): string {
  return VALUES[name]?.[language] ?? name;
}

function optionText(
  { description, argChoices, defaultValue, defaultValueDescription, negate }: Option,
  language: Language,
): string {
  const notes: string[] = [];
  if (argChoices !== undefined) notes.push(withValue(HELP.choices[language], argChoices.join(', ')));
  if (defaultValue !== undefined && !negate && typeof defaultValue !== 'boolean')
    notes.push(withValue(HELP.fallback[language], defaultValueDescription ?? String(defaultValue)));
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

function withValue(text: string, value: string): string {
  return text.replace(/\{\w+\}/, () => value);
}

const NAMES: readonly ExitName[] = ['done', 'failed', 'undecided', 'usage', 'unavailable', 'internal'];

/** The part of a command's help that says what its exit status means. */
function exitCodesHelp(exits: NonNullable<CommandWords['exits']>, language: Language): string {
  const lines = NAMES.filter((name) => name in exits || name === 'usage' || name === 'internal').map((name) => {
    return `  ${String(EXIT[name]).padStart(3)}  ${(exits[name] ?? EXITS[name])[language]}`;
  });
  return `\n${HELP.exits[language]}\n${lines.join('\n')}\n`;
}
