// The list of the kinds of connected systems. A new kind is a folder beside these and one line here.

import type { Adapter } from '../src/ports/adapter.ts';
import { httpPush } from './http-push/index.ts';
import { inbox } from './inbox/index.ts';

const adapters: readonly Adapter[] = [httpPush, inbox];

/** By name, as the registry's connections name them. */
export const ADAPTERS: ReadonlyMap<string, Adapter> = new Map(adapters.map((adapter) => [adapter.name, adapter]));
