// The output of a command. With --json standard output carries one object and nothing else; lines for people go to
// standard error.

import { isProblemCode } from '../core/problems/problems.ts';
import type { Language } from '../core/message/language.ts';
import { describe } from '../texts/describe.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import { EXIT } from './exit-codes.ts';
import { printable } from './text-table.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly lang: Language;
}

export function out(text: string): void {
  process.stdout.write(text);
}

/** A line that tells how far a long command has come. */
export function progress(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Prints a repeated line once. */
export function distinctly(tell: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) tell(line);
    last = line;
  };
}

/** The command's answer: one object with --json, else what `render` makes of it. */
export function answer(options: CommonOptions, value: unknown, render: () => string): void {
  out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : render());
}

const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['not-found', EXIT.failed],
  ['wrong-usage', EXIT.usage],
  ['file-unreadable', EXIT.usage],
  ['path-unusable', EXIT.usage],
  ['key-unreadable', EXIT.usage],
  ['file-exists', EXIT.usage],
  ['config-invalid', EXIT.usage],
  ['gateway-unreachable', EXIT.unavailable],
  ['database-unavailable', EXIT.unavailable],
  ['broker-unavailable', EXIT.unavailable],
  ['data-directory-in-use', EXIT.unavailable],
  ['port-in-use', EXIT.unavailable],
  ['storage-full', EXIT.unavailable],
  ['schema-too-old', EXIT.unavailable],
  ['schema-too-new', EXIT.unavailable],
]);

/**
 * Prints the failure of a command and answers its exit status. An unexpected error shows its cause; a known problem
 * shows its remedy.
 */
export function tellFailure(options: CommonOptions, thrown: unknown): number {
  const error = asProblem(thrown);
  if (!(error instanceof ProblemError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (options.json === true)
      answer(options, { ok: false, problem: { code: 'internal-error', title: text } }, () => '');
    else process.stderr.write(`lienthong: ${text}\n`);
    return EXIT.internal;
  }
  const { code, facts } = error;
  const { title, todo } = describe(code, facts, options.lang);
  const alike = error.findings.filter((finding) => finding.code === code);
  if (options.json === true) {
    const others = alike.length > 1 ? { findings: alike } : {};
    answer(options, { ok: false, problem: { code, title, todo, facts, ...others } }, () => '');
  } else {
    const titles = new Set([title, ...alike.map((finding) => describe(code, finding.facts, options.lang).title)]);
    for (const line of titles) process.stderr.write(`lienthong: ${printable(line)}\n`);
    process.stderr.write(`${printable(todo)}\n`);
    const because = STATUS_OF.get(code) === EXIT.usage ? '' : causes(error);
    if (because !== '') process.stderr.write(`(${printable(because)})\n`);
  }
  return STATUS_OF.get(code) ?? EXIT.internal;
}

/** Reasons of the operating system that a person mends by another path or another right. */
const PATH_REASONS: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG']);

function asProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  if (!('code' in error) || !('path' in error) || !PATH_REASONS.has(error.code)) return error;
  return new ProblemError('path-unusable', { file: String(error.path), reason: String(error.code) }, { cause: error });
}

/** A problem as the gateway told it. */
export function tellProblem(
  options: CommonOptions,
  problem: { readonly code: string; readonly title: string; readonly detail?: string | undefined },
): void {
  if (options.json === true) answer(options, { ok: false, problem }, () => '');
  else process.stderr.write(`${problem.code}: ${printable(problem.title)}\n${printable(problem.detail ?? '')}\n`);
}

/** Messages of the causes, outermost first, without codes of the catalogue, which tell a person nothing more. */
function causes(error: Error): string {
  const messages: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause.message !== '' && !isProblemCode(cause.message)) messages.push(cause.message);
  }
  return messages.join(': ');
}
