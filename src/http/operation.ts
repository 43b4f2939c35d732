// An operation of the interface: a description that validates requests and becomes the OpenAPI document, and a function
// from a call to an answer that gets only the parts it names.

import type { z } from 'zod';
import type { Params } from '../api/parameters.ts';
import type { Exactly, Shape } from '../api/shape.ts';
import type { Authority, Principal } from './auth.ts';
import type { RawCall } from './call.ts';
import type { BodyInput, QueryInput } from './inputs.ts';

export interface Call<Path extends string = string, Query = undefined, Body = undefined> extends Omit<
  RawCall,
  'params' | 'query'
> {
  readonly params: Params<Path>;
  readonly query: Query;
  readonly body: Body;
}

export type Headers = Readonly<Record<string, string>>;

export interface AnswerSpec {
  readonly description: string;
  /** Absent for bytes and text. */
  readonly schema?: z.ZodType;
}

/** By status. */
export type AnswerSpecs = Readonly<Record<number, AnswerSpec>>;

/** The answer to send. `sent`: the operation wrote the response itself, because it is a stream. */
export type Answer = TextAnswer<number> | 'sent';

export interface TextAnswer<Status> {
  readonly status: Status;
  readonly headers: Headers;
  readonly type: string;
  readonly text: string;
}

/** A text made from a value of `schema`. */
export interface JsonAnswer<Status, Schema> extends TextAnswer<Status> {
  readonly schema: Schema;
}

/** The answers that a description allows: each status with its own schema. */
export type AnswerOf<Specs extends AnswerSpecs> =
  | {
      [Status in keyof Specs & number]: Specs[Status] extends { readonly schema: infer Schema }
        ? JsonAnswer<Status, Schema>
        : TextAnswer<Status>;
    }[keyof Specs & number]
  | 'sent';

/** Answers `json`, which must have every member that the schema declares and none besides, or it does not compile. */
export function answer<Status extends number, Schema extends z.ZodType, Json extends Shape<Schema>>(
  status: Status,
  schema: Schema,
  json: Json & Exactly<Shape<Schema>, Json>,
  headers: Headers = {},
): JsonAnswer<Status, Schema> {
  return { ...answerText(status, 'application/json; charset=utf-8', JSON.stringify(json)), headers, schema };
}

export function answerText<Status extends number>(status: Status, type: string, text: string): TextAnswer<Status> {
  return { status, headers: {}, type, text };
}

export interface Spec<Path extends string, Query, Body, Specs extends AnswerSpecs> {
  readonly id: string;
  readonly method: 'get' | 'post';
  /** With `{name}` parameters, each a row of `PARAMETERS`. */
  readonly path: Path;
  readonly summary: string;
  readonly query: QueryInput<Query>;
  readonly headers?: z.ZodObject;
  readonly body: BodyInput<Body>;
  /** The media type of a good answer, which a client must accept. */
  readonly produces: string;
  /** Other forms of a good answer, where the query chooses one. The operation checks that the client takes it. */
  readonly alsoProduces?: readonly { readonly type: string; readonly schema?: z.ZodType }[];
  readonly answers: Specs;
}

/** The description that the app and the OpenAPI document need of any operation. */
export type AnySpec = Spec<string, unknown, unknown, AnswerSpecs>;

/** An operation that every caller may use. */
export interface PublicOperation<Parts> {
  readonly access: 'public';
  readonly spec: AnySpec;
  readonly bind: (parts: Parts) => (call: RawCall) => Promise<Answer>;
}

/** An operation for authenticated clients with the right scope. */
export interface ProtectedOperation<Parts> {
  readonly access: 'protected';
  readonly spec: AnySpec;
  readonly bind: (parts: Parts) => (call: RawCall, principal: Principal) => Promise<Answer>;
}

export type Operation<Parts> = PublicOperation<Parts> | ProtectedOperation<Parts>;

/** Joins a description and its function, which sees parameters, query and body and answers only as the description allows. */
export function publicOperation<Path extends string, Query, Body, Specs extends AnswerSpecs, Parts>(
  spec: Spec<Path, Query, Body, Specs>,
  make: (parts: Parts) => (call: Call<Path, Query, Body>) => Promise<AnswerOf<Specs>>,
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

export function protectedOperation<Path extends string, Query, Body, Specs extends AnswerSpecs, Parts>(
  spec: Spec<Path, Query, Body, Specs>,
  make: (parts: Parts) => (call: Call<Path, Query, Body>, principal: Principal) => Promise<AnswerOf<Specs>>,
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

async function read<Path extends string, Query, Body>(
  spec: Pick<Spec<Path, Query, Body, AnswerSpecs>, 'query' | 'body'>,
  call: RawCall,
): Promise<Call<Path, Query, Body>> {
  const query = spec.query.read(call.query);
  // The cast is sound: the router took the parameters from the same path.
  const params = call.params as Params<Path>;
  return { ...call, params, query, body: await spec.body.read(call) };
}

/** An operation with its parts and its row of authority: a face gives these to the kernel to serve. */
export type BoundOperation =
  | { readonly access: 'public'; readonly spec: AnySpec; readonly handle: (call: RawCall) => Promise<Answer> }
  | {
      readonly access: 'protected';
      readonly spec: AnySpec;
      readonly authority: Exclude<Authority, 'public'>;
      readonly handle: (call: RawCall, principal: Principal) => Promise<Answer>;
    };

/** Binds an operation; a protected one does not compile without a row of its own. */
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
