import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isDestroyedBinary, sniff } from '../../../../src/core/message/media.ts';
import { documentPackage, pdf, raw, type PackageOptions } from '../../../support/packages.ts';
import { codeOf, documentOf, notedBy, readPackage } from '../../../support/read-package.ts';

const OOXML = 'application/vnd.openxmlformats-officedocument';

function zipStart(entry: string): Buffer {
  const header = Buffer.alloc(30);
  header.write('PK\u0003\u0004', 'latin1');
  header.writeUInt16LE(entry.length, 26);
  return Buffer.concat([header, Buffer.from(entry)]);
}

test('an attachment is known by where it lies and what it decodes to', () => {
  const bytes = documentPackage({ attachments: [{ name: 'a.pdf' }, { name: 'b.pdf', bytes: pdf('hai') }] });
  const { attachments } = documentOf(bytes);
  for (const { offset, encodedLength, size, sha256 } of attachments) {
    const decoded = Buffer.from(bytes.subarray(offset, offset + encodedLength).toString('latin1'), 'base64');
    expect(decoded.length).toBe(size);
    expect(createHash('sha256').update(decoded).digest('hex')).toBe(sha256);
  }
  expect(
    attachments.map(({ attachmentName, mediaType, description }) => [attachmentName, mediaType, description]),
  ).toEqual([
    ['a.pdf', 'application/pdf', 'Toàn văn'],
    ['b.pdf', 'application/pdf', 'Toàn văn'],
  ]);
});

test('a document may have no attachment', () => {
  expect(documentOf(documentPackage({ attachments: [] })).attachments).toEqual([]);
});

describe('attachments that are refused', () => {
  const rows: readonly [string, PackageOptions, string][] = [
    ['named on the manifest and absent (T1)', { attachments: [{}, { present: false }] }, 'attachment-missing'],
    ['not on the manifest (T2)', { attachments: [{}, { listed: false }] }, 'attachment-unlisted'],
    [
      'two with one content id (T3)',
      { attachments: [{ contentId: 'x' }, { contentId: 'x' }] },
      'attachment-duplicated',
    ],
    [
      'one content id with and without cid:',
      { attachments: [{ contentId: 'x' }, { contentId: 'cid:x' }], dialect: { cid: 'neither' } },
      'attachment-duplicated',
    ],
    ['broken base64 (T4)', { attachments: [{ encoded: 'Zm9*' }] }, 'attachment-encoding-invalid'],
    ['base64 in CDATA', { attachments: [{ encoded: raw('<![CDATA[Zm9v]]>') }] }, 'attachment-encoding-invalid'],
    ['a comment in base64', { attachments: [{ encoded: raw('Zm9v<!-- -->Zm9v') }] }, 'attachment-encoding-invalid'],
    [
      'a character reference in base64',
      { attachments: [{ encoded: raw('Zm9v&#10;Zm9v') }] },
      'attachment-encoding-invalid',
    ],
    ['an element in base64', { attachments: [{ encoded: raw('Zm9v<x/>') }] }, 'schema-invalid'],
    ['empty (T5)', { attachments: [{ encoded: '' }] }, 'attachment-empty'],
    ['white space only (T5)', { attachments: [{ encoded: ' \n ' }] }, 'attachment-empty'],
    ['without a name', { attachments: [{ name: null }] }, 'field-missing'],
    [
      'a PDF that was read as text and written back',
      { attachments: [{ bytes: Buffer.from(pdf().toString('utf8')) }] },
      'attachment-corrupt',
    ],
  ];
  test.each(rows)('%s', (_, options, code) => {
    expect(codeOf(readPackage(documentPackage(options)))).toBe(code);
  });

  test('the place of broken base64 is told, with the file’s name', () => {
    const bytes = documentPackage({ attachments: [{ encoded: 'Zm9vZm9*' }] });
    const at = bytes.indexOf('Zm9vZm9*') + 7;
    expect(readPackage(bytes)).toMatchObject({
      code: 'attachment-encoding-invalid',
      facts: { name: 'cong-van.pdf', offset: at },
    });
  });

  test('a file, all files or their number above the limit (T7)', () => {
    const two = documentPackage({ attachments: [{}, {}] });
    const size = pdf().length;
    expect(codeOf(readPackage(two, { attachmentBytes: size - 1 }))).toBe('attachment-too-large');
    expect(codeOf(readPackage(two, { attachmentBytes: size, totalAttachmentBytes: size * 2 - 1 }))).toBe(
      'attachment-too-large',
    );
    expect(codeOf(readPackage(two, { attachmentBytes: size, totalAttachmentBytes: size * 2, attachments: 2 }))).toBe(
      'ok',
    );
    expect(codeOf(readPackage(two, { attachments: 1 }))).toBe('attachment-too-many');
    const endless = documentPackage({ attachments: [{ encoded: 'A'.repeat(40_000) }] });
    expect(codeOf(readPackage(endless, { attachmentBytes: 100 }))).toBe('attachment-too-large');
  });

  test('1,001 files (T7)', () => {
    const attachments = Array.from({ length: 1001 }, () => ({}));
    expect(codeOf(readPackage(documentPackage({ attachments })))).toBe('attachment-too-many');
  });
});

