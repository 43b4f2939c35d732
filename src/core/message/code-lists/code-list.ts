// The shape of a list of codes. Every row names its source and its confidence, because the tables of the standard could
// not all be read in the legal text: a row is corrected here, and `schemas/code-lists/` follows.

/**
 * How far a fact is to be trusted. H: read in the standard's own artefact; M: two sources that agree, or one good one;
 * L: one weak source, or inferred; U: unknown. Two letters: between them.
 */
export type Confidence = 'H' | 'H-M' | 'M' | 'M-L' | 'L' | 'U';

export interface Sourced {
  readonly confidence: Confidence;
  readonly source: string;
}

export interface CodeRow extends Sourced {
  /** As written in a package. */
  readonly code: string;
}

/** The code of a named party: the name is a fact of the list, and not translated. */
export interface NamedRow extends CodeRow {
  readonly vi: string;
}

export interface CodeList<Row extends Sourced = Sourced> {
  readonly title: string;
  readonly note: string;
  readonly rows: readonly Row[];
}
