// Parameters in paths. The name of a parameter decides its values; any other value names nothing that exists.

import { z } from 'zod';
import { id } from './values.ts';

export const PARAMETERS = {
  id: { form: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, schema: id },
  n: { form: /^(?:0|[1-9]\d{0,4})$/, schema: z.int().min(0) },
} as const;

export type ParameterName = keyof typeof PARAMETERS;

/** The parameters of a path: `Params<'/v1/messages/{id}'>` has `id`. A name without a row above is none. */
export type Params<Path extends string> = Readonly<Record<NamesIn<Path> & ParameterName, string>>;

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The parameters of a path, in their order. */
export function parametersOf(path: string): readonly ParameterName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').filter(isParameter);
}

export function isParameter(name: string): name is ParameterName {
  return Object.hasOwn(PARAMETERS, name);
}
