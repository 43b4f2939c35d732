import { describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { documentBytes, writeStatus, type DraftAttachment } from '../../../../src/core/formats/edxml/write.ts';
import { documentPackage, pdf, statusPackage } from '../../../support/packages.ts';
import { codeOf, documentOf, notedBy, readPackage, statusOf } from '../../../support/read-package.ts';

const FILE: DraftAttachment = {
  contentId: '0d4ff2e6-3f6a-4f2b-9a55-000000000000',
  attachmentName: 'cong-van.pdf',
  description: 'Toàn văn',
  content: pdf(),
};

/** What a message says, to be written: the writer looks at no attachment in it. */
const draft = documentOf(documentPackage());

describe('a document', () => {
  test('is written as the national library writes it, byte for byte', async () => {
    const written = await documentBytes(draft, [FILE]);
    expect(written.toString()).toBe(documentPackage().toString());
  });

  test('without attachments keeps an empty manifest and block', async () => {
    const written = await documentBytes(draft, []);
    expect(written.toString()).toContain('<edXML:edXMLManifest version="1.0" />');
    expect(written.toString()).toContain('<AttachmentEncoded />');
    expect(notedBy(readPackage(written))).toEqual([]);
  });

  test('is complete even where the draft says nothing of its kind', async () => {
    const { kind, from, to, documentId, code, promulgationInfo, documentType, subject } = draft;
    const least = { kind, from, to, documentId, code, promulgationInfo, documentType, subject };
    const written = await documentBytes({ ...least, otherInfo: {}, responseFor: [], toPlaces: [], traceHeaders: [] }, [
      FILE,
    ]);
    expect(notedBy(readPackage(written))).toEqual([]);
  });

  test('takes content in pieces, sync or async, with padding only at the end', async () => {
    const content = pdf();
    const pieces = [content.subarray(0, 1), content.subarray(1, 5), content.subarray(5)];
    async function* slowly() {
      for (const piece of pieces) yield await Promise.resolve(piece);
    }
    const whole = await documentBytes(draft, [FILE]);
    expect(await documentBytes(draft, [{ ...FILE, content: pieces }])).toEqual(whole);
    expect(await documentBytes(draft, [{ ...FILE, content: slowly() }])).toEqual(whole);
  });

  test('carries a given signature at its place', async () => {
    const signature = Buffer.from('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>');
    const written = (await documentBytes(draft, [FILE], { signature })).toString();
    expect(written).toMatch(/<\/edXML:TraceHeaderList>\n\s+<Signature [^]+<\/Signature>\n\s+<\/edXML:edXMLHeader>/);
    expect(codeOf(readPackage(Buffer.from(written)))).toBe('ok');
  });

  test('escapes markup, and a carriage return survives', async () => {
    const subject = 'a < b & c > d ]]> e\r\nf "g"';
    expect(documentOf(await documentBytes({ ...draft, subject }, [FILE])).subject).toBe(subject);
  });

  test('refuses text that XML cannot carry', async () => {
    await expect(documentBytes({ ...draft, subject: 'a\u0007' }, [])).rejects.toMatchObject({
      code: 'field-invalid',
      facts: { field: 'Subject' },
    });
    await expect(documentBytes({ ...draft, subject: 'a\ud800' }, [])).rejects.toMatchObject({ code: 'field-invalid' });
  });

  test.each([
    ['a.PDF', 'application/pdf'],
    ['a.doc', 'application/doc'],
    ['a.docx', 'application/docx'],
    ['a.xsl', 'application/xsl'],
    ['a.xslx', 'application/xslx'],
    ['a.zip', 'application/zip'],
  ])('%s is stored as it is and labelled %s', async (attachmentName, label) => {
    const written = await documentBytes(draft, [{ ...FILE, attachmentName }]);
    expect(documentOf(written).attachments[0]).toMatchObject({ contentType: label, size: pdf().length });
  });

  test.each([
    ['a.xlsx', '.xlsx'],
    ['a.xls', '.xls'],
    ['ảnh.PNG', '.PNG'],
    ['a.constructor', '.constructor'],
    ['a.7-z', ''],
    ['a', ''],
  ])('%s is wrapped in an archive of one entry', async (attachmentName, extension) => {
    const written = await documentBytes(draft, [{ ...FILE, attachmentName }]);
    const [attachment] = documentOf(written).attachments;
    expect(attachment).toMatchObject({ contentType: 'application/zip', mediaType: 'application/zip' });
    const archive = Buffer.from(written.toString('latin1', attachment?.offset).split('<')[0] ?? '', 'base64');
    expect(Object.entries(unzipSync(archive))).toEqual([[`${FILE.contentId}${extension}`, new Uint8Array(pdf())]]);
  });

  test.each([1, 65_534, 65_535, 65_536, 200_000])(
    'an archive around %d bytes is the same however they come',
    async (size) => {
      const content = Buffer.alloc(size, 'Sơn La ');
      const cut = [content.subarray(0, 7), content.subarray(7, 70_000), content.subarray(70_000)];
      const file = { ...FILE, contentId: 'tep/1', attachmentName: 'a.txt' };
      const whole = await documentBytes(draft, [{ ...file, content }]);
      expect((await documentBytes(draft, [{ ...file, content: cut }])).equals(whole)).toBe(true);
      const [attachment] = documentOf(whole).attachments;
      const archive = Buffer.from(whole.toString('latin1', attachment?.offset).split('<')[0] ?? '', 'base64');
      const [entry] = Object.entries(unzipSync(archive));
      expect(entry?.[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.txt$/);
      expect(Buffer.from(entry?.[1] ?? []).equals(content)).toBe(true);
    },
  );
});

describe('a status', () => {
  test.each(['01', '02', '03', '04', '05', '06', '13', '15', '16'] as const)(
    '%s is written as the national library writes it',
    (StatusCode) => {
      const expected = statusPackage({ fields: { StatusCode } });
      expect(writeStatus(statusOf(expected)).toString()).toBe(expected.toString());
    },
  );
});
