import type { Adapter } from '../../src/ports/adapter.ts';
import { inboxSettings, type InboxSettings } from './settings.ts';

/** A system that fetches from its inbox and acknowledges by hash; the gateway sends it nothing. */
export const inbox: Adapter<InboxSettings> = { name: 'inbox', settings: inboxSettings, direction: 'pull' };
