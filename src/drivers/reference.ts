// The form in which a reference lies in any broker: one small JSON object, never content. A stranger who can write to
// a broker can write anything, so a body of any other form is no reference.

import type { Reference } from '../ports/broker.ts';

/** Rises when the form changes; a program drops forms it does not know, and the record publishes them again. */
const VERSION = 1;

/** Own bound: a reference of the longest connection id is far smaller, and junk must cost nothing to refuse. */
const MOST_BYTES = 1024;

/** Own bound on a connection's id, in characters. */
const LONGEST_CONNECTION = 200;

/** UUIDv7 as this program writes it: lower case, hyphens, no braces (RFC 9562, 5.7). */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const KEYS = ['connection', 'transmission', 'urgent', 'v'];

export function encodeReference({ transmission, connection, urgent }: Reference): Buffer {
  return Buffer.from(JSON.stringify({ v: VERSION, transmission, connection, urgent }));
}

/** The reference in a body, or undefined when the body is none. */
export function decodeReference(body: Buffer): Reference | undefined {
  const { v, transmission, connection, urgent } = members(body);
  const isKnown = v === VERSION && typeof urgent === 'boolean';
  if (!isKnown || typeof transmission !== 'string' || typeof connection !== 'string') return undefined;
  if (!UUID_V7.test(transmission) || connection === '' || connection.length > LONGEST_CONNECTION) return undefined;
  return { transmission, connection, urgent };
}

function members(body: Buffer): Partial<Record<string, unknown>> {
  if (body.length > MOST_BYTES) return {};
  const value = parse(body);
  if (typeof value !== 'object' || value === null) return {};
  const isSame = Object.keys(value).sort().join() === KEYS.join();
  return isSame ? { ...value } : {};
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
