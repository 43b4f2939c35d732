import { describe as group, expect, test } from '@jest/globals';

import { refuseFor } from '../../../../src/core/problems/finding.ts';
import { PROBLEMS, type Problem, type ProblemCode, isProblemCode } from '../../../../src/core/problems/problems.ts';
import { describe } from '../../../../src/texts/describe.ts';
import { PROBLEM_TEXTS, type ProblemTexts } from '../../../../src/texts/problems.ts';

const rows = Object.entries(PROBLEMS) as [ProblemCode, Problem][];
const texts = Object.entries(PROBLEM_TEXTS) as [ProblemCode, ProblemTexts][];

/** Facts that a sentence can do without. */
const OPTIONAL: ReadonlySet<string> = new Set(['page', 'words']);

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence !== '');
}

/** The codes that bad inputs get, by what they are about (src/docs/threats.md 11), with the status of those that refuse. */
const catalogue: Readonly<Record<string, readonly (readonly [name: string, status: number | undefined])[]>> = {
  'HTTP and API': [
    ['body-empty', 400],
    ['document-conflict', 409],
    ['forbidden', 403],
    ['header-too-large', 431],
    ['idempotency-key-invalid', 400],
    ['idempotency-key-missing', 400],
    ['idempotency-key-reused', 409],
    ['invalid_client', 401],
    ['malformed-json', 400],
    ['malformed-text', 400],
    ['method-not-allowed', 405],
    ['misdirected-request', 421],
    ['not-acceptable', 406],
    ['not-found', 404],
    ['parameter-duplicate', 400],
    ['payload-too-large', 413],
    ['range-not-satisfiable', 416],
    ['rate-limited', 429],
    ['request-in-progress', 409],
    ['request-invalid', 400],
    ['request-timeout', 408],
    ['schema-invalid', 400],
    ['token-binding', 401],
    ['token-expired', 401],
    ['token-in-query', 400],
    ['unauthenticated', 401],
    ['unsupported-media-type', 415],
    ['uri-too-long', 414],
  ],
  'XML and envelope': [
    ['attachments-duplicated', 400],
    ['date-format', undefined],
    ['date-invalid', 422],
    ['element-order', undefined],
    ['envelope-duplicated', 400],
    ['field-invalid', 422],
    ['field-missing', 422],
    ['field-too-long', 422],
    ['unknown-element', undefined],
    ['xml-doctype-forbidden', 400],
    ['xml-encoding-unsupported', 400],
    ['xml-limits', 400],
    ['xml-not-well-formed', 400],
    ['xml-processing-instruction-forbidden', 400],
    ['xml-version-unsupported', 400],
  ],
  signatures: [
    ['attachment-signature-invalid', 422],
    ['id-duplicated', 400],
    ['signature-algorithm-forbidden', 422],
    ['signature-duplicated', 422],
    ['signature-invalid', 422],
    ['signature-keyinfo-ambiguous', 422],
    ['signature-keyinfo-forbidden', 422],
    ['signature-limits', 422],
    ['signature-malformed', 422],
    ['signature-missing', 422],
    ['signature-reference-forbidden', 422],
    ['signature-scope-mismatch', 422],
    ['signature-strength', undefined],
    ['signature-transform-forbidden', 422],
    ['signer-not-sender', 403],
  ],
  'certificates and revocation': [
    ['certificate-expired', 422],
    ['certificate-key-weak', 422],
    ['certificate-malformed', 422],
    ['certificate-not-yet-valid', 422],
    ['certificate-revoked', 422],
    ['certificate-untrusted', 422],
    ['certificate-usage', 422],
  ],
  // The last two are named by the verdicts of the archive and base64 corpora, which this section refers to.
  attachments: [
    ['attachment-duplicated', 422],
    ['attachment-empty', 422],
    ['attachment-encoding-invalid', 422],
    ['attachment-encrypted', 422],
    ['attachment-hash-mismatch', 422],
    ['attachment-malware', 422],
    ['attachment-missing', 422],
    ['attachment-name-invalid', 422],
    ['attachment-too-large', 413],
    ['attachment-too-many', 422],
    ['attachment-type-forbidden', 422],
    ['attachment-type-mismatch', 422],
    ['attachment-unlisted', 422],
    ['attachment-archive-shape', 422],
    ['attachment-corrupt', 422],
  ],
  // `organ-id-invalid` is told with 400 in one row (X34) and with 422 in another (R6): a code is well
  // formed as XML in both, so it has the status of the business rules.
  'codes, routing, status': [
    ['organ-id-invalid', 422],
    ['recipient-is-sender', 422],
    ['recipient-suspended', 422],
    ['recipient-unknown', 422],
    ['recipients-too-many', 422],
    ['status-code-unknown', 422],
    ['status-out-of-order', undefined],
  ],
  'lists and pull': [
    ['ack-hash-mismatch', 409],
    ['cursor-expired', 410],
    ['cursor-invalid', 400],
    ['filter-invalid', 400],
  ],
};

