// What the core holds besides must not reach an answer. The compiler sees to it; here it is shown sources in which the core
// holds more than the contract declares.

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from '@jest/globals';
import { ReceivedAnswer } from '../../../../src/api/v1/messages.ts';
import { packagePath } from '../../../../src/config/paths.ts';
import { answer } from '../../../../src/http/operation.ts';
import type { receivedJson } from '../../../../src/http/v1/views.ts';

/** A member more, in the text of a source: where its shape is declared, and the operation that must no longer compile. */
interface Plant {
  readonly file: string;
  readonly shape: string;
  readonly operation: string;
}

const PLANTS: readonly Plant[] = [
  {
    file: 'src/gateway/receive/receive.ts',
    shape: 'readonly deliveries: readonly { readonly id: string;',
    operation: 'src/http/v1/operations/submitMessage.ts',
  },
  {
    file: 'src/ports/messages.ts',
    shape: 'readonly answers: readonly { readonly organisation: string;',
    operation: 'src/http/v1/operations/getMessage.ts',
  },
];

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(packagePath('tsconfig.json'), (file) => ts.sys.readFile(file)).config,
  ts.sys,
  packagePath(),
);

/** What the compiler finds in each operation, with the further members or without. */
function faultsWith(planted: boolean): readonly (readonly [operation: string, faults: readonly string[]])[] {
  const host = ts.createCompilerHost(options, true);
  const texts = new Map(
    PLANTS.map(({ file, shape }) => {
      const text = readFileSync(packagePath(file), 'utf8');
      expect(text).toContain(shape);
      return [packagePath(file), planted ? text.replace(shape, `${shape} readonly colour: string;`) : text];
    }),
  );
  const read = (file: string): string | undefined => texts.get(file) ?? ts.sys.readFile(file);
  host.readFile = read;
  host.getSourceFile = (file, target) => {
    const text = read(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, target);
  };
  const operations = PLANTS.map(({ operation }) => operation);
  const program = ts.createProgram(
    operations.map((operation) => packagePath(operation)),
    options,
    host,
  );
  return operations.map((operation) => {
    const found = program.getSemanticDiagnostics(program.getSourceFile(packagePath(operation)));
    return [operation, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
  });
}

test('an operation compiles as it stands', () => {
  for (const [operation, faults] of faultsWith(false)) expect([operation, faults]).toEqual([operation, []]);
});

test('no operation compiles once the core holds more than its answer declares', () => {
  for (const [operation, faults] of faultsWith(true))
    expect([operation, faults.join('\n')]).toEqual([operation, expect.stringContaining('colour')]);
});

test('nor one whose view tells more', () => {
  const lax = (view: ReturnType<typeof receivedJson>) =>
    // @ts-expect-error a member that the contract does not declare
    answer(202, ReceivedAnswer, { ...view, deliveries: view.deliveries.map((one) => ({ ...one, colour: 'red' })) });
  expect(lax).toBeDefined();
});

test('no view has a type of the contract for its own', () => {
  const text = readFileSync(packagePath('src/http/v1/views.ts'), 'utf8');
  expect(text.match(/^(?:export )?function \w+Json\(/gm)?.length).toBeGreaterThan(5);
  expect(text.match(/\): \w*Answer\b.*/g)).toBeNull();
});
