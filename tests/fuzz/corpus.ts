// What the fuzz run begins with: good packages of every kind and dialect, signed ones, wrapped files, and the other forms.

import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { AGENCY_FORM } from '../../src/core/formats/agency/write.ts';
import { METADATA_NAME } from '../../src/core/formats/agency/metadata.ts';
import { documentBytes, writeStatus } from '../../src/core/formats/edxml/write.ts';
import { FORMS } from '../../src/core/formats/forms.ts';
import type { Form } from '../../src/core/message/rendering.ts';
import {
  arbitraryDocument,
  arbitraryDraft,
  arbitraryStatus,
  arbitraryTypedFiles,
  STATUS_CODES,
} from '../support/arbitrary-message.ts';
import { documentPackage, pdf, statusPackage } from '../support/packages.ts';
import { LAYOUTS, patched, VARIATIONS, varied } from '../support/variations.ts';

export type FuzzedForm = 'edxml' | 'json' | 'metadata';

export interface Sample {
  readonly form: FuzzedForm;
  readonly bytes: Buffer;
}

const SIGNATURE =
  '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>' +
  '<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>' +
  '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/><Reference URI=""><Transforms>' +
  '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>' +
  '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms>' +
  '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
  `<DigestValue>${Buffer.alloc(32, 7).toString('base64')}</DigestValue></Reference></SignedInfo>` +
  `<SignatureValue>${Buffer.alloc(64, 9).toString('base64')}</SignatureValue>` +
  `<KeyInfo><X509Data><X509Certificate>${Buffer.from('3082000a30050201', 'hex').toString('base64')}</X509Certificate></X509Data></KeyInfo></Signature>`;

const KINDS = ['0', '1', '2', '3'];

/** The same for the same seed. */
export async function corpus(seed: number): Promise<readonly Sample[]> {
  const edxml: Buffer[] = [
    ...KINDS.map((BussinessDocType) => documentPackage({ fields: { BussinessDocType } })),
    ...STATUS_CODES.map((StatusCode) => statusPackage({ fields: { StatusCode } })),
    ...[...VARIATIONS, ...LAYOUTS].map((one) => patched(documentPackage(varied([one])), [one])),
    documentPackage({ signature: SIGNATURE }),
    documentPackage({
      signature: SIGNATURE,
      dialect: { prefix: '' },
      attachments: [{}, { name: 'b.pdf', bytes: pdf('b') }],
    }),
    ...fc.sample(arbitraryStatus, { numRuns: 6, seed }).map((status) => writeStatus(status)),
  ];
  for (const [document, files] of fc.sample(fc.tuple(arbitraryDocument, arbitraryTypedFiles), { numRuns: 24, seed })) {
    edxml.push(await documentBytes(document, files.map(small)));
  }
  const samples = edxml.map((bytes): Sample => ({ form: 'edxml', bytes }));
  for (const draft of fc.sample(arbitraryDraft, { numRuns: 8, seed })) {
    samples.push({ form: 'json', bytes: await rendered(FORMS.json, draft) });
    const archive = unzipSync(await rendered(AGENCY_FORM, draft));
    const metadata = archive[METADATA_NAME];
    if (metadata !== undefined) samples.push({ form: 'metadata', bytes: Buffer.from(metadata) });
  }
  // The damage to a package of 100 KB is the same as to one of 10, and takes ten times as long.
  return samples.filter(({ bytes }) => bytes.length < 60_000);
}

function small<T extends { readonly content: Buffer }>(file: T): T {
  return { ...file, content: file.content.subarray(0, 2000) };
}

async function rendered(form: Form, draft: Parameters<Form['render']>[0]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of form.render(draft).bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}
