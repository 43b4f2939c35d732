// Forecasts when trusted and intermediate authorities, revocation lists, enrolments and the certificates of signers
// end, and which organisations' documents are refused or held from then on. It joins authorities by name, does not
// check signatures again, and knows only certificates that the gateway has seen.

import type { Enrolment, Registry } from '../registry/registry.ts';
import { instantOf } from '../message/vietnam-time.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { matchByKey, matchBySubject } from './enrolment.ts';
import { grouped } from './groups.ts';
import { nameKey } from './name.ts';
import type { TrustAnchor } from './path.ts';
import { type Trust, readTrust } from './trust.ts';

export type EndKind = 'anchor' | 'intermediate' | 'list' | 'enrolment' | 'signer';

/** One thing that ends. */
export interface End {
  readonly kind: EndKind;
  /** Milliseconds since 1970; `Infinity`: no end is stated. */
  readonly at: number;
  /** RFC 2253 name of the certificate or the list's issuer, or the organisation's code for an enrolment. */
  readonly name: string;
  /** Serial number of a certificate (hex), or what tells enrolments of one organisation apart. */
  readonly mark: string;
}

export interface HorizonLine extends End {
  /** Codes of organisations whose documents fare so from then on, because nothing else they have lasts longer. */
  readonly organisations: readonly string[];
  readonly effect: 'refused' | 'held';
}

export interface Horizon {
  /** Soonest first. What has ended already stands here only where organisations have nothing else. */
  readonly lines: readonly HorizonLine[];
  /** Organisations enrolled by a key or subject whose certificate was never seen: its end is not known. */
  readonly unseen: readonly string[];
  /** Organisations for whose certificates no way to a trusted authority is known here; packages may bring one along. */
  readonly withoutPath: readonly string[];
}

export interface HorizonQuestion {
  readonly registry: Pick<Registry, 'anchors' | 'intermediates' | 'crls' | 'enrolments'>;
  /** Certificates that verdicts rested on, signers' and authorities' alike. */
  readonly signers: readonly Certificate[];
  readonly instant: Date;
  readonly days: number;
}

const DAY = 24 * 3600 * 1000;

