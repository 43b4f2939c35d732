// A command line that cannot be read, told in the reader's language. The library says what is wrong in English sentences
// only: each of them is known here by its code and its form, and a test holds every one of them.

import type { CommanderError } from 'commander';
import type { Language } from '../../core/message/language.ts';
import { out } from '../terminal.ts';
import { valuesInWords } from './in-language.ts';
import { printable } from '../text-table.ts';
import { HELP, USAGE_FAULTS, type UsageFault } from '../../texts/help.ts';

/** What is wrong, with the names that the sentence needs. */
export interface Fault {
  readonly code: UsageFault;
  readonly facts: Readonly<Record<string, string>>;
}

/** The library's sentences, by the code of its error. Groups are named as the facts of our texts. */
const SENTENCES: readonly (readonly [code: string, form: RegExp, fault: UsageFault])[] = [
  [
    'commander.unknownOption',
    /^error: unknown option '(?<option>[^]*?)'(?:\n\(Did you mean (?<near>[^]*)\?\))?$/,
    'option-unknown',
  ],
  [
    'commander.unknownCommand',
    /^error: unknown command '(?<command>[^]*?)'(?:\n\(Did you mean (?<near>[^]*)\?\))?$/,
    'command-unknown',
  ],
  ['commander.missingArgument', /^error: missing required argument '(?<argument>.*)'$/, 'argument-missing'],
  ['commander.optionMissingArgument', /^error: option '(?<option>.*)' argument missing$/, 'value-missing'],
  ['commander.missingMandatoryOptionValue', /^error: required option '(?<option>.*)' not specified$/, 'option-missing'],
  ['commander.excessArguments', /Expected (?<wanted>\d+) arguments? but got (?<count>\d+)/, 'arguments-surplus'],
  [
    'commander.invalidArgument',
    /^error: option '(?<option>[^]*?)' argument '(?<value>[^]*)' is invalid\. Allowed choices are (?<choices>.*)\.$/,
    'choice-unknown',
  ],
  [
    'commander.invalidArgument',
    /^error: option '(?<option>[^]*?)' argument '(?<value>[^]*)' is invalid\. seconds-wanted$/,
    'seconds-wanted',
  ],
  [
    'commander.invalidArgument',
    /^error: option '(?<option>[^]*?)' argument '(?<value>[^]*)' is invalid\. days-wanted$/,
    'days-wanted',
  ],
  [
    'commander.invalidArgument',
    /^error: option '(?<option>[^]*?)' argument '(?<value>[^]*)' is invalid\. port-wanted$/,
    'port-wanted',
  ],
  ['lienthong.topicUnknown', /^(?<topic>[^]*)\n(?<choices>.*)$/, 'topic-unknown'],
];

/** The fault that an error of the library stands for; undefined for one that is not known here. */
export function faultOf({ code, message }: Pick<CommanderError, 'code' | 'message'>): Fault | undefined {
  for (const [known, form, fault] of SENTENCES) {
    const match = known === code ? form.exec(message) : null;
    if (match !== null) return { code: fault, facts: factsOf(match.groups ?? {}) };
  }
  return undefined;
}

function factsOf(groups: Readonly<Record<string, string | undefined>>): Fault['facts'] {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The sentence that a person reads; the library's own where the fault is not known. */
export function faultInWords(error: Pick<CommanderError, 'code' | 'message'>, language: Language): string {
  const fault = faultOf(error);
  if (fault === undefined) return error.message;
  const { near, option = '', ...others } = fault.facts;
  const facts = { ...others, option: valuesInWords(option, language) };
  const text = USAGE_FAULTS[fault.code][language] + (near === undefined ? '' : USAGE_FAULTS.near[language]);
  const reason = fill(text, near === undefined ? facts : { ...facts, near: near.replace(/^one of /, '') });
  return fill(HELP.error[language], { reason });
}

/** Tells why a command line cannot be read; as JSON on standard output too, for a program that asked for it. */
export function tellUsage(error: CommanderError, asJson: boolean, language: Language): void {
  // A group of commands that is called by itself has printed its help.
  if (error.code === 'commander.help') return;
  const title = faultInWords(error, language);
  process.stderr.write(`${printable(title)}\n${HELP.hint[language]}\n`);
  const { code = null, facts = {} } = faultOf(error) ?? {};
  const problem = { code: 'wrong-usage', title, facts: { reason: code, ...facts } };
  if (asJson) out(`${JSON.stringify({ ok: false, problem }, null, 2)}\n`);
}

function fill(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '…');
}
