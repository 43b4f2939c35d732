import { describe, expect, test } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { makePdf } from '../../../src/demo/pdf.ts';

describe('makePdf', () => {
  test.each(['Về việc thử nghiệm liên thông văn bản điện tử', 'plain (with) \\ marks', 'Đ'])(
    'another library reads the title %j',
    async (title) => {
      const bytes = makePdf(title, ['UBND huyện Mẫu', 'dòng (hai) \\ hết']);
      const document = await PDFDocument.load(bytes, { throwOnInvalidObject: true, updateMetadata: false });
      expect(document.getTitle()).toBe(title);
      expect(document.getPageCount()).toBe(1);
    },
  );

  test('the table of offsets names the first byte of every object', () => {
    const bytes = makePdf('Công văn', ['một', 'hai']).toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(bytes)?.[1]);
    expect(bytes.slice(start, start + 5)).toBe('xref\n');
    const offsets = [...bytes.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    expect(offsets).toHaveLength(6);
    for (const [index, offset] of offsets.entries()) {
      expect(bytes.slice(offset, offset + 7)).toBe(`${index + 1} 0 obj`);
    }
  });

  test('shows Vietnamese without marks where the font has no letters for them', () => {
    expect(makePdf('x', ['Đường Nguyễn Huệ']).toString('latin1')).toContain('(Duong Nguyen Hue) Tj');
  });
});
