// `lienthong convert FILE --to FORM`: a message from one form to another. The result alone goes to standard output or
// into the file; findings and losses go to standard error.

import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Finding, Refusal } from '../../core/problems/finding.ts';
import { FORMS } from '../../core/formats/forms.ts';
import type { FormName, Rendering } from '../../core/message/rendering.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { describe } from '../../texts/describe.ts';
import { codeOf } from '../../drivers/error-code.ts';
import { EXIT } from '../exit-codes.ts';
import { findingLines } from '../findings-text.ts';
import { openFile, readDraft, type FiledDraft } from './package-file.ts';
import { answer, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { wrongUsage } from '../credentials.ts';

export interface ConvertOptions extends CommonOptions {
  readonly to: FormName;
  /** Where the result goes; standard output without it. */
  readonly out?: string;
  /** Overwrites an existing file. */
  readonly force?: boolean;
  /** Folder of files that a JSON text names without their content. */
  readonly files?: string;
}

interface Written {
  readonly size: number;
  readonly sha256: string;
}

/** Resolves to the exit status: 0 converted, 1 refused. Rejects with a `ProblemError` for wrong usage. */
export async function convertFile(path: string, options: ConvertOptions): Promise<number> {
  const { out, force = false } = options;
  if (options.json === true && out === undefined) throw wrongUsage('json-needs-out');
  if (out !== undefined) await checkTarget(out, force);
  const file = await openFile(path);
  try {
    const read = await readDraft(file, options.files);
    if (!read.ok) return refused(read, options);
    const rendering = FORMS[options.to].render(read.value.draft);
    const findings = [...read.value.findings, ...rendering.losses];
    if (options.json !== true) for (const line of findingLines(findings, options.lang)) progress(line);
    const written = out === undefined ? await toStandardOutput(rendering) : await toFile(rendering, out, force);
    if (out !== undefined) tell(read.value, { ...written, out, findings }, options);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ProblemError) || !ABOUT_THE_PACKAGE.has(error.code)) throw error;
    return refused({ ok: false, code: error.code, facts: error.facts }, options);
  } finally {
    await file.handle.close();
  }
}

/** Faults of the package that show only while the result is written. */
const ABOUT_THE_PACKAGE: ReadonlySet<string> = new Set(['field-invalid', 'content-corrupt', 'rendering-failed']);

async function checkTarget(out: string, force: boolean): Promise<void> {
  const there = await stat(out).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(out, error);
  });
  if (there?.isDirectory() === true) throw new ProblemError('path-unusable', { file: out, reason: 'EISDIR' });
  if (there !== undefined && !force) throw new ProblemError('file-exists', { file: out });
  // The result replaces the file, which would remove a device or a pipe.
  if (there?.isFile() === false) throw new ProblemError('path-unusable', { file: out, reason: 'ESPIPE' });
}

function unusable(file: string, cause: unknown): ProblemError {
  const reason = codeOf(cause);
  return reason === 'ENOSPC'
    ? new ProblemError('storage-full', {}, { cause })
    : new ProblemError('path-unusable', { file, reason }, { cause });
}

/** Whole and durable under its name, or not there at all. */
async function toFile(rendering: Rendering, out: string, force: boolean): Promise<Written> {
  const beside = join(dirname(out), `.${basename(out)}.${randomUUID()}.part`);
  const handle = await open(beside, 'wx').catch((cause: unknown) => {
    throw unusable(out, cause);
  });
  const stop = removeOnSignal(beside);
  try {
    const counted = counting(rendering.bytes);
    try {
      await writeFile(handle, counted.bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await checkTarget(out, force);
    await rename(beside, out);
    return counted.written();
  } catch (error) {
    await rm(beside, { force: true });
    throw codeOf(error) === 'ENOSPC' ? unusable(out, error) : error;
  } finally {
    stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C leaves nothing behind. */
function removeOnSignal(path: string): () => void {
  const leave = (): void => {
    void rm(path, { force: true }).finally(() => process.exit(EXIT.interrupted));
  };
  for (const signal of SIGNALS) process.once(signal, leave);
  return () => {
    for (const signal of SIGNALS) process.off(signal, leave);
  };
}

async function toStandardOutput(rendering: Rendering): Promise<Written> {
  const counted = counting(rendering.bytes);
  await pipeline(counted.bytes, process.stdout, { end: false }).catch((error: unknown) => {
    // The reader of the pipe has closed it.
    if (codeOf(error) === 'EPIPE') return;
    throw codeOf(error) === 'ENOSPC' ? unusable('', error) : error;
  });
  return counted.written();
}

function counting(bytes: AsyncIterable<Buffer>): { bytes: AsyncIterable<Buffer>; written: () => Written } {
  const hash = createHash('sha256');
  let size = 0;
  const passing = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of bytes) {
      size += piece.length;
      hash.update(piece);
      yield piece;
    }
  };
  return { bytes: passing(), written: () => ({ size, sha256: hash.digest('hex') }) };
}

function refused({ code, facts, place, findings = [] }: Refusal, options: ConvertOptions): number {
  const { title, todo } = describe(code, facts, options.lang);
  const where = place === undefined ? '' : ` [${place}]`;
  if (options.json === true)
    answer(options, { ok: false, problem: { code, title, todo, facts, place }, findings }, () => '');
  else {
    for (const line of findingLines(findings, options.lang)) progress(line);
    tellProblem(options, { code, title: `${title}${where}`, detail: todo });
  }
  return EXIT.failed;
}

function tell(
  { form, draft }: FiledDraft,
  result: Written & { readonly out: string; readonly findings: readonly Finding[] },
  options: ConvertOptions,
): void {
  const value = { ok: true, from: form, to: options.to, kind: draft.message.kind, ...result };
  answer(options, value, () => '');
  if (options.json !== true) progress(`${result.out} (${result.size} B, SHA-256 ${result.sha256})`);
}
