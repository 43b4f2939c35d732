// A fuzz run: damaged packages through reading, validating and writing again. What may come out is an answer, a refusal
// with a code of the catalogue; never another exception, never a hang, never memory that stays.

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readAgency, readMetadata } from '../../src/core/formats/agency/read.ts';
import { FORMS } from '../../src/core/formats/forms.ts';
import { readJsonForm } from '../../src/core/formats/json/read.ts';
import type { Draft, Rendering } from '../../src/core/message/rendering.ts';
import type { Message } from '../../src/core/message/message.ts';
import { isProblemCode } from '../../src/core/problems/problems.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { attachmentFiles } from '../../src/gateway/content/attachment-files.ts';
import { openPackage } from '../support/open-package.ts';
import { chunksOf } from '../support/packages.ts';
import { corpus, type FuzzedForm, type Sample } from './corpus.ts';
import { MUTATIONS } from './mutations.ts';
import { randomOf, type Random } from './random.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Told before each input: what a watchman needs to name the one that never ended. */
  readonly began?: (index: number) => void;
  readonly said?: (line: string) => void;
}

export interface FuzzFinding {
  readonly index: number;
  readonly what: 'exception' | 'slow' | 'memory' | 'chunks' | 'rewriting';
  readonly detail: string;
  /** Where the input lies. */
  readonly file: string;
}

export interface FuzzReport {
  readonly seed: number;
  readonly inputs: number;
  readonly samples: number;
  readonly megabytes: number;
  /** Answers by code; `ok` for those read, valid and written again. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of one input, in milliseconds of CPU, and which it was. */
  readonly worst: { readonly milliseconds: number; readonly index: number; readonly bytes: number };
  readonly memory: { readonly early: Memory; readonly late: Memory };
  readonly findings: readonly FuzzFinding[];
}

interface Memory {
  readonly heapMB: number;
  readonly residentMB: number;
}

/** Of CPU, for inputs that take a few milliseconds; one that takes this long would stop a worker. */
const SLOW_MILLISECONDS = 2_000;
/** Between a tenth of the run and its end, after a collection. */
const HEAP_GROWTH_MB = 24;
const RESIDENT_GROWTH_MB = 160;
const MOST_FINDINGS = 20;
const INSTANT = new Date('2026-11-22T03:00:00Z');

export async function fuzz({ seed, inputs, began, said }: FuzzOptions): Promise<FuzzReport> {
  const samples = await corpus(seed);
  const outcomes = new Map<string, number>();
  const findings: FuzzFinding[] = [];
  let worst = { milliseconds: 0, index: -1, bytes: 0 };
  let total = 0;
  let early = memory();
  for (let index = 0; index < inputs && findings.length < MOST_FINDINGS; index += 1) {
    if (index === Math.floor(inputs / 10)) early = memory();
    began?.(index);
    const input = inputOf(samples, seed, index);
    total += input.bytes.length;
    const before = process.cpuUsage();
    const { outcome, fault } = await judged(input);
    const used = process.cpuUsage(before);
    const milliseconds = (used.user + used.system) / 1000;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (milliseconds > worst.milliseconds) worst = { milliseconds, index, bytes: input.bytes.length };
    const keep = (what: FuzzFinding['what'], detail: string): void => {
      findings.push({ index, what, detail, file: kept(seed, index, input) });
      said?.(`${what} at ${index}: ${detail}`);
    };
    if (fault !== undefined) keep(fault.what, fault.detail);
    if (milliseconds > SLOW_MILLISECONDS) keep('slow', `${milliseconds.toFixed(0)} ms of CPU`);
    if ((index + 1) % 10_000 === 0) said?.(`${index + 1} of ${inputs}`);
  }
  const late = memory();
  const heap = late.heapMB - early.heapMB;
  const resident = late.residentMB - early.residentMB;
  if (heap > HEAP_GROWTH_MB || resident > RESIDENT_GROWTH_MB)
    findings.push({ index: -1, what: 'memory', detail: `heap ${heap} MB, resident ${resident} MB more`, file: '' });
  return {
    seed,
    inputs,
    samples: samples.length,
    megabytes: Math.round(total / 1e6),
    outcomes: Object.fromEntries([...outcomes].sort(([, a], [, b]) => b - a)),
    worst: { ...worst, milliseconds: Math.round(worst.milliseconds) },
    memory: { early, late },
    findings,
  };
}

