// The registry at one version, and questions put to it. Time is an argument: an answer holds as of an instant.

import type { Anchor } from './anchor.ts';
import { vietnameseDate } from '../message/vietnam-time.ts';
import type { Client, Connection, Enrolment, Organisation, Registry } from './registry.ts';

/** The rows of one version, as a store reads them. */
export interface RegistryRows {
  readonly version: number;
  readonly organisations: readonly Organisation[];
  readonly connections: readonly Connection[];
  readonly clients: readonly Client[];
  readonly enrolments: readonly Enrolment[];
  readonly anchors: readonly Anchor[];
  readonly intermediates: readonly Buffer[];
  readonly crls: readonly Buffer[];
}

export function buildRegistry(rows: RegistryRows): Registry {
  const enrolments = new Map<string, readonly Enrolment[]>();
  for (const enrolment of rows.enrolments) {
    enrolments.set(enrolment.organisation, [...(enrolments.get(enrolment.organisation) ?? []), enrolment]);
  }
  return {
    version: rows.version,
    organisations: new Map(rows.organisations.map((organisation) => [organisation.code, organisation])),
    codes: codesOf(rows.organisations),
    connections: new Map(rows.connections.map((connection) => [connection.id, connection])),
    clients: new Map(rows.clients.map((client) => [client.id, client])),
    enrolments,
    anchors: rows.anchors,
    intermediates: rows.intermediates,
    crls: rows.crls,
  };
}

/** An organisation as a written code names it on a day. */
export interface Resolved {
  readonly organisation: Organisation;
  /** The written code is not today's code of the organisation. */
  readonly byAlias: boolean;
  /** The organisation succeeds a body that no longer exists. */
  readonly bySuccession: boolean;
}

/**
 * The organisation that a written code means at an instant. A closed body stands for its successor; a closed body
 * without successor, a body not yet founded and an unknown code mean none. Whole codes only: a parent's code never
 * means its child.
 */
export function resolve(registry: Registry, organId: string, instant: Date): Resolved | undefined {
  const today = vietnameseDate(instant);
  const codes = new Set<string>();
  let organisation = organisationNamed(registry, organId);
  const byAlias = organisation !== undefined && organisation.code !== organId;
  while (organisation?.validTo !== undefined && organisation.validTo <= today) {
    // A circle of successors names no organisation.
    if (organisation.successor === undefined || codes.has(organisation.code)) return undefined;
    codes.add(organisation.code);
    organisation = organisationNamed(registry, organisation.successor);
  }
  if (organisation === undefined || (organisation.validFrom ?? '') > today) return undefined;
  return { organisation, byAlias, bySuccession: codes.size > 0 };
}

/** The organisation of a code or alias, also of a closed one. */
export function organisationNamed(registry: Registry, organId: string): Organisation | undefined {
  const code = registry.codes.get(organId);
  return code === undefined ? undefined : registry.organisations.get(code);
}

export function isOpen(organisation: Organisation, instant: Date): boolean {
  const today = vietnameseDate(instant);
  return (
    (organisation.validFrom ?? '') <= today && (organisation.validTo === undefined || today < organisation.validTo)
  );
}

/**
 * Sets today's codes last, so that a code always means its own organisation even when another claims it as an alias.
 */
function codesOf(organisations: readonly Organisation[]): ReadonlyMap<string, string> {
  return new Map([
    ...organisations.flatMap(({ code, aliases }) => aliases.map((alias) => [alias, code] as const)),
    ...organisations.map(({ code }) => [code, code] as const),
  ]);
}
