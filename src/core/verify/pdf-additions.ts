// What later revisions added to a signed file, as one signature sees it: what it permits, whose the later signature is that
// brought it, and how much of a page it covers (src/decisions/0018-additions.md).

import type { Addition, AdditionKind } from '../pdf/addition.ts';
import { permissionFor } from '../pdf/permissions.ts';
import type { PdfSignature } from '../pdf/read.ts';
import { type Facts, type Finding, mostTelling } from '../problems/finding.ts';
import { findingOf } from './check.ts';
import type { AdditionReport, PdfSignatureReport } from './pdf-report.ts';

/** What a later signature came to, by the name of its field. */
export type LaterSignatures = ReadonlyMap<
  string,
  Pick<PdfSignatureReport, 'verdict' | 'signer' | 'signerKind' | 'revision'>
>;

/** Additions and findings told of one signature; a hostile file could make tens of thousands. */
const MOST_TOLD = 20;

/**
 * Share of a page that the pictures of later signatures may take together. An agency's seal is 36 to 42 mm wide, a thirtieth
 * of an A4 page, and a picture beside it with name and time not much larger; a quarter of the page hides text.
 */
const PICTURE_SHARE = 0.25;

/** What was added after a signature, and the findings on it. `later`: every signature that is newer. */
export function judgeAdditions(
  { revisions, restrictions }: PdfSignature,
  later: LaterSignatures,
): { readonly additions: readonly AdditionReport[]; readonly findings: readonly Finding[] } {
  if (!revisions.ok) {
    // Where readers have to guess what a later revision says, each guesses for itself what a page shows.
    const severity = revisions.code === 'pdf-limits' ? 'undecided' : 'error';
    return { additions: [], findings: [findingOf(revisions, severity)] };
  }
  const all = revisions.value.flatMap(({ revision, additions }) =>
    additions.map((addition): Told => ({ revision, addition })),
  );
  const findings = all.flatMap((told): Finding[] => {
    const permission = permissionFor(told.addition, restrictions);
    if (permission === 'forbidden') return [changed(told)];
    if (permission !== 'allowed') return [{ code: permission.undecided, severity: 'undecided', facts: factsOf(told) }];
    return told.addition.kind === 'signing' ? pictureFindings(told, later) : [];
  });
  const additions = all
    .filter(({ addition }) => addition.kind !== 'bookkeeping')
    .map((told) => additionReport(told, later))
    .toSorted((a, b) => weight(b) - weight(a));
  return {
    additions: additions.slice(0, MOST_TOLD),
    findings: mostTelling([...findings, ...coverFindings(all)], MOST_TOLD),
  };
}

interface Told {
  readonly revision: number;
  readonly addition: Addition;
}

function changed(told: Told): Finding {
  return { code: 'pdf-changed-after-signing', severity: 'error', facts: factsOf(told) };
}

/** `change` is an `AdditionSubject`; page and millimetres where the addition is seen. */
function factsOf({ revision, addition: { subject, object, field, place } }: Told): Facts {
  return {
    revision,
    change: subject,
    object,
    ...(field === undefined ? {} : { field }),
    ...(place === undefined ? {} : { page: place.page }),
  };
}

/** A picture is worth what the signature is that brought it. */
function pictureFindings(told: Told, later: LaterSignatures): Finding[] {
  const { field = '', place } = told.addition;
  if (place === undefined) return [];
  const signature = later.get(field);
  if (signature === undefined || signature.verdict === 'failed') return [changed(told)];
  if (signature.signerKind !== 'other') return [];
  return [{ code: 'pdf-picture-by-stranger', severity: 'undecided', facts: factsOf(told) }];
}

/** Pictures of later signatures that take more of a page together than any seal does. */
function coverFindings(all: readonly Told[]): Finding[] {
  const shares = new Map<number, number>();
  for (const { addition } of all) {
    const { kind, place } = addition;
    if (kind === 'signing' && place !== undefined) shares.set(place.page, (shares.get(place.page) ?? 0) + place.share);
  }
  return [...shares].flatMap(([page, share]): Finding[] => {
    if (share <= PICTURE_SHARE) return [];
    return [
      { code: 'pdf-picture-covers-page', severity: 'undecided', facts: { page, percent: Math.round(share * 100) } },
    ];
  });
}

function additionReport({ revision, addition }: Told, later: LaterSignatures): AdditionReport {
  const { kind, subject, place = null, field = null } = addition;
  return { revision, kind, subject, place, field, coveredBy: revision === 0 ? null : coverOf(revision, later) };
}

function coverOf(revision: number, later: LaterSignatures): AdditionReport['coveredBy'] {
  const [first] = [...later]
    .filter(([, signature]) => signature.revision !== null && signature.revision >= revision)
    .toSorted(([, a], [, b]) => (a.revision ?? 0) - (b.revision ?? 0));
  return first === undefined ? null : { field: first[0], signer: first[1].signer?.subject ?? null };
}

/** The higher, the more it matters to a reader who is told only some. */
const WEIGHT: Readonly<Record<AdditionKind, number>> = {
  unknown: 4,
  changing: 4,
  colouring: 3,
  completing: 3,
  filling: 2,
  signing: 1,
  preparing: 0,
  bookkeeping: 0,
};

function weight({ kind }: AdditionReport): number {
  return WEIGHT[kind];
}
