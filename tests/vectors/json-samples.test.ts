// The JSON of the public converter, read from SAMPLES_DIR and never copied. Its values are explanations, so every one of these
// is refused; but each name in them must be known, for the names are what they are published for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readJsonForm } from '../../src/core/formats/json/read.ts';

const SAMPLES = process.env['SAMPLES_DIR'];

describe('samples of the JSON form', () => {
  if (SAMPLES === undefined || SAMPLES === '') {
    test('were not run: SAMPLES_DIR is not set', () => {
      process.stderr.write('samples of the JSON form were not run: SAMPLES_DIR is not set\n');
      expect(process.env['CI']).not.toBe('true');
    });
    return;
  }
  const sample = (name: string) => readFileSync(join(SAMPLES, 'agency-json', name));

  test.each(['edoc.json', 'status.json'])('%s is no JSON while it holds comments; the place is told', (name) => {
    const bytes = sample(name);
    const read = readJsonForm(bytes);
    expect(read).toMatchObject({ ok: false, code: 'malformed-json' });
    const offset = read.ok ? -1 : Number(read.facts['offset']);
    expect(bytes.subarray(offset, offset + 2).toString()).toBe('//');
  });

  test.each([
    ['edoc.json', 'date-invalid', 'attachments[0]'],
    ['edoc_req.json', 'field-invalid', 'attachments[0]'],
    ['status.json', 'status-code-unknown', 'header.status.statuscode'],
    ['status_req.json', 'field-missing', 'header.status.timestamp'],
    ['status_response.json', 'status-code-unknown', 'header.status.statuscode'],
  ])('every name in %s is known', (name, code, place) => {
    const text = sample(name)
      .toString('utf8')
      .replaceAll(/ ?\/\/ ?[^"\n]*$/gm, '');
    const read = readJsonForm(Buffer.from(text));
    const findings = read.ok ? [] : (read.findings ?? []);
    expect(read).toMatchObject({ ok: false });
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(findings.map((finding) => finding.place)).toContain(place);
    // The form is published with two members of staff where a message has one.
    const unknown = findings.filter((finding) => finding.code === 'unknown-element');
    expect(unknown.map((finding) => finding.place)).toEqual(
      name === 'edoc_req.json' ? ['header.traceheaderlist.bussiness.staffinfoes[1]'] : [],
    );
  });
});
