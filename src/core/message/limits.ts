// How long the texts of a message may be. The standard's lengths could not be read in the legal text, so the believed
// ones only warn; the gateway's own refuse. A row of `fields.ts` names its limit.

import type { Confidence } from './code-lists/code-list.ts';
import { ORGAN_ID_LENGTH } from './code-lists/organisations.ts';

export interface TextLimit {
  /** Characters above which the gateway refuses a package: its own limit, far beyond any honest use. */
  readonly refused: number;
  /** The believed limit of the standard, beyond which the sender gets a warning. */
  readonly believed?: number;
  /** Confidence in `believed`. */
  readonly confidence?: Confidence;
  readonly source?: string;
}

/** The one weak source of lengths: a published database schema of an edXML client. */
const SCHEMA = { confidence: 'L', source: 'published client schema' } as const;

/** In characters. To be corrected here when the tables of QCVN 102:2016 and its amendment of 2022 can be read. */
export const TEXT_LIMITS = {
  organId: { refused: ORGAN_ID_LENGTH, believed: ORGAN_ID_LENGTH, confidence: 'M', source: 'QĐ 20/2020/QĐ-TTg' },
  organizationInCharge: { refused: 1000, believed: 200, ...SCHEMA },
  organName: { refused: 1000, believed: 200, ...SCHEMA },
  organAdd: { refused: 1000, believed: 250, ...SCHEMA },
  email: { refused: 500, believed: 100, ...SCHEMA },
  telephone: { refused: 250, believed: 50, ...SCHEMA },
  fax: { refused: 250, believed: 50, ...SCHEMA },
  website: { refused: 500, believed: 100, ...SCHEMA },
  documentId: { refused: 500, believed: 200, ...SCHEMA },
  codeNumber: { refused: 200, believed: 50, ...SCHEMA },
  codeNotation: { refused: 200, believed: 50, ...SCHEMA },
  place: { refused: 1000, believed: 50, ...SCHEMA },
  typeName: { refused: 500, believed: 100, ...SCHEMA },
  subject: { refused: 10_000, believed: 500, ...SCHEMA },
  content: { refused: 10_000, believed: 500, ...SCHEMA },
  competence: { refused: 500, believed: 100, ...SCHEMA },
  position: { refused: 500, believed: 100, ...SCHEMA },
  fullName: { refused: 500, believed: 50, ...SCHEMA },
  sphereOfPromulgation: { refused: 1000, believed: 100, ...SCHEMA },
  typerNotation: { refused: 200, believed: 10, ...SCHEMA },
  appendix: { refused: 10_000 },
  toPlace: { refused: 10_000 },
  reason: { refused: 10_000 },
  department: { refused: 1000, believed: 300, ...SCHEMA },
  staff: { refused: 1000, believed: 300, ...SCHEMA },
  mobile: { refused: 250, believed: 50, ...SCHEMA },
  description: { refused: 10_000 },
  attachmentName: { refused: 255 },
  contentId: { refused: 255 },
  contentType: { refused: 255 },
} as const satisfies Record<string, TextLimit>;

export type LimitName = keyof typeof TEXT_LIMITS;
