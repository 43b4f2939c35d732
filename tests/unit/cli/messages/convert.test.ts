// `convert` as a person uses it: files in, files out, and what is said meanwhile.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { convertFile, type ConvertOptions } from '../../../../src/cli/messages/convert.ts';
import { documentBytes } from '../../../../src/core/formats/edxml/write.ts';
import { ProblemError } from '../../../../src/core/problems/problem-error.ts';
import { documentPackage, pdf } from '../../../support/packages.ts';
import { documentOf } from '../../../support/read-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-convert-'));
const at = (name: string): string => join(folder, name);
const put = (name: string, content: string | Buffer): string => {
  writeFileSync(at(name), content);
  return at(name);
};
afterAll(() => rmSync(folder, { recursive: true }));

interface Said {
  readonly status: number | string;
  readonly out: Buffer;
  readonly err: string;
}

/** Runs the command in this process; a thrown problem is told by its code. */
async function convert(path: string, options: Partial<ConvertOptions> = {}): Promise<Said> {
  const pieces: Buffer[] = [];
  const keep = (chunk: unknown, ...rest: unknown[]): boolean => {
    pieces.push(Buffer.from(chunk as Buffer));
    for (const done of rest) if (typeof done === 'function') (done as () => void)();
    return true;
  };
  const out = jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  const err = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const status = await convertFile(path, { lang: 'en', to: 'json', ...options }).catch((error: unknown) => {
      if (error instanceof ProblemError) return error.code;
      throw error;
    });
    const said = err.mock.calls.map(([line]) => String(line)).join('');
    return { status, out: Buffer.concat(pieces), err: said };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

function codesIn(told: string): readonly string[] {
  return [...told.matchAll(/\(([a-z-]+)\)$/gm)].map(([, code]) => code ?? '');
}

/** Of a kind that packages hold in an archive. */
const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');

let strict: Buffer;
beforeEach(async () => {
  const { attachments, ...message } = documentOf(documentPackage());
  expect(attachments.length).toBeGreaterThan(0);
  strict = await documentBytes(message, [
    { contentId: 'a', attachmentName: 'a.pdf', content: pdf() },
    { contentId: 'b', attachmentName: 'b.png', content: PNG },
  ]);
});

describe('convert', () => {
  test('to JSON and back gives the bytes that our writer wrote, but for what was told to be lost', async () => {
    const there = await convert(put('strict.edxml', strict));
    expect(there).toMatchObject({ status: 0 });
    const back = await convert(put('there.json', there.out), { to: 'edxml' });
    expect(back.status).toBe(0);
    expect(codesIn(there.err)).toEqual(['attachment-opened', 'field-not-carried', 'field-not-carried']);
    for (const field of ['documentType.typeDetail', 'otherInfo.direction']) expect(there.err).toContain(`(${field})”`);
    const lines = strict.toString().split('\n');
    const kept = lines.filter((line) => !/<edXML:(?:TypeDetail|Direction)>/.test(line));
    expect(kept).toHaveLength(lines.length - 2);
    expect(back.out.toString()).toBe(kept.join('\n'));
  });

  test('strict edXML to edXML is the same bytes', async () => {
    expect((await convert(put('strict.edxml', strict), { to: 'edxml' })).out.equals(strict)).toBe(true);
  });

  test('to an agency package and back is the same bytes', async () => {
    const there = await convert(put('strict.edxml', strict), { to: 'agency' });
    expect([there.status, codesIn(there.err)]).toEqual([0, ['attachment-opened']]);
    const back = await convert(put('there.zip', there.out), { to: 'edxml' });
    expect(back.err).toBe('');
    expect(back.out.equals(strict)).toBe(true);
    const half = put('half.zip', there.out.subarray(0, there.out.length - 30));
    expect(await convert(half, { to: 'edxml' })).toMatchObject({ status: 1 });
  });

  test('an older dialect becomes the strict one, and what was read otherwise is told', async () => {
    const old = documentPackage({
      dialect: { namespace: 'http://www.e-doc.vn/Schema/', spelling: 'variant' },
      fields: { PromulgationDate: '14/03/2026' },
    });
    const { status, out, err } = await convert(put('old.edxml', old), { to: 'edxml' });
    expect(status).toBe(0);
    for (const code of ['namespace-legacy', 'spelling-variant', 'date-format']) expect(err).toContain(`(${code})`);
    expect(out.toString()).toContain('<edXML:PromulgationDate>2026/03/14<');
    expect(out.toString()).toContain('<edXML:BussinessDocType>');
    expect(out.toString()).not.toContain('e-doc.vn');
  });

  test('into a file: whole, and nothing beside it', async () => {
    const file = put('strict.edxml', strict);
    const said = await convert(file, { out: at('result.json'), json: true });
    expect(said.status).toBe(0);
    const bytes = readFileSync(at('result.json'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const value: unknown = JSON.parse(said.out.toString());
    expect(value).toMatchObject({ ok: true, from: 'edxml', to: 'json', kind: 'new', size: bytes.length, sha256 });
    expect(await convert(file, { out: at('result.json') })).toMatchObject({ status: 'file-exists' });
    expect((await convert(file, { out: at('result.json'), force: true, to: 'edxml' })).status).toBe(0);
    expect(readFileSync(at('result.json')).equals(strict)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test('a failure leaves nothing', async () => {
    const { attachments, ...message } = documentOf(strict);
    const bytes = Buffer.from(strict);
    const text = attachments[0]?.offset ?? 0;
    bytes.write('!', text + 5);
    expect(message.kind).toBe('new');
    expect(await convert(put('broken.edxml', bytes), { out: at('never.json') })).toMatchObject({ status: 1 });
    expect(readdirSync(folder).filter((name) => name.startsWith('never') || name.includes('.part'))).toEqual([]);
  });

  test('files of a JSON text may lie in a folder', async () => {
    put('a.pdf', pdf());
    put('b.png', PNG);
    const json = await convert(put('strict.edxml', strict));
    const named = json.out.toString().replaceAll(/,\s+"contenttransferencoded": "[^"]*"/g, '');
    expect(named).not.toBe(json.out.toString());
    const file = put('named.json', named);
    expect(await convert(file, { to: 'edxml' })).toMatchObject({ status: 1 });
    const back = await convert(file, { to: 'edxml', files: folder });
    expect(back.out.equals((await convert(put('whole.json', json.out), { to: 'edxml' })).out)).toBe(true);
  });

  test('no name leads out of the folder', async () => {
    const text = (await convert(put('strict.edxml', strict))).out.toString();
    const named = text.replaceAll(/,\s+"contenttransferencoded": "[^"]*"/g, '').replaceAll('a.pdf', '../strict.edxml');
    const { status, err } = await convert(put('out.json', named), { to: 'edxml', files: join(folder, '.') });
    expect({ status, told: err.includes('attachment-missing') }).toEqual({ status: 1, told: true });
  });

  test.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'body-empty'],
    ['rubbish before the prolog', Buffer.concat([Buffer.from('1212'), documentPackage()]), 'xml-not-well-formed'],
    ['half an agency package', Buffer.from('PK\u0003\u0004 and no more', 'latin1'), 'container-invalid'],
    ['half a package', documentPackage().subarray(0, 900), 'xml-not-well-formed'],
    ['JSON with a name twice', '{"header": {}, "header": {}}', 'malformed-json'],
    ['JSON with comments', '{ // x\n}', 'malformed-json'],
    ['JSON that is something else', '{"a": 1}', 'envelope-missing'],
  ])('%s is refused', async (_what, content, code) => {
    const { status, out, err } = await convert(put('wrong', content));
    expect({ status, out: out.toString() }).toEqual({ status: 1, out: '' });
    expect(err).toContain(code);
  });

  test.each<[string, string, Partial<ConvertOptions>, string]>([
    ['a file that is not there', at('nothing'), {}, 'file-unreadable'],
    ['a folder', folder, {}, 'file-unreadable'],
    ['an object and the result on one output', at('nothing'), { json: true }, 'wrong-usage'],
    ['a result in a folder that is not there', at('strict.edxml'), { out: at('no/such/file') }, 'path-unusable'],
    ['a result that is a folder', at('strict.edxml'), { out: folder, force: true }, 'path-unusable'],
  ])('%s', async (_what, path, options, code) => {
    put('strict.edxml', strict);
    expect(await convert(path, options)).toMatchObject({ status: code });
  });

  test('what is no ordinary file stays, even by force', async () => {
    const socket = createServer().listen(at('socket'));
    await once(socket, 'listening');
    const { status } = await convert(put('strict.edxml', strict), { out: at('socket'), force: true });
    expect({ status, there: statSync(at('socket')).isSocket() }).toEqual({ status: 'path-unusable', there: true });
    socket.close();
  });

  test('with --json a refusal is one object', async () => {
    const said = await convert(put('wrong', '{"a": 1}'), { json: true, out: at('no.json') });
    expect(JSON.parse(said.out.toString())).toMatchObject({ ok: false, problem: { code: 'envelope-missing' } });
  });
});