const statuses = [
  400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 414, 415, 416, 421, 422, 429, 431, 500, 502, 503, 504,
];

group('the codes of bad inputs', () => {
  for (const [section, names] of Object.entries(catalogue)) {
    test.each(names)(`${section}: %s answers %s`, (name, status) => {
      expect(isProblemCode(name)).toBe(true);
      expect((PROBLEMS[name as ProblemCode] as Problem).http).toBe(status);
    });
  }
});

group('every row', () => {
  test.each(rows)('%s has a usable name, status and actor', (code, row) => {
    expect(code).toMatch(/^[a-z]+([-_][a-z]+)*$/);
    expect([...statuses, undefined]).toContain(row.http);
    expect(['sender', 'receiver', 'operator', 'none']).toContain(row.actor);
  });

  test.each(texts)('%s says what happened and what to do, in whole sentences', (_code, row) => {
    for (const text of [row.vi, row.en, row.todoVi, row.todoEn]) {
      expect(text).toMatch(/^\p{Lu}.{8,}\.$/u);
      expect(text).toBe(text.normalize('NFC'));
      expect(text).not.toMatch(/ {2}| [.,;:]|\.\./);
    }
    expect(sentences(row.vi)).toHaveLength(1);
    expect(sentences(row.en)).toHaveLength(1);
  });

  test.each(texts)('%s asks for the same facts in both languages', (_code, row) => {
    expect(placeholders(row.vi)).toEqual(placeholders(row.en));
    expect(placeholders(row.todoVi)).toEqual(placeholders(row.todoEn));
  });

  test.each(texts)('%s differs in the two languages, and neither tells codes', (_code, row) => {
    for (const [vi, en] of [
      [row.vi, row.en],
      [row.todoVi, row.todoEn],
    ] as const) {
      expect(vi).not.toBe(en);
      expect(vi.replace(/“[^”]*”/g, '')).toMatch(
        /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu,
      );
      expect(vi).not.toMatch(/\b(?:the|and|not|is|of|was|with|has|resend|check|package)\b/i);
      expect(vi + en).not.toMatch(/\b(?:0[1-6]|13|15|16)\b|[a-z]+-[a-z]+-[a-z]+/);
    }
  });

  test.each(texts)('%s is Vietnamese in Vietnamese and English in English', (_code, row) => {
    for (const sentence of [...sentences(row.vi), ...sentences(row.todoVi)]) {
      expect(sentence.replace(/[\p{ASCII}“”…]/gu, '')).toMatch(/\p{L}/u);
    }
    expect(row.en + row.todoEn).not.toMatch(/(?![A-Za-z])\p{L}/u);
  });

  test.each(texts)('%s leaks no path, statement or address', (_code, row) => {
    for (const text of [row.vi, row.en, row.todoVi, row.todoEn]) {
      expect(text).not.toMatch(/[/\\@]|SELECT|INSERT|UPDATE|localhost|\bat [A-Z]\w+\.|\d+\.\d+\.\d+/);
    }
  });

  test.each(texts)('%s can be told with all facts and with none', (code, row) => {
    const names = [row.vi, row.todoVi].flatMap(placeholders);
    const missed = names.filter((name) => !OPTIONAL.has(name));
    const facts = Object.fromEntries(names.map((name, index) => [name, `value ${String(index)}`]));
    for (const language of ['vi', 'en'] as const) {
      const full = describe(code, facts, language);
      const bare = describe(code, {}, language);
      expect(full.title + full.todo).not.toMatch(/[{}…]/);
      expect(bare.title + bare.todo).not.toMatch(/[{}]|undefined/);
      expect((bare.title + bare.todo).split('…')).toHaveLength(missed.length + 1);
      for (const value of Object.values(facts)) expect(full.title + full.todo).toContain(value);
    }
  });

  test('no two rows tell the same thing', () => {
    expect(new Set(texts.map(([, row]) => row.vi)).size).toBe(texts.length);
    expect(new Set(texts.map(([, row]) => row.en)).size).toBe(texts.length);
  });
});

