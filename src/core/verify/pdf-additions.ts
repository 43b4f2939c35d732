// What later revisions added to a signed file, as one signature sees it: what it permits, whose the later signature is that
// brought it, and how much of a page it covers (src/decisions/0018-additions.md).

import type { Addition, AdditionKind } from '../pdf/addition.ts';
import { type Permission, permissionFor } from '../pdf/permissions.ts';
import type { PdfSignature } from '../pdf/read.ts';
import { type Facts, type Finding, mostTelling } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { findingOf } from './check.ts';
import { type Ground, type Grounds, UNKNOWN_GROUND } from './ground.ts';
import type { AdditionReport, PdfSignatureReport, SignerKind } from './pdf-report.ts';

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
  grounds: Grounds,
): { readonly additions: readonly AdditionReport[]; readonly findings: readonly Finding[] } {
  if (!revisions.ok) {
    // Where readers have to guess what a later revision says, each guesses for itself what a page shows.
    const severity = revisions.code === 'pdf-limits' ? 'undecided' : 'error';
    return { additions: [], findings: [findingOf(revisions, severity)] };
  }
  const all = revisions.value.flatMap(({ revision, additions }) =>
    additions.map((addition): Entry => ({ revision, addition, ground: grounds.get(addition) ?? UNKNOWN_GROUND })),
  );
  const findings = all.flatMap((entry): readonly Finding[] => {
    const permission = permissionFor(entry.addition, restrictions);
    if (typeof permission === 'object') return [finding(permission.undecided, 'undecided', entry)];
    return BY_PERMISSION[permission](entry, later);
  });
  const additions = all
    .filter(({ addition }) => addition.kind !== 'bookkeeping')
    .map((entry) => additionReport(entry, later))
    .toSorted((a, b) => weight(b) - weight(a));
  return {
    additions: additions.slice(0, MOST_TOLD),
    findings: mostTelling([...findings, ...coverFindings(all)], MOST_TOLD),
  };
}

interface Entry {
  readonly revision: number;
  readonly addition: Addition;
  readonly ground: Ground;
}

const BY_PERMISSION: Readonly<
  Record<Exclude<Permission, object>, (entry: Entry, later: LaterSignatures) => readonly Finding[]>
> = {
  allowed: (entry, later) => (entry.addition.kind === 'signing' ? pictureFindings(entry, later) : []),
  forbidden: (entry) => [changed(entry)],
  'on-paper': (entry) => (isOnPaper(entry) ? [] : [finding('pdf-field-filled', 'undecided', entry)]),
  'by-agency': completionFindings,
};

function finding(code: ProblemCode, severity: Finding['severity'], entry: Entry): Finding {
  return { code, severity, facts: factsOf(entry) };
}

function changed(entry: Entry): Finding {
  return finding('pdf-changed-after-signing', 'error', entry);
}

/** `change` is an `AdditionSubject`; page and millimetres where the addition is seen. */
function factsOf({ revision, addition: { subject, object, field, place }, ground: { words } }: Entry): Facts {
  return {
    revision,
    change: subject,
    object,
    ...(field === undefined ? {} : { field }),
    ...(place === undefined ? {} : { page: place.page }),
    ...(words === '' ? {} : { words }),
  };
}

/** Whether what was put there is seen, and hides nothing. */
function isOnPaper({ addition, ground }: Entry): boolean {
  return addition.place !== undefined && ground.state === 'blank';
}

/** Signers of the issuing organisation: its own seal covers a third of its person's signature, as Nghị định 30 asks. */
const OF_THE_ISSUER: ReadonlySet<SignerKind> = new Set(['agency', 'competent-person']);

/** A picture is worth what the signature is that brought it. */
function pictureFindings(entry: Entry, later: LaterSignatures): readonly Finding[] {
  const { field = '', place } = entry.addition;
  if (place === undefined) return [];
  const signature = later.get(field);
  if (signature === undefined || signature.verdict === 'failed') return [changed(entry)];
  if (signature.signerKind === 'other') return [finding('pdf-picture-by-stranger', 'undecided', entry)];
  if (OF_THE_ISSUER.has(signature.signerKind) || isOnPaper(entry)) return [];
  return [finding('pdf-picture-covers-text', 'undecided', entry)];
}

/**
 * State practice hands number, date and stamp to the agency's act of signing, after the person has signed. They pass on empty
 * paper, and only by a signature of the issuing agency over them.
 */
function completionFindings(entry: Entry, later: LaterSignatures): readonly Finding[] {
  const { kind } = entry.addition;
  // What covers something of a page is never completed: it is changed. A field may have shown a value before.
  const otherwise = kind === 'filling' ? finding('pdf-field-filled', 'undecided', entry) : changed(entry);
  if (!isOnPaper(entry)) return [otherwise];
  const covers = [...later.values()].filter(({ revision }) => (revision ?? 0) >= entry.revision);
  const agency = covers.find(({ signerKind, verdict }) => signerKind === 'agency' && verdict !== 'failed');
  if (agency !== undefined) {
    const isConfirmed = agency.verdict === 'passed';
    return [isConfirmed ? finding('pdf-completed-by-agency', 'info', entry) : unconfirmed(entry)];
  }
  // Nobody was asked whose certificate it is.
  const isUncompared = covers.some(({ signerKind, verdict }) => signerKind === 'unknown' && verdict !== 'failed');
  return [isUncompared ? unconfirmed(entry) : otherwise];
}

function unconfirmed(entry: Entry): Finding {
  return finding('pdf-completion-unconfirmed', 'undecided', entry);
}

/** Pictures of later signatures, and what was filled in, that take more of a page together than any seal does. */
const OVER_A_PAGE: ReadonlySet<AdditionKind> = new Set(['signing', 'filling', 'completing']);

function coverFindings(all: readonly Entry[]): Finding[] {
  const shares = new Map<number, number>();
  for (const { addition } of all) {
    const { kind, place } = addition;
    if (OVER_A_PAGE.has(kind) && place !== undefined)
      shares.set(place.page, (shares.get(place.page) ?? 0) + place.share);
  }
  return [...shares].flatMap(([page, share]): Finding[] => {
    if (share <= PICTURE_SHARE) return [];
    return [
      { code: 'pdf-picture-covers-page', severity: 'undecided', facts: { page, percent: Math.round(share * 100) } },
    ];
  });
}

function additionReport({ revision, addition, ground }: Entry, later: LaterSignatures): AdditionReport {
  const { kind, subject, place = null, field = null } = addition;
  const coveredBy = revision === 0 ? null : coverOf(revision, later);
  return {
    revision,
    kind,
    subject,
    place,
    field,
    coveredBy,
    ...(ground.state === 'covered' ? { covers: ground.words } : {}),
  };
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
