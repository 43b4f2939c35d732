import { describe, expect, test } from '@jest/globals';
import {
  documentBytes,
  writeDocument,
  writeStatus,
  type DraftAttachment,
} from '../../../../src/core/formats/edxml/write.ts';
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
    ['a.docx', 'application/docx'],
    ['a.constructor', 'application/octet-stream'],
    ['a', 'application/octet-stream'],
  ])('%s is labelled %s', async (attachmentName, label) => {
    const pieces: Buffer[] = [];
    for await (const piece of writeDocument(draft, [{ ...FILE, attachmentName }])) pieces.push(piece);
    expect(documentOf(Buffer.concat(pieces)).attachments[0]?.contentType).toBe(label);
  });
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
