// The contract for a client that may be older or newer than its gateway.

import { z } from 'zod';
import type { Shape } from '../api/shape.ts';

/**
 * Reads answers of other versions of the gateway. A newer one has undeclared members, which pass, and further values of
 * an enumeration, which pass as text. An older one lacks members: a list is then empty, a nullable member null, a
 * boolean false.
 */
export function tolerant<Schema extends z.ZodType>(schema: Schema): z.ZodType<Shape<Schema>> {
  return loosened(schema) as z.ZodType<Shape<Schema>>;
}

function loosened(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodObject) return looseObject(schema);
  if (schema instanceof z.ZodArray) return z.array(loosened(schema.element)).default([]);
  if (schema instanceof z.ZodNullable) return z.nullable(loosened(schema.unwrap())).default(null);
  if (schema instanceof z.ZodOptional) return z.optional(loosened(schema.unwrap()));
  if (schema instanceof z.ZodDefault) return loosened(schema.unwrap()).default(schema.def.defaultValue);
  if (schema instanceof z.ZodBoolean) return z.boolean().default(false);
  if (schema instanceof z.ZodNumber) return z.number();
  if (schema instanceof z.ZodRecord) return schema;
  return z.string();
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
