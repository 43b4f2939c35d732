// What a revision did to the catalog (ISO 32000-1 section 7.7.2) and the trailer, the pages and the form left aside.

import { createHash } from 'node:crypto';
import type { Addition, AdditionKind, AdditionSubject } from './addition.ts';
import { isGrown } from './growth.ts';
import { decode } from './filters.ts';
import { differingKeys, listIn, type Step } from './step.ts';
import { isDictionary, isReference, isStream, type PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

type Rule = readonly [AdditionKind, AdditionSubject];

/** What a difference under a key of the catalog means. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['AA', ['changing', 'actions']],
  ['Names', ['changing', 'actions']],
  ['OCProperties', ['changing', 'layers']],
  ['OpenAction', ['changing', 'actions']],
]);

const OTHER: Rule = ['unknown', 'document'];

/**
 * Keys that show nothing, such as the document security store (EN 319 142-1 section 5.4) and metadata, and those that are
 * compared otherwise.
 */
const SILENT: ReadonlySet<string> = new Set([
  ...['DSS', 'Extensions', 'Metadata', 'Version'],
  ...['AcroForm', 'OutputIntents', 'Pages', 'StructTreeRoot'],
]);

export function* catalogAdditions(step: Step): Generator<Addition, void, undefined> {
  const { before, after } = step;
  const object = catalogNumber(before);
  for (const key of differingKeys(step, before.catalog, after.catalog, object, SILENT)) {
    const [kind, subject] = RULES.get(key) ?? OTHER;
    yield { kind, subject, object };
  }
  yield* intentAdditions(step, object);
  if (!isGrown(step, before.catalog.entries.get('StructTreeRoot'), after.catalog.entries.get('StructTreeRoot')))
    yield { kind: 'changing', subject: 'structure', object };
  const [old, now] = [before, after].map(({ trailer }) => trailer.entries.get('Encrypt'));
  if (step.equality.difference(old, now, 0) !== undefined) yield { kind: 'changing', subject: 'encryption', object: 0 };
}

/**
 * Profiles by the lower-case hex SHA-256 of their bytes: how a reader shows colours of which the document says nothing else
 * is what it does without a profile.
 */
const KNOWN_PROFILES: ReadonlyMap<string, string> = new Map([
  ['4064240d928fddcc777915e2be0c81871c5ea9b6e08327ddbe6be9908fc22525', 'sRGB of Little CMS, which EU DSS embeds'],
]);

/** Output intents (ISO 32000-1 section 14.11.5) that were there stay; one of a known profile may come. */
function* intentAdditions(step: Step, object: number): Generator<Addition, void, undefined> {
  const { before, after, equality } = step;
  const [old, now] = [listIn(before, before.catalog, 'OutputIntents'), listIn(after, after.catalog, 'OutputIntents')];
  if (old.some((intent, index) => equality.difference(intent, now[index], object) !== undefined))
    yield { kind: 'changing', subject: 'output-intent', object };
  for (const intent of now.slice(old.length)) {
    if (!hasKnownProfile(after, intent)) yield { kind: 'colouring', subject: 'output-intent', object };
  }
}

function hasKnownProfile(view: PdfView, value: PdfValue): boolean {
  const intent = view.resolve(value);
  const profile = isDictionary(intent) ? view.resolve(intent.entries.get('DestOutputProfile')) : null;
  if (!isStream(profile)) return false;
  const bytes = decode(profile.dictionary, view.rawBytes(profile), view.file.work);
  return KNOWN_PROFILES.has(createHash('sha256').update(bytes).digest('hex'));
}

/** The object number of the catalog; 0 where it is no object of its own. */
export function catalogNumber({ trailer }: PdfView): number {
  const root = trailer.entries.get('Root');
  return isReference(root) ? root.object : 0;
}
