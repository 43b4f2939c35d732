// The contract for a client that may be older or newer than its gateway.

import { z } from 'zod';
import type { Shape } from '../api/shape.ts';

/**
 * Takes what other versions of the gateway say. A newer one has members that are not declared, which pass, and further
 * values of an enumeration, which pass as text. An older one lacks members: a list is then empty, what may be null is null,
 * what is true or false is false.
 *
 * Throws a TypeError for a schema with a part of which it is not known how other versions may say it.
 */
export function tolerant<Schema extends z.ZodType>(schema: Schema): z.ZodType<Shape<Schema>> {
  return loosened(schema) as z.ZodType<Shape<Schema>>;
}

function loosened(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodObject) return looseObject(schema);
  if (schema instanceof z.ZodArray) return z.array(loosened(schema.element)).default([]);
  if (schema instanceof z.ZodRecord) return z.record(z.string(), loosened(schema.valueType));
  if (schema instanceof z.ZodNullable) return z.nullable(loosened(schema.unwrap())).default(null);
  if (schema instanceof z.ZodOptional) return z.optional(loosened(schema.unwrap()));
  if (schema instanceof z.ZodDefault) return loosened(schema.unwrap()).default(schema.def.defaultValue);
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(loosened));
  // What the gateway says is what comes out of it.
  if (schema instanceof z.ZodPipe) return loosened(schema.out);
  if (schema instanceof z.ZodBoolean) return z.boolean().default(false);
  if (schema instanceof z.ZodNull) return z.null().default(null);
  if (schema instanceof z.ZodNumber) return z.number();
  if (isText(schema)) return z.string();
  throw new TypeError(
    `no client can read ${schema instanceof z.ZodType ? schema.def.type : typeof schema} of another version`,
  );
}

/** Including closed sets of texts, which other versions may have other values of. */
function isText(schema: unknown): boolean {
  if (schema instanceof z.ZodEnum) return schema.options.every((value) => typeof value === 'string');
  if (schema instanceof z.ZodLiteral) return [...schema.values].every((value) => typeof value === 'string');
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat;
}

/** An object whose members may all be absent may be absent too; but a value with none of them is something else. */
function looseObject({ shape }: z.ZodObject): z.ZodType {
  const object = z.looseObject(
    Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, loosened(member)])),
  );
  const absent = object.safeParse({});
  if (!absent.success) return object;
  const names = Object.keys(shape);
  return z
    .looseObject({})
    .refine((value) => names.some((name) => Object.hasOwn(value, name)))
    .pipe(object)
    .default(absent.data);
}