export interface Input {
  readonly form: FuzzedForm;
  readonly bytes: Buffer;
  /** Sizes of the pieces it is read in, besides whole. */
  readonly sizes: readonly number[] | undefined;
  readonly mutations: readonly string[];
}

/** The input of that index alone. */
export function inputOf(samples: readonly Sample[], seed: number, index: number): Input {
  const random = randomOf(seed, index);
  const { form, bytes } = random.pick(samples);
  const mutations = Array.from({ length: 1 + random.below(4) }, () => random.pick(MUTATIONS));
  const damaged = mutations.reduce((made, mutation) => mutation.apply(made, random, random.pick(samples).bytes), bytes);
  return {
    form,
    bytes: damaged,
    sizes: random.below(4) === 0 ? cuts(random) : undefined,
    mutations: mutations.map(({ name }) => name),
  };
}

function cuts(random: Random): readonly number[] {
  return Array.from({ length: 8 }, () => 1 + random.below(random.pick([3, 50, 4000])));
}

interface Judgement {
  readonly outcome: string;
  readonly fault?: { readonly what: FuzzFinding['what']; readonly detail: string };
}

async function judged(input: Input): Promise<Judgement> {
  try {
    if (input.form === 'json') return await throughDraft(() => readJsonForm(input.bytes));
    if (input.form === 'metadata') {
      return await throughDraft(() => {
        const metadata = readMetadata(input.bytes);
        return metadata.ok ? readAgency(metadata.value, []) : metadata;
      });
    }
    return await throughPackage(input);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcome: 'exception', fault: { what: 'exception', detail } };
  }
}

async function throughPackage({ bytes, sizes }: Input): Promise<Judgement> {
  const opened = openPackage(bytes);
  if (sizes !== undefined) {
    const again = openPackage(chunksOf(bytes, sizes));
    const [one, two] = [opened, again].map((step) => (step.ok ? 'ok' : step.code));
    if (one !== two) return { outcome: 'differs', fault: { what: 'chunks', detail: `${one} whole, ${two} in pieces` } };
  }
  if (!opened.ok) return refused(opened.code);
  const { message } = opened.value;
  const error = validate(message, INSTANT).find(({ severity }) => severity === 'error');
  if (error !== undefined) return refused(error.code);
  const files = attachmentFiles(message, ({ start, end }) => Promise.resolve(bytes.subarray(start, end + 1)));
  return rewritten(draftOf(message, files));
}

async function throughDraft(read: () => ReturnType<typeof readJsonForm>): Promise<Judgement> {
  const step = read();
  if (!step.ok) return refused(step.code);
  const { message, files } = step.value.draft;
  const whole: Message = message.kind === 'status' ? message : { ...message, attachments: [] };
  const error = validate(whole, INSTANT).find(({ severity }) => severity === 'error');
  return error === undefined ? rewritten(draftOf(whole, files)) : refused(error.code);
}

/** A message that was read and is valid can be written strictly, and read again. */
async function rewritten(draft: Draft): Promise<Judgement> {
  await bytesOf(FORMS.json.render(draft));
  const again = openPackage(await bytesOf(FORMS.edxml.render(draft)));
  if (again.ok && again.value.message.kind === draft.message.kind) return { outcome: 'ok' };
  const detail = again.ok ? `read as ${again.value.message.kind}` : `${again.code} ${JSON.stringify(again.facts)}`;
  return { outcome: 'rewriting', fault: { what: 'rewriting', detail } };
}

async function bytesOf({ bytes }: Rendering): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

function draftOf(message: Message, files: Draft['files']): Draft {
  return message.kind === 'status' ? { message, files: [] } : { message, files };
}

function refused(code: string): Judgement {
  if (isProblemCode(code)) return { outcome: code };
  return { outcome: code, fault: { what: 'exception', detail: `no code of the catalogue: ${code}` } };
}

function kept(seed: number, index: number, { form, bytes }: Input): string {
  const file = join(tmpdir(), `lienthong-fuzz-${seed}-${index}.${form}`);
  writeFileSync(file, bytes);
  return file;
}

function memory(): Memory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapMB: Math.round((heapUsed + external) / 1e6), residentMB: Math.round(rss / 1e6) };
}
