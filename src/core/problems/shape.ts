// What is wrong with the shape of data that a person wrote (settings, credentials, a registry), as facts that words in any
// language are made from.

import type { z } from 'zod';
import type { Facts } from './finding.ts';

/** What can be wrong with one member. */
export const SHAPE_FAULTS = [
  'absent',
  'kind-wrong',
  'choice-wrong',
  'form-wrong',
  'too-large',
  'too-small',
  'member-unknown',
  'rule-broken',
] as const;

export type ShapeFault = (typeof SHAPE_FAULTS)[number];

/** The first fault: `place` (its path, dots between), `fault`, and what the words of that fault speak of. */
export function shapeFault(error: z.ZodError, input: unknown): Facts {
  const [issue] = error.issues;
  if (issue === undefined) return { place: '/', fault: 'rule-broken', rule: '' };
  const place = issue.path.length === 0 ? '/' : issue.path.join('.');
  return { place, ...factsOf(issue, input) };
}

function factsOf(issue: z.core.$ZodIssue, input: unknown): Facts & { readonly fault: ShapeFault } {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(input, issue.path) === undefined
        ? { fault: 'absent' }
        : { fault: 'kind-wrong', expected: issue.expected };
    case 'invalid_value':
      return { fault: 'choice-wrong', choices: issue.values.map(String).join(', ') };
    case 'too_big':
      return { fault: 'too-large', most: String(issue.maximum) };
    case 'too_small':
      return { fault: 'too-small', least: String(issue.minimum) };
    case 'unrecognized_keys':
      return { fault: 'member-unknown', members: issue.keys.join(', ') };
    case 'custom':
      return { fault: 'rule-broken', rule: issue.message };
    default:
      return { fault: 'form-wrong' };
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    input,
  );
}
