import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { displayWidth, printable, renderTable } from '../../../src/cli/text-table.ts';

describe('displayWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['UBND huyện Mẫu', 14],
    ['UBND huyện Mẫu'.normalize('NFD'), 14],
    ['Đ', 1],
    ['a\u0301\u0323', 1],
    ['x\u200B', 1],
  ])('%j is %i columns wide', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('printable', () => {
  test.each([
    ['plain', 'plain'],
    ['\u001B[31mred', '\uFFFD[31mred'],
    ['a\rb\nc\td', 'a\uFFFDb\uFFFDc\uFFFDd'],
    ['\u202Egnp.exe', '\uFFFDgnp.exe'],
    ['\u2028', '\uFFFD'],
    ['huyện'.normalize('NFD'), 'huyện'.normalize('NFC')],
  ])('%j becomes %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('renderTable', () => {
  test('aligns columns by what people see', () => {
    const table = renderTable(
      [{ title: 'Nơi nhận' }, { title: 'Lần', align: 'right' }, { title: 'Ghi chú' }],
      [
        ['xã Mẫu'.normalize('NFD'), '1', 'đạt'],
        ['tỉnh', '12', ''],
      ],
    );
    expect(table).toBe(
      ['Nơi nhận  Lần  Ghi chú', '────────  ───  ───────', 'xã Mẫu      1  đạt', 'tỉnh       12', ''].join('\n'),
    );
  });

  test('cuts what is too long with an ellipsis', () => {
    expect(renderTable([{ title: 'a', limit: 4 }], [['abcdef']])).toContain('\nabc…\n');
  });

  test('every full line of a table of one-column cells is as wide as its rule', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 2, maxLength: 2 })),
        (rows) => {
          const visible = rows.map((row) => [...row.slice(0, 1), 'x']);
          const lines = renderTable([{ title: 'a' }, { title: 'b' }], visible)
            .split('\n')
            .slice(0, -1);
          const width = displayWidth(lines[1] ?? '');
          for (const line of lines) expect(displayWidth(line)).toBe(width);
        },
      ),
    );
  });
});
