import { describe, expect, test } from '@jest/globals';
import { resolveAddressees } from '../../../../src/core/exchange/address.ts';
import { group } from '../../../../src/core/exchange/group.ts';
import type { Connection, Registry } from '../../../../src/core/registry/registry.ts';
import { resolve } from '../../../../src/core/registry/snapshot.ts';
import { vietnameseDate } from '../../../../src/core/message/vietnam-time.ts';
import { documentPackage, statusPackage, type DocumentFields, type StatusFields } from '../../../support/packages.ts';
import { documentOf, statusOf } from '../../../support/read-package.ts';
import { connection, organisation, registryOf } from '../../../support/registry.ts';

const NOW = new Date('2026-11-22T03:00:00Z');

const HUB = connection('hub', { role: 'hub', sendsFor: ['H99'], receivesFor: ['H99.20', 'H99.21', 'H99.22'] });
const SENDER = connection('c-H99.12', { sendsFor: ['H99.12'], receivesFor: ['H99.12'], issuers: ['H99'] });

const REGISTRY = registryOf(
  [
    organisation('H99', { receivingConnection: 'hub' }),
    organisation('H99.12', { aliases: ['000.00.12.H99'] }),
    organisation('H99.13', { aliases: ['000.00.13.H99', '13.H99'] }),
    organisation('H99.14', { suspended: true }),
    organisation('H99.15', { validTo: '2025-07-01', successor: 'H99.16' }),
    organisation('H99.16', { validTo: '2026-01-01', successor: 'H99.17' }),
    organisation('H99.17', { validFrom: '2026-01-01' }),
    organisation('H99.18', { validTo: '2025-07-01' }),
    organisation('H99.19', { validFrom: '2027-01-01' }),
    organisation('H99.20', { receivingConnection: 'hub' }),
    organisation('H99.21', { receivingConnection: 'hub' }),
    organisation('H99.23', { receivingConnection: 'hub' }),
    organisation('H99.24', { receivingConnection: 'gone', aliases: ['H99.13'] }),
    organisation('H99.30', { validTo: '2025-07-01', successor: 'H99.31' }),
    organisation('H99.31', { validTo: '2025-07-01', successor: 'H99.30' }),
  ],
  [HUB, SENDER, connection('gone2')],
);

const NO_CONNECTION = registryOf(
  [organisation('H99.12'), { code: 'H99.13', name: 'x', aliases: [], suspended: false }],
  [SENDER],
);

function ofDocument(fields: DocumentFields, from: Connection = SENDER, registry: Registry = REGISTRY) {
  return resolveAddressees(documentOf(documentPackage({ fields })), registry, from, NOW);
}

function ofStatus(fields: StatusFields, from: string, registry: Registry = REGISTRY) {
  return resolveAddressees(statusOf(statusPackage({ fields })), registry, registry.connections.get(from)!, NOW);
}

function to(...codes: readonly string[]): DocumentFields {
  return { To: codes.map((OrganId) => ({ OrganId })) };
}

describe('the sender and the issuer', () => {
  test('a connection sends for its own organisations', () => {
    expect(ofDocument({})).toEqual({
      ok: true,
      value: {
        sender: 'H99.12',
        issuer: 'H99.12',
        recipients: [{ organisation: 'H99.13', connection: 'c-H99.13' }],
        findings: [],
      },
    });
  });

  test('an alias in From means the same sender', () => {
    expect(ofDocument({ From: { OrganId: '000.00.12.H99' } })).toMatchObject({ ok: true, value: { sender: 'H99.12' } });
  });

  test.each([
    ['another’s name', 'H99.13'],
    ['an unknown one', 'H99.99'],
    ['a closed one', 'H99.15'],
  ])('%s in From', (_, OrganId) => {
    expect(ofDocument({ From: { OrganId } })).toMatchObject({
      ok: false,
      code: 'sender-not-authorised',
      facts: { organId: OrganId },
    });
  });

  test.each([
    ['H99,2026/11/20,7/UBND', 'H99'],
    ['H99.12,2026/11/20,7/UBND', 'H99.12'],
    ['000.00.12.H99,2014/02/30,7/UBND', 'H99.12'],
    ['9fbfbad2-f1f8-4256-a2eb-50fb1061cddb', 'H99.12'],
    ['H77,2026/11/20,7/UBND', 'H99.12'],
    ['7/UBND', 'H99.12'],
  ])('DocumentId %s is issued by %s', (DocumentId, issuer) => {
    expect(ofDocument({ DocumentId })).toMatchObject({ ok: true, value: { issuer } });
  });

  test('an issuer the connection has no right for', () => {
    expect(ofDocument({ DocumentId: 'H99.13,2026/11/20,7/UBND' })).toMatchObject({
      ok: false,
      code: 'issuer-not-authorised',
      facts: { organId: 'H99.13' },
    });
  });
});

