import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { expect, test } from '@jest/globals';
import { faultInWords, faultOf } from '../../../../src/cli/help/usage-fault.ts';

/** The error of the library for a command line, which it tells in a sentence of its own. */
function errorOf(line: string): CommanderError {
  const wanted = (code: string) => (): never => {
    throw new InvalidArgumentError(code);
  };
  const send = new Command('send')
    .exitOverride()
    .argument('<file>')
    .option('--out <path>')
    .addOption(new Option('--to <form>').choices(['edxml', 'json']))
    .addOption(new Option('--patience <seconds>').argParser(wanted('seconds-wanted')))
    .addOption(new Option('--days <days>').argParser(wanted('days-wanted')))
    .addOption(new Option('--port <number>').argParser(wanted('port-wanted')))
    .action(() => undefined);
  const decide = new Command('decide')
    .exitOverride()
    .requiredOption('--reason <text>')
    .action(() => undefined);
  const topic = new Command('topic').exitOverride().action(() => {
    topic.error('nope\nconnect, extend', { code: 'lienthong.topicUnknown' });
  });
  const program = new Command('lienthong').exitOverride();
  for (const part of [send, decide, topic]) program.addCommand(part);
  for (const part of [program, send, decide, topic]) part.configureOutput({ outputError: () => undefined });
  try {
    program.parse(line.split(' '), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error;
    throw error;
  }
  throw new Error(`nothing is wrong with ${line}`);
}

// The library's sentences may change with it: each form is provoked here.
test.each([
  ['send a --nope', 'option-unknown', { option: '--nope' }],
  ['send a --outt x', 'option-unknown', { option: '--outt', near: '--out' }],
  ['sned a', 'command-unknown', { command: 'sned', near: 'send' }],
  ['zzzzzz', 'command-unknown', { command: 'zzzzzz' }],
  ['send', 'argument-missing', { argument: 'file' }],
  ['send a b', 'arguments-surplus', { wanted: '1', count: '2' }],
  ['send a --out', 'value-missing', { option: '--out <path>' }],
  ['send a --to x', 'choice-unknown', { option: '--to <form>', value: 'x', choices: 'edxml, json' }],
  ['send a --patience q', 'seconds-wanted', { option: '--patience <seconds>', value: 'q' }],
  ['send a --days q', 'days-wanted', { option: '--days <days>', value: 'q' }],
  ['send a --port q', 'port-wanted', { option: '--port <number>', value: 'q' }],
  ['decide', 'option-missing', { option: '--reason <text>' }],
  ['topic', 'topic-unknown', { topic: 'nope', choices: 'connect, extend' }],
])('%s is %s', (line, code, facts) => {
  const error = errorOf(line);
  expect(faultOf(error)).toEqual({ code, facts: expect.objectContaining(facts) as unknown });
  expect(faultInWords(error, 'en')).not.toMatch(/[{}…]/);
  expect(faultInWords(error, 'en')).toMatch(/^error: /);
  expect(faultInWords(error, 'vi')).toMatch(/^Lỗi: /);
  expect(faultInWords(error, 'vi')).not.toMatch(
    /[{}…]|\b(?:error|unknown|missing|option|argument|command|choose|did you)\b/,
  );
});

test('a sentence that is not known stays as it is', () => {
  expect(faultOf({ code: 'commander.other', message: 'error: other' })).toBeUndefined();
  expect(faultInWords({ code: 'commander.other', message: 'error: other' }, 'vi')).toBe('error: other');
});
