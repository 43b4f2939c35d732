// The list of the kinds of connected systems. A new kind is a folder beside these and one line here.

import type { Adapter } from '../src/ports/adapter.ts';
import type { OpenHttp } from '../src/ports/http-client.ts';
import { httpPush } from './http-push/index.ts';
import { inbox } from './inbox/index.ts';

/** By name, as the registry's connections name them. A kind that speaks HTTP does so by the gateway's own client. */
export function adapters(openHttp: OpenHttp): ReadonlyMap<string, Adapter> {
  const kinds: readonly Adapter[] = [httpPush(openHttp), inbox];
  return new Map(kinds.map((adapter) => [adapter.name, adapter]));
}
