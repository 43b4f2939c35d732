import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, createAuthority } from '../../../../certs/authority.ts';
import { enumerated, octetString, sequence, tlv } from '../../../../src/core/crypto/der-writer.ts';
import { list } from '../../../../certs/test-pki.ts';
import { type Crl, findRevocation, parseCrl } from '../../../../src/core/pki/crl.ts';

const now = new Date('2026-11-22T03:00:00Z');
let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: 'ec', now, days: 10 });
});

function parsed(der: Buffer): Crl {
  const crl = parseCrl(der);
  if (!crl.ok) throw new Error(JSON.stringify(crl));
  return crl.value;
}

const serial = (number: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(0x40000000, 0);
  bytes.writeUInt32BE(number, 4);
  return bytes;
};

describe('a list', () => {
  test('of 100,000 entries answers for each of them', () => {
    const revoked = Array.from({ length: 100_000 }, (_, index) => ({ serial: serial(index), at: now, reason: 1 }));
    const crl = parsed(list(authority, now, revoked));
    expect(crl.entries.size).toBe(100_000);
    for (const index of [0, 1, 77_777, 99_999]) {
      expect(findRevocation(crl, serial(index).toString('hex'))).toEqual({
        at: now.getTime(),
        reason: 'keyCompromise',
      });
    }
    expect(findRevocation(crl, serial(100_000).toString('hex'))).toBeUndefined();
    expect(findRevocation(crl, '00')).toBeUndefined();
  });

  test.each([
    ['unspecified', undefined],
    ['cessationOfOperation', 5],
    ['certificateHold', 6],
    ['unspecified', 99],
  ])('says why: %s', (name, reason) => {
    const crl = parsed(
      list(authority, now, [{ serial: serial(1), at: now, ...(reason === undefined ? {} : { reason }) }]),
    );
    expect(findRevocation(crl, serial(1).toString('hex'))?.reason).toBe(name);
  });

  test('of no certificate', () => {
    expect(parsed(list(authority, now)).entries.size).toBe(0);
  });
});

describe('what is not used', () => {
  const critical = (oid: string, value = tlv(0x05)) => ({ oid, critical: true, value });
  test.each<[string, () => Buffer]>([
    ['an unknown critical extension', () => list(authority, now, [], [critical('1.3.6.1.4.1.99999.1')])],
    [
      'users and authorities at once',
      () => {
        const both = sequence(tlv(0x81, Buffer.of(0xff)), tlv(0x82, Buffer.of(0xff)));
        return list(authority, now, [], [critical('2.5.29.28', both)]);
      },
    ],
    ['an unknown part of its scope', () => list(authority, now, [], [critical('2.5.29.28', sequence(tlv(0x86)))])],
    ['a base without a number', () => list(authority, now, [], [critical('2.5.29.27')])],
    ['one extension twice', () => list(authority, now, [], [{ oid: '2.5.29.20', value: tlv(0x02, Buffer.of(2)) }])],
    ['bytes after it', () => Buffer.concat([list(authority, now), Buffer.of(0)])],
    ['cut short', () => list(authority, now).subarray(0, -1)],
    ['a certificate', () => authority.chain[0]],
    ['text', () => Buffer.from('<html>not found</html>')],
    ['nothing', () => Buffer.alloc(0)],
  ])('%s', (_, make) => {
    expect(parseCrl(make())).toMatchObject({ ok: false, code: 'crl-invalid' });
  });

  test('a critical extension of an entry', () => {
    const extension = sequence(
      sequence(tlv(0x06, Buffer.of(0x55, 0x1d, 0x1d)), tlv(0x01, Buffer.of(0xff)), octetString(enumerated(1))),
    );
    const der = list(authority, now, [{ serial: serial(1), at: now, reason: 1 }]);
    const reason = sequence(sequence(tlv(0x06, Buffer.of(0x55, 0x1d, 0x15)), octetString(enumerated(1))));
    const at = der.indexOf(reason);
    expect(at).toBeGreaterThan(0);
    // The same place, three bytes longer: every length around it grows with it.
    expect(extension.length - reason.length).toBe(3);
    const grown = grow(Buffer.concat([der.subarray(0, at), extension, der.subarray(at + reason.length)]), at, 3);
    expect(parseCrl(grown)).toMatchObject({ ok: false, facts: { reason: 'critical entry extension 2.5.29.29' } });
  });
});

/** Adds to the length of every value whose header stands before an offset and that reaches beyond it. */
function grow(der: Buffer, offset: number, by: number): Buffer {
  const grown = Buffer.from(der);
  const walk = (from: number, end: number): void => {
    for (let at = from; at < end;) {
      const short = (grown[at + 1] ?? 0) < 0x80;
      const bytes = short ? 1 : (grown[at + 1] ?? 0) & 0x7f;
      const where = short ? at + 1 : at + 2;
      const content = where + bytes;
      let length = grown.readUIntBE(where, bytes);
      const contains = at < offset && content + length > offset;
      if (contains) {
        length += by;
        grown.writeUIntBE(length, where, bytes);
        walk(content, content + length);
      }
      at = content + length;
    }
  };
  walk(0, grown.length);
  return grown;
}