/** Looks ahead from an instant. Pure. */
export function horizonOf({ registry, signers, instant, days }: HorizonQuestion): Horizon {
  const trust = readTrust(registry);
  const ground = groundOf(trust, signers);
  const standings = [...registry.enrolments].map(([code, enrolments]) => standingOf(code, enrolments, ground, instant));
  const [now, last] = [instant.getTime(), instant.getTime() + days * DAY];
  const lines = [...refusals(ground, standings), ...holds(ground, standings)]
    .filter(({ at, organisations }) => at <= last && (at > now || organisations.length > 0))
    .toSorted((a, b) => a.at - b.at || compare(a.kind, b.kind) || compare(a.name, b.name));
  const codes = (isMeant: (standing: Standing) => boolean): string[] =>
    standings
      .filter(isMeant)
      .map(({ code }) => code)
      .toSorted(compare);
  return {
    lines,
    unseen: codes(({ isUnseen }) => isUnseen),
    withoutPath: codes(({ isWithoutPath }) => isWithoutPath),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Intermediates between leaf and anchor, as many as a path may have. */
const DEEPEST = 8;

interface Ground {
  /** Of those that sign: who stamps time or connects breaks no document. */
  readonly anchors: readonly TrustAnchor[];
  readonly intermediates: readonly Certificate[];
  readonly signers: readonly Certificate[];
  /** The newest list of each authority. */
  readonly lists: readonly Crl[];
  /** Certificates of signers by what an enrolment may name them by. */
  readonly byMatch: ReadonlyMap<string, readonly Certificate[]>;
  /** Authorities by comparable name: the way up that lasts longest. */
  readonly waysUp: ReadonlyMap<string, Way>;
}

function groundOf(trust: Trust, candidates: readonly Certificate[]): Ground {
  const isAuthority = (certificate: Certificate): boolean => certificate.basicConstraints?.authority === true;
  const anchors = trust.anchors.filter(({ purposes }) => {
    return purposes.includes('package-signature') || purposes.includes('document-signature');
  });
  const anchored = new Set(trust.anchors.map(({ certificate }) => certificate.fingerprint));
  const authorities = [...trust.intermediates, ...candidates.filter(isAuthority)].filter((certificate) => {
    return !anchored.has(certificate.fingerprint);
  });
  const intermediates = [...new Map(authorities.map((certificate) => [certificate.fingerprint, certificate])).values()];
  const signers = candidates.filter((certificate) => !isAuthority(certificate));
  const issuers = signers.flatMap((certificate) => {
    return [matchByKey(certificate), matchBySubject(certificate)].map((match) => ({ key: keyOf(match), certificate }));
  });
  const byMatch = grouped(issuers, ({ key }) => key);
  return {
    anchors,
    intermediates,
    signers,
    lists: [...trust.crls.values()].flatMap(([newest]) => newest ?? []),
    byMatch: new Map([...byMatch].map(([key, pairs]) => [key, pairs.map(({ certificate }) => certificate)])),
    waysUp: waysUpOf(anchors, intermediates),
  };
}

function keyOf(match: Enrolment['match']): string {
  return match.by === 'key' ? match.keySha256 : `${match.issuer} ${match.subject}`;
}

/** A way from an issuer up to an anchor: what of it ends first, and who is on it. */
interface Way {
  readonly end: End;
  /** Comparable names of the authorities whose lists are asked; none under an anchor that publishes none. */
  readonly issuers: readonly string[];
}

const sooner = (a: End, b: End): End => (b.at < a.at ? b : a);

function longest(ways: readonly Way[]): Way | undefined {
  return ways.toSorted((a, b) => b.end.at - a.end.at)[0];
}

/** From the anchors down, one layer a round: a way is kept while it lasts longer than the one known. */
function waysUpOf(anchors: readonly TrustAnchor[], intermediates: readonly Certificate[]): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  const offer = (subjectKey: string, way: Way): void => {
    const memory = ways.get(subjectKey);
    if (memory === undefined || way.end.at > memory.end.at) ways.set(subjectKey, way);
  };
  for (const anchor of anchors) {
    const { subjectKey } = anchor.certificate;
    offer(subjectKey, { end: endOfAnchor(anchor), issuers: anchor.revocation === 'required' ? [subjectKey] : [] });
  }
  for (let round = 0; round < DEEPEST; round += 1) {
    for (const certificate of intermediates) {
      const up = ways.get(certificate.issuerKey);
      if (up === undefined) continue;
      const issuers = up.issuers.length === 0 ? [] : [certificate.subjectKey, ...up.issuers];
      offer(certificate.subjectKey, { end: sooner(endOfCertificate('intermediate', certificate), up.end), issuers });
    }
  }
  return ways;
}

function endOfCertificate(kind: EndKind, { notAfter, subjectText, serial }: Certificate): End {
  return { kind, at: notAfter, name: subjectText, mark: serial };
}

/** Of the certificate, or of the trust in it, whichever is first. */
function endOfAnchor({ certificate, validTo }: TrustAnchor): End {
  const end = endOfCertificate('anchor', certificate);
  return { ...end, at: Math.min(end.at, validTo) };
}

/** The time until which an organisation's documents are taken, and its end's cause. */
interface Standing {
  readonly code: string;
  readonly best: Way | undefined;
  readonly enrolments: readonly End[];
  readonly isUnseen: boolean;
  readonly isWithoutPath: boolean;
}

function standingOf(code: string, enrolments: readonly Enrolment[], ground: Ground, instant: Date): Standing {
  const ends = enrolments.map((enrolment) => {
    const certificates = ground.byMatch.get(keyOf(enrolment.match)) ?? [];
    return { enrolment, certificates, ways: waysOf(enrolment, code, certificates, ground) };
  });
  const current = ends.filter(({ enrolment }) => endOfEnrolment(code, enrolment).at > instant.getTime());
  return {
    code,
    best: longest(ends.flatMap(({ ways }) => ways)),
    enrolments: enrolments.map((enrolment) => endOfEnrolment(code, enrolment)),
    isUnseen: current.some(({ certificates }) => certificates.length === 0),
    isWithoutPath: current.some(({ certificates, ways }) => certificates.length > 0 && ways.length === 0),
  };
}

/** Of an enrolment by subject, the issuer is known even before a certificate was seen; of one by key, nothing. */
function waysOf(
  enrolment: Enrolment,
  code: string,
  certificates: readonly Certificate[],
  ground: Ground,
): readonly Way[] {
  const enrolmentEnd = endOfEnrolment(code, enrolment);
  const { match } = enrolment;
  const starts =
    certificates.length > 0
      ? certificates.map((certificate) => ({
          issuerKey: certificate.issuerKey,
          end: sooner(endOfCertificate('signer', certificate), enrolmentEnd),
        }))
      : match.by === 'subject'
        ? [{ issuerKey: nameKey(Buffer.from(match.issuer, 'base64')), end: enrolmentEnd }]
        : [];
  return starts.flatMap(({ issuerKey, end }) => {
    const up = ground.waysUp.get(issuerKey);
    return up === undefined ? [] : [{ ...up, end: sooner(end, up.end) }];
  });
}

function endOfEnrolment(code: string, { match, validTo }: Enrolment): End {
  const mark = match.by === 'key' ? match.keySha256 : match.subject;
  return { kind: 'enrolment', at: validTo === undefined ? Infinity : instantOf(validTo), name: code, mark };
}

const endKey = ({ kind, at, name, mark }: End): string => JSON.stringify([kind, at, name, mark]);

/** Everything that ends, also where no organisation depends on it. */
function refusals(ground: Ground, standings: readonly Standing[]): readonly HorizonLine[] {
  const hit = grouped(
    standings.flatMap(({ code, best }) => (best === undefined ? [] : [{ code, key: endKey(best.end) }])),
    ({ key }) => key,
  );
  const ends = [
    ...ground.anchors.map(endOfAnchor),
    ...ground.intermediates.map((certificate) => endOfCertificate('intermediate', certificate)),
    ...ground.signers.map((certificate) => endOfCertificate('signer', certificate)),
    ...standings.flatMap(({ enrolments }) => enrolments),
  ];
  const distinct = new Map(ends.map((end) => [endKey(end), end]));
  return [...distinct].map(([key, end]) => {
    const organisations = (hit.get(key) ?? []).map(({ code }) => code).toSorted(compare);
    return { ...end, effect: 'refused', organisations };
  });
}

/** Without a newer list, documents of the organisations under it are held. */
function holds(ground: Ground, standings: readonly Standing[]): readonly HorizonLine[] {
  return ground.lists.flatMap(({ issuerKey, issuerText, nextUpdate, number }): HorizonLine[] => {
    if (nextUpdate === null) return [];
    const under = standings.filter(({ best }) => best?.issuers.includes(issuerKey) === true);
    const organisations = under.map(({ code }) => code).toSorted(compare);
    return [{ kind: 'list', at: nextUpdate, name: issuerText, mark: number ?? '', effect: 'held', organisations }];
  });
}
