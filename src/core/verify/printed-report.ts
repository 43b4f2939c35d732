// The content of the printed report, before a printer lays it out.

import type { Verdict } from '../problems/finding.ts';
import type { Language } from '../message/language.ts';

/** One line, with or without a label. Every text is free of control characters and of limited length. */
export interface PrintedLine {
  readonly label: string | null;
  readonly text: string;
}

export interface PrintedSection {
  readonly heading: string;
  readonly lines: readonly PrintedLine[];
}

export interface PrintedReport {
  readonly language: Language;
  readonly title: string;
  /** Printed on every page. */
  readonly id: string;
  readonly verdict: Verdict;
  /** The verdict in words, its cause and what to do. */
  readonly conclusion: readonly PrintedLine[];
  readonly sections: readonly PrintedSection[];
  /** The one date a printer may put into the file. */
  readonly at: Date;
}
