// What authorities are asked for while a package is judged: what the judgement itself lacks, no less and no more.

import { beforeAll, expect, test } from '@jest/globals';
import { list } from '../../../../certs/test-pki.ts';
import { basicConstraints, keyUsage } from '../../../../certs/x509.ts';
import { machine } from '../../../../src/drivers/machine.ts';
import { createPackageJudge } from '../../../../src/gateway/basis/judge.ts';
import { createRevocationGatherer } from '../../../../src/gateway/basis/revocation/gather.ts';
import type { Obtained, RevocationCache, Unobtained } from '../../../../src/ports/revocation-cache.ts';
import type { Report } from '../../../../src/core/verify/report.ts';
import {
  AGENCY,
  ALL_PURPOSES,
  createDocumentPki,
  createSigner,
  daysBefore,
  type DocumentPki,
  type DocumentSigner,
  NOW,
  openedPdf,
  stampedAt,
  summary,
} from '../../../support/document-pki.ts';
import { distributionPoint } from '../../../support/live-authority.ts';
import { addRevision, addSignature, makeDocument, stream, withFields } from '../../../support/pdf.ts';
import { connection, organisation, registryOf } from '../../../support/registry.ts';
import { MESSAGE, openedWith } from '../../core/verify/material.ts';

const LIST = 'http://authority.example/sub.crl';

let pki: DocumentPki;
beforeAll(async () => {
  pki = await createDocumentPki();
});

/** A signer whose certificate names the place of its authority's list. */
function signer(days: number): Promise<DocumentSigner> {
  return createSigner(pki.sub, AGENCY, 'ec', { days }, () => ({
    extensions: [basicConstraints(false), keyUsage('digitalSignature'), distributionPoint(LIST)],
  }));
}

/** Keeps what is fetched, as the shared one does. */
function cacheInMemory(): RevocationCache {
  const values = new Map<string, Obtained>();
  const failures = new Map<string, Unobtained>();
  const kinds = new Map<string, { readonly kind: 'ocsp' | 'crl'; readonly url: string }>();
  return {
    version: () => Promise.resolve(values.size),
    find: (keys) =>
      Promise.resolve(
        keys.flatMap((key) => {
          const place = kinds.get(key);
          const sha256 = values.get(key)?.sha256 ?? null;
          return place === undefined ? [] : [{ key, ...place, sha256, failure: failures.get(key) ?? null }];
        }),
      ),
    bytes: (sha256) => Promise.resolve([...values.values()].find((value) => value.sha256 === sha256)?.bytes ?? null),
    claim: ({ key, kind, url }) => {
      const isNew = !kinds.has(key);
      kinds.set(key, { kind, url });
      return Promise.resolve(isNew ? 'claimed' : 'tried');
    },
    keep: (key, obtained) => Promise.resolve(values.set(key, obtained).has(key)),
    fail: (key, unobtained) => Promise.resolve(void failures.set(key, unobtained)),
    claimPlaces: () => Promise.resolve([]),
    used: () => Promise.resolve(),
    prune: () => Promise.resolve(0),
  };
}

/** The report on a package with this document, and what authorities were asked for; one of them has the list. */
async function judged(file: Buffer, crls: readonly Buffer[]): Promise<{ report: Report; asked: readonly string[] }> {
  const asked: string[] = [];
  const source = {
    fetch: ({ url }: { readonly url: string }) => {
      asked.push(url);
      return Promise.resolve({ kind: 'fetched', bytes: list(pki.sub, NOW) } as const);
    },
    refusal: () => null,
    close: () => Promise.resolve(),
  };
  const world = { ...machine, now: () => NOW };
  const events = {
    taskFailed: (_task: string, error: unknown) => {
      throw error;
    },
  };
  const judge = createPackageJudge(world, createRevocationGatherer({ cache: cacheInMemory(), source, events }, world));
  const anchors = [{ certificate: pki.root.chain[0], purposes: ALL_PURPOSES, revocation: 'required' as const }];
  const registry = registryOf([organisation('H99.12'), organisation('H99.13')], [], { anchors, crls });
  const attachment = { contentId: 'c', attachmentName: 'van-ban.pdf', mediaType: 'application/pdf', sha256: '0' };
  const attachments = [{ ...attachment, offset: 100, encodedLength: 4, size: 3 }];
  const document = openedPdf(file);
  const reading = {
    opened: openedWith({ kind: 'absent' }, { ...MESSAGE, attachments }),
    inspected: { scans: null, documents: new Map([[100, document]]) },
  };
  const axis = connection('x', { trust: { profile: 'axis', evidence: 'document' } });
  const { report } = await judge(reading, axis, registry, NOW);
  return { report, asked };
}

const told = ({ documents }: Report): readonly string[] => documents.flatMap((document) => [...summary(document)]);

test('a signer whose authority comes only with the document is asked about', async () => {
  const { cms, certificate } = await signer(1000);
  const signed = addSignature(makeDocument(), {
    field: 10,
    name: 'S',
    objects: withFields([10]),
    cms: { ...cms, certificates: [certificate] },
  });
  const file = addRevision(signed, {
    1: String(withFields([10], { catalog: '/DSS 60 0 R ' })[1]),
    60: '<< /Type /DSS /VRI << /A << /Cert [61 0 R] >> >> >>',
    61: stream(pki.sub.chain[0]),
  });
  const { report, asked } = await judged(file, [list(pki.root, NOW)]);
  expect(told(report)).toEqual(['S passed', 'file passed']);
  expect(asked).toEqual([LIST]);
});

test('a signer who is known to have been good when a time stamp says is not asked about', async () => {
  // Until yesterday; the list of then has run out, and one of now may have dropped who expired.
  const { cms } = await signer(364);
  const file = addSignature(makeDocument(), {
    field: 10,
    name: 'S',
    objects: withFields([10]),
    cms: { ...cms, timeStamps: stampedAt(pki.stamper, daysBefore(30)) },
  });
  const crls = [list(pki.root, NOW), list(pki.sub, NOW), list(pki.sub, daysBefore(20))];
  const { report, asked } = await judged(file, crls);
  expect(told(report)).toEqual(['S passed', 'file passed']);
  expect(asked).toEqual([]);
});

test('a document that lacks a list is judged by it as soon as it has come', async () => {
  const { cms } = await signer(1000);
  const file = addSignature(makeDocument(), { field: 10, name: 'S', objects: withFields([10]), cms });
  const { report, asked } = await judged(file, [list(pki.root, NOW)]);
  expect(told(report)).toEqual(['S passed', 'file passed']);
  expect(asked).toEqual([LIST]);
  expect(report.proofs.map(({ kind }) => kind)).toContain('crl');
});
