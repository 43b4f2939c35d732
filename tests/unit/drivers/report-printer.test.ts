// A report on paper: what pdftotext reads back is what was given, whatever names and findings hold.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PrintedReport } from '../../../src/core/verify/printed-report.ts';
import { type PrintedFacts, printedReport } from '../../../src/texts/printed-report.ts';
import type { Report } from '../../../src/core/verify/report.ts';
import { printReport } from '../../../src/drivers/paper/report-printer.ts';
import { run } from '../../support/external.ts';
import { judgedEvidence } from '../../support/evidence.ts';
import { requireTool } from '../../support/tools.ts';

let folder: string;
let facts: PrintedFacts;

beforeAll(async () => {
  await requireTool('pdftotext');
  folder = await mkdtemp(join(tmpdir(), 'lienthong-paper-'));
  facts = { ...(await judgedEvidence()), recipients: ['UBND xã Mẫu Một (H99.12.01)', 'UBND xã Mẫu Hai (H99.12.02)'] };
});
afterAll(() => rm(folder, { recursive: true }));

const withReport = (change: Partial<Report>): PrintedFacts => ({ ...facts, report: { ...facts.report, ...change } });

async function onPaper(report: PrintedReport): Promise<{ text: string; pages: number; file: string }> {
  const file = join(folder, 'report.pdf');
  await writeFile(file, await printReport(report));
  const info = await run('pdfinfo', [file]);
  const text = await run('pdftotext', ['-layout', '-nopgbrk', file, '-']);
  return { text, pages: Number(/Pages:\s+(\d+)/.exec(info)?.[1]), file };
}

/** Without the line breaks that a narrow column makes. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const LONG = 'Văn phòng Hội đồng nhân dân và Ủy ban nhân dân '.repeat(250);

const HOSTILE: readonly (readonly [name: string, subject: string])[] = [
  ['turned direction', 'an\u202Etoàn\u202C \u2066fdp.exe\u2069'],
  ['control characters', 'một\u0000hai\u0007ba\u001b[31m\r\nbốn'],
  ['ten thousand characters', LONG.slice(0, 10_000)],
  ['ten thousand without a space', 'Ừ'.repeat(10_000)],
  ['other scripts and signs', '中文 العربية 🙂 \uFFFF ﬁ'],
  ['decomposed letters', 'Ủy ban nhân dân xã Mẫu Một'.normalize('NFD')],
  ['markup', '<b>Kết luận</b> (Tj) ET \\) %%EOF endstream'],
];

describe('a report on paper', () => {
  test('says in Vietnamese what an inspector asks, and reads back as it was written', async () => {
    const report = printedReport(facts, 'vi');
    const { text, file } = await onPaper(report);
    expect(text).toBe(text.normalize('NFC'));
    const whole = flat(text);
    for (const { heading, lines } of report.sections) {
      expect(whole).toContain(heading);
      for (const line of lines) for (const word of words(line.text)) expect(whole).toContain(word.slice(0, 40));
    }
    for (const said of [
      'BÁO CÁO XÁC MINH',
      'ĐẠT',
      'Đã kiểm tra',
      'Chưa kiểm tra',
      'UBND xã Mẫu Một (H99.12.01)',
      facts.sha256,
      ...facts.report.proofs.map(({ sha256 }) => sha256),
      'Danh sách thu hồi',
      '22/11/2026 10:00:00 (UTC+7)',
    ]) {
      expect(whole).toContain(said);
    }
    expect(whole).not.toContain('\uFFFD');
    const fonts = (await run('pdffonts', [file])).trim().split('\n').slice(2);
    expect(fonts.length).toBe(2);
    for (const font of fonts) expect(font).toMatch(/Roboto.* yes yes yes /);
  });

  test('is in English where that is asked for, and the same bytes each time', async () => {
    const { text } = await onPaper(printedReport(facts, 'en'));
    expect(text).toContain('What was not checked');
    expect((await printReport(printedReport(facts, 'vi'))).equals(await printReport(printedReport(facts, 'vi')))).toBe(
      true,
    );
  });

  test('says at its head that the documents are unsigned', () => {
    const mark = { label: 'Lưu ý', text: expect.stringContaining('chỉ để tham khảo') };
    expect(printedReport(facts, 'vi').conclusion).not.toContainEqual(mark);
    const unsigned = withReport({ findings: [{ code: 'documents-unsigned', severity: 'info', facts: {} }] });
    expect(printedReport(unsigned, 'vi').conclusion).toContainEqual(mark);
  });

  test('has the message and the page on every page, however many there are', async () => {
    const finding = facts.report.findings[0] ?? { code: 'revocation-stale', severity: 'warning', facts: {} };
    const many = Array.from({ length: 500 }, (_, n) => ({ ...finding, place: `/edXML/${n}` }));
    const { pages, file } = await onPaper(printedReport(withReport({ findings: many }), 'vi'));
    expect(pages).toBeGreaterThan(3);
    expect(pages).toBeLessThan(20);
    for (let page = 1; page <= pages; page += 1) {
      const text = await run('pdftotext', ['-layout', '-f', `${page}`, '-l', `${page}`, file, '-']);
      expect(flat(text)).toContain(`Trang ${page}/${pages}`);
      expect(flat(text)).toContain(facts.id);
    }
  });

  test.each(HOSTILE)('is not put out of shape by %s', async (_, hostile) => {
    const { message } = facts;
    if (message.kind === 'status') throw new Error('a document is wanted');
    const { signer } = facts.report;
    if (signer === null) throw new Error('a signer is wanted');
    const changed: PrintedFacts = {
      ...withReport({ signer: { ...signer, subject: hostile } }),
      message: { ...message, subject: hostile },
      sender: hostile,
      recipients: [hostile, hostile],
    };
    const { text, pages } = await onPaper(printedReport(changed, 'vi'));
    expect(pages).toBeLessThan(6);
    // eslint-disable-next-line no-control-regex -- exactly what may not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toBe(text.normalize('NFC'));
    expect(flat(text)).toContain('Kiểm tra lại');
    // Nothing stands beyond the right margin: every line fits the page's width in the layout of a fixed pitch.
    const box = await run('pdftotext', ['-bbox', join(folder, 'report.pdf'), '-']);
    for (const [, right = ''] of box.matchAll(/xMax="([\d.]+)"/g)) expect(Number(right)).toBeLessThanOrEqual(550);
  });
});