describe('recipients', () => {
  test.each([
    ['unknown (R1)', ['H99.99'], 'recipient-unknown', 'H99.99'],
    ['one of several unknown (R2)', ['H99.13', 'H99.99', 'H99.20'], 'recipient-unknown', 'H99.99'],
    ['suspended (R3)', ['H99.14'], 'recipient-suspended', 'H99.14'],
    ['the sender itself (R5)', ['H99.12'], 'recipient-is-sender', 'H99.12'],
    ['the sender under an alias (R5)', ['000.00.12.H99'], 'recipient-is-sender', '000.00.12.H99'],
    ['a child that is not registered (R8)', ['H99.13.01'], 'recipient-unknown', 'H99.13.01'],
    ['a parent written for a child (R8)', ['13'], 'recipient-unknown', '13'],
    ['closed without successor', ['H99.18'], 'recipient-unknown', 'H99.18'],
    ['not founded yet', ['H99.19'], 'recipient-unknown', 'H99.19'],
    ['bodies that follow each other in a circle', ['H99.30'], 'recipient-unknown', 'H99.30'],
    ['whose connection may not read for it', ['H99.23'], 'recipient-no-connection', 'H99.23'],
    ['whose connection does not exist', ['H99.24'], 'recipient-no-connection', 'H99.24'],
    ['other case, no folding', ['h99.13'], 'recipient-unknown', 'h99.13'],
  ])('%s', (_, codes, code, organId) => {
    expect(ofDocument(to(...codes))).toMatchObject({ ok: false, code, facts: { organId } });
  });

  test('without a designated connection', () => {
    expect(ofDocument({}, SENDER, NO_CONNECTION)).toMatchObject({ ok: false, code: 'recipient-no-connection' });
  });

  test('all that is wrong is told', () => {
    const result = ofDocument(to('H99.98', 'H99.13', 'H99.99'));
    expect(!result.ok && result.findings?.map(({ facts, place }) => [facts['organId'], place])).toEqual([
      ['H99.98', 'To[1]/OrganId'],
      ['H99.99', 'To[3]/OrganId'],
    ]);
  });

  test.each([
    ['twice (R4)', ['H99.13', 'H99.13'], ['H99.13'], ['recipient-repeated']],
    ['old and new code', ['H99.13', '000.00.13.H99'], ['H99.13'], ['recipient-alias', 'recipient-repeated']],
    ['by an old code', ['000.00.13.H99'], ['H99.13'], ['recipient-alias']],
    ['the successor’s successor', ['H99.15'], ['H99.17'], ['recipient-succeeded']],
    ['predecessor and successor', ['H99.15', 'H99.17'], ['H99.17'], ['recipient-succeeded', 'recipient-repeated']],
  ])('%s', (_, codes, expected, noted) => {
    const result = ofDocument(to(...codes));
    expect(result.ok && result.value.recipients.map(({ organisation: code }) => code)).toEqual(expected);
    expect(result.ok && result.value.findings.map(({ code }) => code)).toEqual(noted);
  });

  test('a code is never taken over by another’s alias', () => {
    expect(resolve(REGISTRY, 'H99.13', NOW)?.organisation.code).toBe('H99.13');
  });
});

describe('statuses', () => {
  test('go to the one they answer', () => {
    expect(ofStatus({}, 'c-H99.13')).toMatchObject({
      ok: true,
      value: { sender: 'H99.13', issuer: 'H99.13', recipients: [{ organisation: 'H99.12', connection: 'c-H99.12' }] },
    });
  });

  test('13 goes from the sender to the receiver', () => {
    const fields = { StatusCode: '13', From: { OrganId: 'H99.12' }, ResponseFor: { OrganId: '000.00.13.H99' } };
    expect(ofStatus(fields, 'c-H99.12')).toMatchObject({
      ok: true,
      value: { sender: 'H99.12', recipients: [{ organisation: 'H99.13' }] },
    });
  });

  test('in another’s name', () => {
    expect(ofStatus({}, 'c-H99.12')).toMatchObject({ ok: false, code: 'sender-not-authorised' });
  });
});

test('one transmission for each connection', () => {
  const result = ofDocument(to('H99.20', 'H99.13', 'H99.21'));
  let last = 0;
  const transmissions = result.ok ? group(result.value.recipients, () => `id-${(last += 1)}`) : [];
  expect(transmissions).toEqual([
    {
      id: 'id-1',
      connection: 'hub',
      deliveries: [
        { id: 'id-2', organisation: 'H99.20' },
        { id: 'id-5', organisation: 'H99.21' },
      ],
    },
    { id: 'id-3', connection: 'c-H99.13', deliveries: [{ id: 'id-4', organisation: 'H99.13' }] },
  ]);
});

describe('a day is a day in Vietnam', () => {
  test.each([
    ['2025-06-30T16:59:59Z', '2025-06-30', 'H99.15'],
    ['2025-06-30T17:00:00Z', '2025-07-01', 'H99.16'],
    ['2025-12-31T17:00:00Z', '2026-01-01', 'H99.17'],
  ])('%s', (instant, day, code) => {
    expect(vietnameseDate(new Date(instant))).toBe(day);
    expect(resolve(REGISTRY, 'H99.15', new Date(instant))?.organisation.code).toBe(code);
  });
});
