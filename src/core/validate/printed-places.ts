// The addressees of a package against the places printed at the foot of the document (nơi nhận).
//
// Offices print these lists in many ways, and a false alarm teaches people to look away, so the check reports only
// certain differences. Names are compared without case, tones, brackets, bullets and punctuation, with the usual
// abbreviations written out. A printed place and an organisation are taken for the same as soon as one name stands in
// the other. Nothing is said
// - unless at least one printed place is exactly the name of an addressee: only then is the list one of names;
// - of addressees missing in print, when any place stands for several (“Như trên”, “Các sở, ngành”);
// - of a printed place without an addressee, unless it begins like the name of an authority (Bộ, Sở, UBND, HĐND, Cục,
//   Chi cục, Tổng cục), it is not the sender or the body above it, and every addressee has a name to compare with.

import { excerpt } from '../message/excerpt.ts';
import type { Finding } from '../problems/finding.ts';
import type { DocumentMessage, Organization } from '../message/message.ts';
import { noteFinding } from './check.ts';

/** Most places named one by one: beyond it the two lists are simply different. The gateway's own limit. */
const TOLD = 20;

/** Most comparisons of names: no office prints thousands of places for thousands of addressees. */
const COMPARISONS = 200_000;

const ARCHIVE = /^luu(?: |$)/;
const SEVERAL =
  /^(?:nhu|toan|tat ca|moi|thanh vien|lanh dao|don vi|co quan|nhung) | (?:cac|tren dia ban|truc thuoc) |^cac /;
const AUTHORITY =
  /^(?:bo|so|cuc|chi cuc|tong cuc|uy ban nhan dan|hoi dong nhan dan) (?!truong|pho|giam doc|chu tich|nhan su|phan|mon)/;

const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/\bubnd\b/g, 'uy ban nhan dan'],
  [/\bhdnd\b/g, 'hoi dong nhan dan'],
  [/\btp\b/g, 'thanh pho'],
  [/\bvp\b/g, 'van phong'],
];

interface Named {
  readonly keys: readonly string[];
  readonly label: string;
  readonly place: string;
}

export function printedPlaces(message: DocumentMessage): readonly Finding[] {
  const places = message.toPlaces.flatMap(linesOf).filter(({ keys: [key = ''] }) => key !== '' && !ARCHIVE.test(key));
  const addressees = message.to.map((to, index) => namesOf(to, `To[${index + 1}]`));
  if (places.length * addressees.length > COMPARISONS) return [];
  const names = new Set(addressees.flatMap(({ keys }) => keys));
  if (!places.some(({ keys: [key = ''] }) => names.has(key))) return [];
  return [...unprinted(addressees, places), ...unaddressed(places, addressees, namesOf(message.from, 'From'))];
}

function unprinted(addressees: readonly Named[], places: readonly Named[]): readonly Finding[] {
  if (places.some(({ keys: [key = ''] }) => SEVERAL.test(`${key} `))) return [];
  return addressees
    .filter((addressee) => addressee.keys.length > 0 && !places.some((place) => areSame(place, addressee)))
    .slice(0, TOLD)
    .map(({ label, place }) => noteFinding('warning', 'recipient-unprinted', { name: label }, place));
}

function unaddressed(places: readonly Named[], addressees: readonly Named[], sender: Named): readonly Finding[] {
  if (addressees.some(({ keys }) => keys.length === 0)) return [];
  return places
    .filter(({ keys: [key = ''] }) => AUTHORITY.test(`${key} `) && !SEVERAL.test(`${key} `))
    .filter((place) => ![sender, ...addressees].some((organisation) => areSame(place, organisation)))
    .slice(0, TOLD)
    .map(({ label, place }) => noteFinding('warning', 'place-unaddressed', { name: label }, place));
}

function areSame(place: Named, organisation: Named): boolean {
  return place.keys.some((key) => organisation.keys.some((name) => within(key, name) || within(name, key)));
}

/** Whether a name stands in another, by whole words. */
function within(part: string, whole: string): boolean {
  return ` ${whole} `.includes(` ${part} `);
}

/** Splits a printed place into its lines. */
function linesOf(text: string, index: number): readonly Named[] {
  return text
    .split(/[;\n]/)
    .map((line) => ({ keys: [keyOf(line)], label: labelOf(line), place: `ToPlaces/Place[${index + 1}]` }));
}

function namesOf({ organName, organizationInCharge }: Organization, place: string): Named {
  const keys = [organName, organizationInCharge].flatMap((name) => (name === undefined ? [] : [keyOf(name)]));
  return {
    keys: organName === undefined ? [] : keys.filter((key) => key !== ''),
    label: labelOf(organName ?? ''),
    place,
  };
}

function labelOf(text: string): string {
  return excerpt(text.replace(/^[\s\-–—+*•·]+|[\s.,:]+$/gu, ''), 100);
}

function keyOf(text: string): string {
  const plain = excerpt(text, 500)
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ABBREVIATIONS.reduce((key, [pattern, full]) => key.replace(pattern, full), plain);
}
