import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DocumentMessage } from '../../src/core/message/message.ts';
import { resolveAddressees } from '../../src/core/exchange/address.ts';
import { group } from '../../src/core/exchange/group.ts';
import { isOpen, resolve } from '../../src/core/registry/snapshot.ts';
import { documentPackage } from '../support/packages.ts';
import { documentOf } from '../support/read-package.ts';
import { connection, organisation, registryOf } from '../support/registry.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const COUNT = 12;
const code = (index: number): string => `H99.${10 + index}`;
const alias = (index: number): string => `000.00.${10 + index}.H99`;

/** A registry of a dozen bodies, some closed, some suspended, following each other in any way, on three hubs. */
const world = fc
  .array(
    fc.record({
      hub: fc.nat(2),
      suspended: fc.constantFrom(false, false, false, true),
      closed: fc.boolean(),
      successor: fc.option(fc.nat(COUNT - 1)),
    }),
    { minLength: COUNT, maxLength: COUNT },
  )
  .map((bodies) =>
    registryOf(
      [
        organisation('H99', { receivingConnection: 'sender' }),
        ...bodies.map(({ hub, suspended, closed, successor }, index) =>
          organisation(code(index), {
            aliases: [alias(index)],
            suspended,
            receivingConnection: `hub-${hub}`,
            ...(closed ? { validTo: '2025-07-01' } : {}),
            ...(successor === null ? {} : { successor: code(successor) }),
          }),
        ),
      ],
      [
        connection('sender', { sendsFor: ['H99'], receivesFor: ['H99'] }),
        ...[0, 1, 2].map((hub) =>
          connection(`hub-${hub}`, {
            role: 'hub',
            receivesFor: bodies.flatMap((body, index) => (body.hub === hub ? [code(index)] : [])),
          }),
        ),
      ],
    ),
  );

const named = fc.tuple(fc.nat(COUNT), fc.boolean()).map(([index, old]) => (old ? alias(index) : code(index)));
const PLAIN: DocumentMessage = documentOf(
  documentPackage({ fields: { From: { OrganId: 'H99' }, DocumentId: '9fbfbad2-f1f8-4256-a2eb-50fb1061cddb' } }),
);

test('each named organisation is served once by an open body’s own connection, or none is', () => {
  fc.assert(
    fc.property(world, fc.array(named, { minLength: 1, maxLength: 8 }), (registry, codes) => {
      const message = { ...PLAIN, to: codes.map((organId) => ({ organId })) };
      const result = resolveAddressees(message, registry, registry.connections.get('sender')!, NOW);
      const meant = codes.map((organId) => resolve(registry, organId, NOW)?.organisation);
      const inOrder = meant.every((body) => body !== undefined && !body.suspended);
      expect(result.ok).toBe(inOrder);
      if (!result.ok) return;
      const { recipients } = result.value;
      expect(recipients.map((recipient) => recipient.organisation)).toEqual([
        ...new Set(meant.map((body) => body?.code)),
      ]);
      for (const recipient of recipients) {
        const body = registry.organisations.get(recipient.organisation)!;
        expect(isOpen(body, NOW)).toBe(true);
        expect(recipient.connection).toBe(body.receivingConnection);
      }
    }),
    { numRuns: 300 },
  );
});

test('grouping loses, doubles and mixes nothing', () => {
  const recipient = fc.record({
    organisation: fc.string({ minLength: 1 }),
    connection: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.uniqueArray(recipient, { selector: ({ organisation: of }) => of }), (recipients) => {
      let last = 0;
      const transmissions = group(recipients, () => String((last += 1)));
      const back = transmissions.flatMap(({ connection: of, deliveries }) =>
        deliveries.map(({ organisation: to }) => `${of} ${to}`),
      );
      expect(back.sort()).toEqual(recipients.map(({ connection: of, organisation: to }) => `${of} ${to}`).sort());
      expect(new Set(transmissions.map(({ connection: of }) => of)).size).toBe(transmissions.length);
      const ids = transmissions.flatMap(({ id, deliveries }) => [id, ...deliveries.map((delivery) => delivery.id)]);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
