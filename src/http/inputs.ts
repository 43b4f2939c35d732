// Reads an operation's query and body. Each form checks its media type, reads within bounds and validates by the schema
// that the OpenAPI document shows.

import type { z } from 'zod';
import { ProblemError } from '../core/problems/problem-error.ts';
import { readWhole } from './body.ts';
import { parseJson } from '../core/formats/json/parse.ts';
import { checkMediaType } from './media.ts';
import type { RawCall } from './call.ts';
import { decodeForm } from './strictness.ts';

export interface QueryInput<Query> {
  /** Null when the operation takes no parameters. */
  readonly schema: z.ZodObject | null;
  read(parameters: ReadonlyMap<string, string>): Query;
}

export interface BodyInput<Body> {
  /** Empty when the operation takes no body. */
  readonly types: readonly string[];
  /** Null for bytes that are streamed. */
  readonly schema: z.ZodType | null;
  read(call: RawCall): Promise<Body>;
}

/** Limit of small bodies: a few lines of JSON, or a form. */
const SMALL_BODY_BYTES = 64 * 1024;

/** Most characters of a name that a problem repeats. */
const ECHOED = 60;

export const noQuery: QueryInput<undefined> = {
  schema: null,
  read(parameters) {
    refuseUnknown(parameters, []);
    return undefined;
  },
};

/**
 * Parameters are text; the schema turns them into the operation's values. `filter-invalid` names the first wrong one.
 */
export function queryOf<Schema extends z.ZodObject>(schema: Schema): QueryInput<z.output<Schema>> {
  return {
    schema,
    read(parameters) {
      refuseUnknown(parameters, Object.keys(schema.shape));
      const parsed = schema.safeParse(Object.fromEntries(parameters));
      if (parsed.success) return parsed.data;
      throw new ProblemError('filter-invalid', { name: String(parsed.error.issues[0]?.path[0] ?? '') });
    },
  };
}

function refuseUnknown(parameters: ReadonlyMap<string, string>, names: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (!names.includes(name)) throw new ProblemError('filter-invalid', { name: name.slice(0, ECHOED) });
  }
}

export const noBody: BodyInput<undefined> = { types: [], schema: null, read: () => Promise.resolve(undefined) };

/** Only the media type is checked here; the operation streams the bytes. */
export function streamOf(...types: readonly string[]): BodyInput<undefined> {
  return {
    types,
    schema: null,
    read(call) {
      checkMediaType(call.request.headers, types);
      return Promise.resolve(undefined);
    },
  };
}

export function jsonOf<Schema extends z.ZodType>(schema: Schema): BodyInput<z.output<Schema>> {
  const types = ['application/json'];
  return { types, schema, read: async (call) => validate(schema, parseJson(await small(call, types))) };
}

export function formOf<Schema extends z.ZodType>(schema: Schema): BodyInput<z.output<Schema>> {
  const types = ['application/x-www-form-urlencoded'];
  return { types, schema, read: async (call) => validate(schema, parseForm(await small(call, types))) };
}

function small(call: RawCall, types: readonly string[]): Promise<Buffer> {
  checkMediaType(call.request.headers, types);
  return readWhole(call.request, call.response, { bytes: SMALL_BODY_BYTES, idleSeconds: call.limits.idleSeconds });
}

/** `schema-invalid` with the JSON pointer of the first fault. */
function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const pointer = [...(issue?.path ?? []), ...extra].map((name) => `/${escapePointer(String(name))}`).join('');
  throw new ProblemError('schema-invalid', { field: pointer }, { place: pointer });
}

/** RFC 6901. */
function escapePointer(name: string): string {
  return name.slice(0, ECHOED).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** RFC 6749 allows each parameter once. */
function parseForm(bytes: Buffer): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const piece of bytes.toString('latin1').split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decodeForm(equals < 0 ? piece : piece.slice(0, equals));
    if (fields.has(name)) throw new ProblemError('invalid_request');
    fields.set(name, equals < 0 ? '' : decodeForm(piece.slice(equals + 1)));
  }
  return Object.fromEntries(fields);
}
