// The two times a judgement knows: the instant everything is judged at, and when its evidence was gathered.

import { describe, expect, test } from '@jest/globals';
import { createAuthority } from '../../../../certs/authority.ts';
import { list } from '../../../../certs/test-pki.ts';
import { createBasisGatherer } from '../../../../src/gateway/basis/gather.ts';
import { connection, organisation, registryOf } from '../../../support/registry.ts';
import { MESSAGE, openedWith } from '../../core/verify/material.ts';

const FIRST_SEEN = new Date('2026-11-22T03:00:00Z');
const NOW = new Date('2026-11-25T03:00:00Z');

describe('evidence', () => {
  test.each([
    ['at receipt', FIRST_SEEN],
    ['at a re-check days later', NOW],
  ])('%s is of now, and judged at the instant it was first seen', async (_when, now) => {
    const gather = createBasisGatherer({ now: () => now });
    const authority = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: 'ec', now: FIRST_SEEN, days: 30 });
    const registry = registryOf([organisation('H99.12'), organisation('H99.13')], [], {
      crls: [list(authority, FIRST_SEEN)],
    });
    const looked = { scans: null, documents: new Map() };
    const opened = openedWith({ kind: 'absent' }, MESSAGE);
    const evidence = await gather(opened, registry, connection('x'), FIRST_SEEN, looked);
    expect(evidence).toMatchObject({ asOf: now.getTime(), instant: FIRST_SEEN });
    expect([...evidence.crls.values()].flat()).toHaveLength(1);
  });
});
