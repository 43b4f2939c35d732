// Limits on passing a document on. The national format has no element for them, so they stand as fixed phrases behind the
// sphere of promulgation, from where they are read back.

import { CIRCULATIONS, type Circulation, type OtherInfo } from '../message/message.ts';
import { present } from '../message/present.ts';
import { trimmed } from '../xml/spaces.ts';

/** The wording of NĐ 30/2020. */
const PHRASES: Readonly<Record<Circulation, string>> = {
  internal: 'lưu hành nội bộ',
  'return-after-reading': 'xem xong trả lại',
  'named-person': 'đích danh',
};

const SEPARATOR = '; ';

export interface Sphere {
  readonly sphereOfPromulgation?: string | undefined;
  /** Absent where there is no limit. */
  readonly circulation?: readonly Circulation[];
}

/** The text of `SphereOfPromulgation`: the sphere itself, then one phrase for each limit. */
export function joinSphere({ sphereOfPromulgation, circulation = [] }: Sphere): string | undefined {
  const pieces = [sphereOfPromulgation ?? '', ...circulation.map((limit) => PHRASES[limit])].filter(
    (piece) => piece !== '',
  );
  return pieces.length === 0 ? undefined : pieces.join(SEPARATOR);
}

/** The message with its limits behind the sphere, for a form that has no other place for them. */
export function withSphere<T extends { readonly otherInfo: OtherInfo; readonly circulation?: readonly Circulation[] }>(
  message: T,
): T {
  const { otherInfo, circulation } = message;
  if (circulation === undefined) return message;
  const sphereOfPromulgation = joinSphere({ ...otherInfo, circulation });
  return { ...message, otherInfo: { ...otherInfo, ...present({ sphereOfPromulgation }) } };
}

/**
 * The reverse. Only text that `joinSphere` would write again letter for letter counts as a limit; the rest stays text.
 */
export function splitSphere(text: string): Sphere {
  if (text === '') return {};
  const pieces = text.split(SEPARATOR);
  const limits: Circulation[] = [];
  for (let last = pieces.at(-1); last !== undefined; last = pieces.at(-1)) {
    const limit = limitOf(last);
    if (limit === undefined || limits.includes(limit)) break;
    limits.unshift(limit);
    pieces.pop();
  }
  const rest = pieces.join(SEPARATOR);
  if (limits.length === 0 || rest !== trimmed(rest) || (pieces.length > 0 && rest === ''))
    return { sphereOfPromulgation: text };
  return rest === '' ? { circulation: limits } : { sphereOfPromulgation: rest, circulation: limits };
}

function limitOf(phrase: string): Circulation | undefined {
  return CIRCULATIONS.find((limit) => PHRASES[limit] === phrase);
}