group('isProblemCode', () => {
  test('takes the codes of the catalogue', () => {
    for (const [code] of rows) expect(isProblemCode(code)).toBe(true);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'Not-Found', 'not-found '])(
    'does not take %j',
    (text) => {
      expect(isProblemCode(text)).toBe(false);
    },
  );
});

group('describe', () => {
  test('tells a field in the words of offices, with its path behind', () => {
    expect(describe('field-missing', { field: 'To[2]/OrganId' }, 'vi').title).toBe(
      'Thiếu thông tin bắt buộc ở mục “Mã định danh cơ quan (To[2]/OrganId)”.',
    );
    expect(describe('field-missing', { field: 'To[2]/OrganId' }, 'en').title).toContain(
      '“Code of the organisation (To[2]/OrganId)”',
    );
    expect(describe('field-missing', { field: 'content.tep' }, 'vi').title).toContain('“content.tep”');
  });

  test('tells a status by its name', () => {
    expect(describe('status-repeated', { statusCode: '02' }, 'vi').title).toContain('“Từ chối tiếp nhận”');
    expect(describe('status-repeated', { statusCode: '02' }, 'en').title).toContain('“Refused”');
  });

  test('tells of a status that cannot be used which ones can', () => {
    const facts = { statusCode: '13', allowed: '01, 02, 03, 04, 05, 06, 15, 16' };
    expect(describe('status-code-unknown', facts, 'vi').title).toBe(
      'Trạng thái xử lý “Lấy lại” không dùng được ở đây; các mã dùng được là 01, 02, 03, 04, 05, 06, 15, 16.',
    );
    expect(describe('status-code-unknown', facts, 'en').title).toContain('“Recall asked” cannot be used here');
    expect(describe('status-code-unknown', { ...facts, statusCode: '07' }, 'vi').title).toContain('“07”');
  });

  test('fills text, numbers and truth values', () => {
    expect(describe('field-too-long', { field: 'Subject', limit: 500 }, 'en').title).toBe(
      'The text in “Subject” is longer than 500 characters.',
    );
    expect(describe('field-too-long', { field: 'Trích yếu', limit: 0 }, 'vi').title).toBe(
      'Nội dung mục “Trích yếu” dài quá 0 ký tự.',
    );
    expect(describe('field-missing', { field: false }, 'en').title).toBe('Required information is missing in “false”.');
  });

  test('shows an ellipsis for a missing fact and ignores facts without a place', () => {
    expect(describe('recipient-unknown', { other: 'x' }, 'vi').title).toBe('Danh bạ không có cơ quan mang mã “…”.');
  });

  test('fills once: braces and dollar signs in a value stay as they are', () => {
    const facts = { field: '{limit} $& $1 {field}', limit: 7 };
    expect(describe('field-too-long', facts, 'en').title).toBe(
      'The text in “{limit} $& $1 {field}” is longer than 7 characters.',
    );
  });

  test('takes own facts only', () => {
    const facts = Object.create({ organId: 'inherited' }) as Record<string, string>;
    expect(describe('recipient-unknown', facts, 'en').title).toContain('“…”');
  });
});

group('refuseFor', () => {
  const cause = { code: 'field-missing', severity: 'error', facts: { field: 'Subject' }, place: '/Subject' } as const;

  test('refuses for the cause and tells the rest beside it', () => {
    const noted = { code: 'date-format', severity: 'warning', facts: {} } as const;
    expect(refuseFor(cause, [noted, cause])).toEqual({
      ok: false,
      code: 'field-missing',
      facts: cause.facts,
      place: '/Subject',
      findings: [noted, cause],
    });
  });

  test('never refuses by a code that has no HTTP status', () => {
    expect(() => refuseFor({ ...cause, code: 'date-format' }, [])).toThrow(RangeError);
  });
});
