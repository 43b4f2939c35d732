import type { Adapter } from '../../src/ports/adapter.ts';
import type { OpenHttp } from '../../src/ports/http-client.ts';
import { connect } from './client.ts';
import { httpPushSettings, type HttpPushSettings } from './settings.ts';

/** A system that takes packages by HTTP POST and answers with the hash of what it stored. */
export function httpPush(openHttp: OpenHttp): Adapter<HttpPushSettings> {
  return {
    name: 'http-push',
    settings: httpPushSettings,
    direction: 'push',
    connect: (settings) => connect(settings, openHttp),
  };
}