test('the manifest’s labels stand in for those an attachment lacks', () => {
  const bytes = documentPackage({
    attachments: [{ description: null, contentType: null, referenceType: 'application/pdf' }],
  });
  expect(documentOf(bytes).attachments[0]).toMatchObject({ contentType: 'application/pdf' });
  expect(notedBy(readPackage(bytes))).toEqual([]);
});

test.each<[string, Buffer]>([
  ['application/pdf', pdf()],
  ['application/zip', zipStart('32da2890.edxml')],
  [OOXML, zipStart('[Content_Types].xml')],
  [`${OOXML}.wordprocessingml.document`, zipStart('word/document.xml')],
  ['application/vnd.oasis.opendocument.text', zipStart('mimetypeapplication/vnd.oasis.opendocument.textPK')],
  ['application/x-ole-storage', Buffer.from('d0cf11e0a1b11ae10000', 'hex')],
  ['image/png', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ffe0', 'hex')],
  ['application/x-executable', Buffer.from('4d5a900003', 'hex')],
  ['application/x-executable', Buffer.from('7f454c46', 'hex')],
  ['application/x-executable', Buffer.from('#!/bin/sh\n')],
  ['text/html', Buffer.from('\n<!DOCTYPE html><html>')],
  ['text/html', Buffer.from('<script>1</script>')],
  ['text/html', Buffer.from('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">')],
  ['image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">')],
  ['image/svg+xml', Buffer.from('\ufeff<?xml version="1.0"?><!-- x --><svg>')],
  ['image/svg+xml', Buffer.from('<?xml version="1.0"?>\n<!---->\n<!-- > -->\n<!DOCTYPE svg>')],
  ['image/svg+xml', Buffer.from('<!-- x --><s:svg xmlns:s="http://www.w3.org/2000/svg">')],
  ['text/html', Buffer.from('<!-- a --><!-- b --><html>')],
  ['text/plain', Buffer.from('<!-- without end <html>')],
  ['application/xml', Buffer.from('<?xml version="1.0"?><edXML>')],
  ['text/plain', Buffer.from('Kính gửi: các cơ quan\r\n')],
  ['application/octet-stream', Buffer.from([0, 1, 2, 3])],
  ['application/octet-stream', Buffer.alloc(0)],
])('sniffed as %s', (mediaType, head) => {
  expect(sniff(head)).toBe(mediaType);
});

test('a file of nothing but comments is sniffed at once', () => {
  expect(sniff(Buffer.from('<!---->'.repeat(73)))).toBe('text/plain');
});

test('binary content destroyed by a text conversion is told from text', () => {
  expect(isDestroyedBinary(Buffer.from(Buffer.from('89504e470d0a1a0affd8', 'hex').toString('utf8')))).toBe(true);
  expect(isDestroyedBinary(pdf())).toBe(false);
  expect(isDestroyedBinary(Buffer.from('Kính gửi'))).toBe(false);
});
