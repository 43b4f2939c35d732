// What an operation of the interface is: a description that validates requests and becomes the OpenAPI document, and a
// function from a call to an answer that is given only the parts it names.

import type { z } from 'zod';
import type { Authority, Principal } from './auth.ts';
import type { RawCall } from './call.ts';
import type { BodyInput, QueryInput } from './inputs.ts';

export interface Call<Query = undefined, Body = undefined> extends Omit<RawCall, 'query'> {
  readonly query: Query;
  readonly body: Body;
}

export type Headers = Readonly<Record<string, string>>;

/** What is sent back. `sent`: the operation wrote the response itself, because it is a stream. */
export type Answer =
  | { readonly status: number; readonly headers?: Headers; readonly json: unknown }
  | { readonly status: number; readonly headers?: Headers; readonly type: string; readonly text: string }
  | 'sent';

export interface AnswerSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
}

export interface Spec<Query, Body> {
  readonly id: string;
  readonly method: 'get' | 'post';
  /** With `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly query: QueryInput<Query>;
  readonly headers?: z.ZodObject;
  readonly body: BodyInput<Body>;
  /** The media type of a good answer, which a client must accept. */
  readonly produces: string;
  /** Other forms of a good answer, where the query chooses one. The operation asks whether the client takes it. */
  readonly alsoProduces?: readonly { readonly type: string; readonly schema?: z.ZodType }[];
  readonly answers: Readonly<Record<number, AnswerSpec>>;
}

/** What the app and the OpenAPI document need to know of any operation. */
export type AnySpec = Spec<unknown, unknown>;

/** Anybody may call it. */
export interface PublicOperation<Parts> {
  readonly access: 'public';
  readonly spec: AnySpec;
  readonly bind: (parts: Parts) => (call: RawCall) => Promise<Answer>;
}

/** Only an authenticated client with the right scope may call it. */
export interface ProtectedOperation<Parts> {
  readonly access: 'protected';
  readonly spec: AnySpec;
  readonly bind: (parts: Parts) => (call: RawCall, principal: Principal) => Promise<Answer>;
}

export type Operation<Parts> = PublicOperation<Parts> | ProtectedOperation<Parts>;

/** Joins a description and its function; the function sees query and body only as the description allows them. */
export function publicOperation<Query, Body, Parts>(
  spec: Spec<Query, Body>,
  make: (parts: Parts) => (call: Call<Query, Body>) => Promise<Answer>,
): PublicOperation<Parts> {
  return {
    access: 'public',
    spec,
    bind(parts) {
      const handle = make(parts);
      return async (call) => handle(await read(spec, call));
    },
  };
}

export function protectedOperation<Query, Body, Parts>(
  spec: Spec<Query, Body>,
  make: (parts: Parts) => (call: Call<Query, Body>, principal: Principal) => Promise<Answer>,
): ProtectedOperation<Parts> {
  return {
    access: 'protected',
    spec,
    bind(parts) {
      const handle = make(parts);
      return async (call, principal) => handle(await read(spec, call), principal);
    },
  };
}

async function read<Query, Body>(spec: Spec<Query, Body>, call: RawCall): Promise<Call<Query, Body>> {
  const query = spec.query.read(call.query);
  return { ...call, query, body: await spec.body.read(call) };
}

/** An operation with its parts in place and its row of authority: what a face gives the kernel to serve. */
export type BoundOperation =
  | { readonly access: 'public'; readonly spec: AnySpec; readonly handle: (call: RawCall) => Promise<Answer> }
  | {
      readonly access: 'protected';
      readonly spec: AnySpec;
      readonly authority: Exclude<Authority, 'public'>;
      readonly handle: (call: RawCall, principal: Principal) => Promise<Answer>;
    };

/** A protected operation is bound with a row of its own, or not at all. */
export function bindOperation<Parts>(
  operation: Operation<Parts>,
  authority: Authority | undefined,
  parts: Parts,
): BoundOperation {
  const { spec } = operation;
  if (operation.access === 'public') return { access: operation.access, spec, handle: operation.bind(parts) };
  if (authority === undefined || authority === 'public') throw new Error(`${spec.id} has no row of authority`);
  return { access: operation.access, spec, authority, handle: operation.bind(parts) };
}
