import type { Adapter } from '../../src/ports/adapter.ts';
import { connect } from './client.ts';
import { httpPushSettings, type HttpPushSettings } from './settings.ts';

/** A system that takes packages by HTTP POST and answers with the hash of what it stored. */
export const httpPush: Adapter<HttpPushSettings> = {
  name: 'http-push',
  settings: httpPushSettings,
  direction: 'push',
  connect,
};
