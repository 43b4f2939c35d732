import { describe, expect, test } from '@jest/globals';
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import { integer, oid, sequence, time, tlv } from '../../../../src/core/crypto/der-writer.ts';
import {
  booleanValue,
  checkDeep,
  children,
  contentOf,
  DerFault,
  oidValue,
  readWhole,
  TAG,
  timeValue,
  unsignedInteger,
} from '../../../../src/core/crypto/der.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/ /g, ''), 'hex');

describe('what is not DER', () => {
  test.each([
    ['nothing', ''],
    ['half a header', '30'],
    ['trailing bytes', '30 00 00'],
    ['indefinite length', '30 80 00 00'],
    ['a long form for a short length', '30 81 01 05'],
    ['leading zero in a length', '30 82 00 80'],
    ['a length of five bytes', '30 85 00 00 00 00 00'],
    ['more promised than there is', '30 03 01 01'],
    ['a length beyond the file', '30 84 ff ff ff ff'],
    ['a tag of several bytes', '3f 81 00 00'],
    ['another tag', '31 00'],
    ['a fault inside', '30 04 30 81 01 05'],
    ['a child longer than its parent', '30 03 02 02 01'],
  ])('%s', (_, hex) => {
    expect(() => checkDeep(readWhole(bytes(hex), TAG.sequence))).toThrow(DerFault);
  });

  test('nesting without end', () => {
    let nested = sequence();
    for (let depth = 0; depth < 200; depth += 1) nested = sequence(nested);
    expect(() => checkDeep(readWhole(nested, TAG.sequence))).toThrow(DerFault);
  });
});

describe('values', () => {
  const only = (der: Buffer, tag: number) => readWhole(der, tag);

  test.each([
    ['negative', '02 01 80'],
    ['empty', '02 00'],
    ['not the shortest', '02 02 00 01'],
  ])('an integer that is %s', (_, hex) => {
    expect(() => unsignedInteger(only(bytes(hex), TAG.integer))).toThrow(DerFault);
  });

  test.each(['06 00', '06 01 80', '06 03 2a 80 01', '06 0a 2a ff ff ff ff ff ff ff ff 7f'])(
    'no object identifier: %s',
    (hex) => {
      expect(() => oidValue(only(bytes(hex), TAG.oid))).toThrow(DerFault);
    },
  );

  test.each(['01 00', '01 01 01', '01 02 ff ff'])('no boolean: %s', (hex) => {
    expect(() => booleanValue(only(bytes(hex), TAG.boolean))).toThrow(DerFault);
  });

  test.each([
    [TAG.utcTime, '491231235959Z', Date.UTC(2049, 11, 31, 23, 59, 59)],
    [TAG.utcTime, '500101000000Z', Date.UTC(1950, 0, 1)],
    [TAG.generalizedTime, '20500101000000Z', Date.UTC(2050, 0, 1)],
    [TAG.generalizedTime, '20380119031408Z', Date.UTC(2038, 0, 19, 3, 14, 8)],
    [TAG.generalizedTime, '99991231235959Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('time %i %s', (tag, text, instant) => {
    expect(timeValue(only(tlv(tag, Buffer.from(text)), tag))).toBe(instant);
  });

  test.each([
    [TAG.utcTime, '2611220000Z'],
    [TAG.utcTime, '261122000000+0700'],
    [TAG.utcTime, '260230000000Z'],
    [TAG.utcTime, '261122240000Z'],
    [TAG.utcTime, '261122235960Z'],
    [TAG.generalizedTime, '20261122000000.5Z'],
    [TAG.generalizedTime, '20261122000000'],
  ])('no time %i %s', (tag, text) => {
    expect(() => timeValue(only(tlv(tag, Buffer.from(text)), tag))).toThrow(DerFault);
  });
});

describe('properties', () => {
  test('what the writer writes the reader reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (content) => {
        const number = Buffer.from(content);
        const [first] = children(readWhole(sequence(integer(number)), TAG.sequence));
        expect(BigInt(`0x0${unsignedInteger(first).toString('hex')}`)).toBe(BigInt(`0x0${number.toString('hex')}`));
      }),
    );
    fc.assert(
      fc.property(fc.tuple(fc.nat(2), fc.nat(39)), fc.array(fc.nat()), ([root, second], arcs) => {
        const dotted = [root, second, ...arcs].join('.');
        expect(oidValue(readWhole(oid(dotted), TAG.oid))).toBe(dotted);
      }),
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1950-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const der = time(date);
          expect(timeValue(readWhole(der, der[0] ?? 0))).toBe(Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
    );
  });

  test('random bytes never do anything but be refused or read, and asn1js sees the same lengths', () => {
    const piece: fc.Arbitrary<Buffer> = fc.letrec<{ node: Buffer }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.uint8Array({ maxLength: 6 }).map((content) => tlv(0x04, Buffer.from(content))),
        fc.array(tie('node'), { maxLength: 4 }).map((list) => sequence(...list)),
      ),
    })).node;
    fc.assert(
      fc.property(piece, fc.option(fc.tuple(fc.nat(), fc.nat(255))), (der, change) => {
        const made = Buffer.from(sequence(der));
        if (change !== null) made[change[0] % made.length] = change[1];
        let read = false;
        try {
          checkDeep(readWhole(made, TAG.sequence));
          read = true;
        } catch (error) {
          expect(error).toBeInstanceOf(DerFault);
        }
        if (!read) return;
        const other = asn1jsOf(made);
        if (other === undefined) return;
        const { offset, result } = other;
        expect(offset).toBe(made.length);
        expect(result.valueBlock.blockLength).toBe(contentOf(readWhole(made, TAG.sequence)).length);
      }),
      { numRuns: 500 },
    );
  });
});

/** asn1js also looks into values that are opaque here, and may object to them or even throw. */
function asn1jsOf(bytes: Buffer): ReturnType<typeof asn1js.fromBER> | undefined {
  try {
    const read = asn1js.fromBER(bytes);
    return read.offset === -1 ? undefined : read;
  } catch {
    return undefined;
  }
}
