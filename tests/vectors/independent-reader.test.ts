// Packages of all kinds, written by the strict writer, as another language's standard library reads them. That reader was
// written from the description of the format alone and forgives nothing.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentBytes, writeStatus } from '../../src/core/formats/edxml/write.ts';
import type { DocumentMessage } from '../../src/core/message/message.ts';
import {
  arbitraryDocument,
  arbitraryStatus,
  arbitraryTypedFiles,
  DOCUMENT_KINDS,
  STATUS_CODES,
  type ArbitraryFile,
} from '../support/arbitrary-message.ts';
import { documentPackage } from '../support/packages.ts';
import { requireTool } from '../support/tools.ts';
import { LAYOUTS, patched, VARIATIONS, varied } from '../support/variations.ts';

const READER = fileURLToPath(new URL('../independent/edxml_reader.py', import.meta.url));
const DOCUMENTS = 850;
const STATUSES = 150;

interface Answer {
  readonly message?: unknown;
  readonly error?: string;
}

let python: string | undefined;

beforeAll(async () => {
  python = await requireTool('python3').catch((error: unknown) => {
    if (process.env['CI'] === 'true') throw error;
    process.stderr.write('the independent reader was not run: there is no python3\n');
    return undefined;
  });
}, 300_000);

/** What the reader makes of the packages, in one process. */
async function readElsewhere(packages: readonly Buffer[]): Promise<readonly Answer[]> {
  if (python === undefined) return [];
  const child = spawn(python, ['-I', READER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const sent = (async () => {
    for (const [id, bytes] of packages.entries()) {
      const line = `${JSON.stringify({ id, package: bytes.toString('base64') })}\n`;
      if (!child.stdin.write(line)) await new Promise<void>((resolve) => child.stdin.once('drain', resolve));
    }
    child.stdin.end();
  })();
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, ...answer } = JSON.parse(line) as Answer & { readonly id: number };
    expect(id).toBe(answers.length);
    answers.push(answer);
  }
  await sent;
  expect(await ended).toBe(0);
  expect(answers).toHaveLength(packages.length);
  return answers;
}

describe('a thousand packages of all kinds', () => {
  test('are read to the same messages and the same bytes', async () => {
    const seed = 20_261_122;
    const documents = fc.sample(fc.tuple(arbitraryDocument, arbitraryTypedFiles), { numRuns: DOCUMENTS, seed });
    const statuses = fc.sample(arbitraryStatus, { numRuns: STATUSES, seed });
    expect(new Set(documents.map(([{ kind }]) => kind))).toEqual(new Set(DOCUMENT_KINDS));
    expect(new Set(statuses.map(({ statusCode }) => statusCode))).toEqual(new Set(STATUS_CODES));
    expect(new Set(documents.map(([, files]) => files.length))).toEqual(new Set([0, 1, 2, 3, 4]));
    const packages = [
      ...(await Promise.all(documents.map(([document, files]) => documentBytes(document, files)))),
      ...statuses.map((status) => writeStatus(status)),
    ];
    const answers = await readElsewhere(packages);
    const wanted = [...documents.map(([document, files]) => asRead(document, files)), ...statuses.map(named)];
    for (const [index, answer] of answers.entries()) expect(answer).toEqual({ message: wanted[index] });
  }, 300_000);
});

describe('its strictness', () => {
  const deviations = VARIATIONS.filter(({ noted }) => noted.length > 0);

  test('takes no variation of the wild for the strict form', async () => {
    const packages = deviations.map((variation) => patched(documentPackage(varied([variation])), [variation]));
    const answers = await readElsewhere(packages);
    const taken = answers.flatMap(({ error }, index) => (error === undefined ? [deviations[index]?.name] : []));
    expect(taken).toEqual([]);
  });

  test('does not mind what XML leaves free between elements', async () => {
    const free = LAYOUTS.filter(({ touches }) => !touches.includes('start'));
    const packages = free.map((variation) => patched(documentPackage(varied([variation])), [variation]));
    const answers = await readElsewhere([documentPackage(varied([])), ...packages]);
    for (const answer of answers) expect(answer).toEqual({ message: answers[0]?.message });
    expect(answers.flatMap(({ error }) => error ?? [])).toEqual([]);
  });
});

/** Names as the standard has them: `organId` is `OrganId`. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [
    name === 'kind' ? name : name.charAt(0).toUpperCase() + name.slice(1),
    named(field),
  ]);
  return Object.fromEntries(fields) as unknown;
}

function asRead(document: Omit<DocumentMessage, 'attachments'>, files: readonly ArbitraryFile[]): unknown {
  const attachments = files.map(({ content, ...labels }) => ({
    ...(named(labels) as object),
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  return { ...(named(document) as object), Attachments: attachments };
}
