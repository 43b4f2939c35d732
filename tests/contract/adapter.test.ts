import { describe, expect, test } from '@jest/globals';
import { adapters } from '../../adapters/index.ts';
import { httpPush } from '../../adapters/http-push/index.ts';
import { openHttp } from '../../src/drivers/http-client.ts';
import { adapterSuite } from './adapter-suite.ts';

const ADAPTERS = adapters(openHttp);

adapterSuite({
  adapter: httpPush(openHttp),
  settings: ({ url, token, timeoutSeconds }) => ({ url, token, timeoutSeconds }),
});

describe('the list of adapters', () => {
  test('each is found by its name, and only one that pushes connects', () => {
    for (const [name, adapter] of ADAPTERS) {
      expect(adapter.name).toBe(name);
      expect(adapter.connect !== undefined).toBe(adapter.direction === 'push');
    }
  });

  test('each adapter refuses unknown settings', () => {
    for (const adapter of ADAPTERS.values()) {
      expect(adapter.settings.safeParse({ url: 'http://h99.example/', unheardOf: true }).success).toBe(false);
    }
  });
});
