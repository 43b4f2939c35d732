// TypeScript types of the contract's schemas, for the views that make an answer and the clients that read it.

import type { z } from 'zod';

/** The value that a schema describes, read only. */
export type Shape<Schema extends z.ZodType> = ReadOnly<z.output<Schema>>;

type ReadOnly<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: ReadOnly<Value[Name]> }
    : Value;

/**
 * `Value` where it has no member that `Declared` lacks; such a member becomes `never`. Types alone let a variable with
 * more members pass, and the answer would reveal members outside the contract.
 */
export type Exactly<Declared, Value> = Value extends readonly (infer Item)[]
  ? readonly Exactly<ItemOf<Declared>, Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Exactly<MemberOf<Declared, Name>, Value[Name]> }
    : Value & Declared;

type ItemOf<Declared> = Declared extends readonly (infer Item)[] ? Item : never;

type MemberOf<Declared, Name> = Declared extends object
  ? Name extends keyof Declared
    ? Declared[Name]
    : never
  : never;
