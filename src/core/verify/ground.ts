// The ground of an addition: what the page showed in its place to those who signed before. Seals are put on empty paper, and
// an issuing agency's over the signature of its person; whatever else is covered would be hidden.

import type { Addition, PagePlace } from '../pdf/addition.ts';
import { isUsable, type PdfDocument, type PdfSignature } from '../pdf/read.ts';

/** `blank`: one colour all over, leader dots and blanks aside. `unknown`: nobody could look. */
export type GroundState = (typeof GROUND_STATES)[number];

export const GROUND_STATES = ['blank', 'covered', 'unknown'] as const;

export interface Ground {
  readonly state: GroundState;
  /** The words that are covered, cut to `WORDS_TOLD` characters; empty where they are a picture, or none. */
  readonly words: string;
}

export const UNKNOWN_GROUND: Ground = { state: 'unknown', words: '' };

/** Characters of covered words; enough to see which sentence it is. */
export const WORDS_TOLD = 200;

/** By the addition itself, as the file's signatures list it; what is not listed is unknown. */
export type Grounds = ReadonlyMap<Addition, Ground>;

export const NO_GROUNDS: Grounds = new Map();

/** Something that a later revision put on a page, and the first bytes of the file that were signed before. */
export interface Footprint {
  readonly addition: Addition;
  readonly place: PagePlace;
  /** Bytes from the file's header. */
  readonly signedBytes: number;
}

/** Kinds that may be allowed where the ground is blank, or where the issuing agency puts them. */
const ON_PAPER: ReadonlySet<Addition['kind']> = new Set(['signing', 'completing', 'filling']);

/** Every addition whose ground matters, each once. */
export function footprintsOf({ signatures }: PdfDocument): readonly Footprint[] {
  const footprints = new Map<Addition, Footprint>();
  for (const signature of signatures) {
    if (!isUsable(signature) || !signature.revisions.ok) continue;
    for (const { signedBytes, additions } of signature.revisions.value) {
      for (const addition of additions) {
        const { kind, place } = addition;
        if (ON_PAPER.has(kind) && place !== undefined) footprints.set(addition, { addition, place, signedBytes });
      }
    }
  }
  return [...footprints.values()];
}

/** A PDF file that was read, with what has to be taken from its bytes. */
export interface OpenedPdf {
  readonly document: PdfDocument;
  /** The digest of what a usable signature covers. */
  readonly digestOf: (signature: PdfSignature) => Buffer;
  readonly grounds: Grounds;
}
