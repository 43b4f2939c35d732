// The addressees of a package, and whether its sender may speak for its organisations. The gateway guesses no
// addressee: when one recipient is not in order, it serves none.

import { mostTelling, refuse, refuseFor, ok, type Facts, type Finding, type Result } from '../problems/finding.ts';
import type { Message } from '../message/message.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Connection, Registry } from '../registry/registry.ts';
import type { Reach, Reached, Speaker } from './effects.ts';
import { isOpen, organisationNamed, resolve, type Resolved } from '../registry/snapshot.ts';

/** One organisation that gets the message, and the connection that takes it there. */
export interface Recipient {
  readonly organisation: string;
  readonly connection: string;
  /** Absent where `To` names the organisation and the package does not remove it. */
  readonly reach?: Reach;
}

/** Every code is today's code of its organisation. */
export interface Addressed {
  readonly sender: string;
  /** Of a status, its sender. */
  readonly issuer: string;
  /** Each organisation once, in the order in which the package names them. */
  readonly recipients: readonly Recipient[];
  readonly findings: readonly Finding[];
}

/** The sender and the issuer, where the connection that submitted the package may speak for both. */
export function speakerOf(
  message: Message,
  registry: Registry,
  connection: Connection,
  instant: Date,
): Result<Speaker> {
  const sender = senderOf(message, registry, connection, instant);
  if (!sender.ok) return sender;
  const issuer = issuerOf(message, registry, connection, sender.value);
  return issuer.ok ? ok({ sender: sender.value, issuer: issuer.value }) : issuer;
}

/**
 * Who speaks in a message, and which organisations of the registry its copies are for, each with its connection; refused where
 * the connection may not speak for them. `connection`: the one that submitted the package. `reached`: the addressees besides
 * those that `To` names.
 */
export function resolveAddressees(
  message: Message,
  registry: Registry,
  connection: Connection,
  instant: Date,
  reached: readonly Reached[] = [],
): Result<Addressed> {
  const standing = speakerOf(message, registry, connection, instant);
  if (!standing.ok) return standing;
  const recipients = recipientsOf(message, registry, standing.value.sender, instant, reached);
  return recipients.ok ? ok({ ...standing.value, ...recipients.value }) : recipients;
}

function senderOf(message: Message, registry: Registry, connection: Connection, instant: Date): Result<string> {
  const { organId } = message.from;
  const organisation = organisationNamed(registry, organId);
  if (
    organisation === undefined ||
    !isOpen(organisation, instant) ||
    !connection.sendsFor.includes(organisation.code)
  ) {
    return refuse('sender-not-authorised', { organId }, 'From/OrganId');
  }
  return ok(organisation.code);
}

/**
 * The issuing organisation stands in a DocumentId of the form `OrganId,date,number`, the way the national format makes
 * them; where the id has another form, or names no known organisation, the sender is taken for the issuer. A body that
 * is closed today may have issued the document, so its validity is not checked. Undefined when the sender is unknown as
 * well.
 */
export function issuingOrganisation(message: Message, registry: Registry): string | undefined {
  const sender = sendingOrganisation(message, registry);
  if (message.kind === 'status') return sender;
  const organId = /^([^,]+),[^,]*,/.exec(message.documentId)?.[1]?.trim();
  return (organId === undefined ? undefined : organisationNamed(registry, organId)?.code) ?? sender;
}

/** Undefined when it is unknown. */
export function sendingOrganisation(message: Message, registry: Registry): string | undefined {
  return organisationNamed(registry, message.from.organId)?.code;
}

function issuerOf(message: Message, registry: Registry, connection: Connection, sender: string): Result<string> {
  const issuer = issuingOrganisation(message, registry) ?? sender;
  if (issuer === sender || connection.issuers.includes(issuer)) return ok(issuer);
  return refuse('issuer-not-authorised', { organId: issuer }, 'DocumentId');
}

function recipientsOf(
  message: Message,
  registry: Registry,
  sender: string,
  instant: Date,
  reached: readonly Reached[],
): Result<Recipients> {
  const find = (organId: string): Found => {
    const resolved = resolve(registry, organId, instant);
    const designated = designatedConnection(resolved, registry);
    const problem = problemOf(resolved, designated, sender);
    if (problem !== undefined || resolved === undefined || designated === undefined)
      return { problem: problem ?? 'recipient-unknown' };
    return { ...resolved, code: resolved.organisation.code, connection: designated.id };
  };
  const recipients = new Map<string, Recipient>();
  const findings = [...addNamed(recipients, message, find), ...addReached(recipients, reached, find)];
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return refuseFor(error, mostTelling(findings));
  return ok({ recipients: [...recipients.values()], findings: mostTelling(findings) });
}

/** Adds the organisations that the package names in `To` or `ResponseFor`; answers how it names them. */
function addNamed(recipients: Map<string, Recipient>, message: Message, find: Find): readonly Finding[] {
  return addressees(message).flatMap(({ organId, place }) => {
    const organisation = find(organId);
    if ('problem' in organisation) return [finding('error', organisation.problem, { organId }, place)];
    const { code, connection, byAlias, bySuccession } = organisation;
    const repeated = recipients.has(code);
    recipients.set(code, { organisation: code, connection });
    return [
      ...(byAlias ? [finding('info', 'recipient-alias', { organId, code }, place)] : []),
      ...(bySuccession ? [finding('warning', 'recipient-succeeded', { organId, code }, place)] : []),
      ...(repeated ? [finding('info', 'recipient-repeated', { organId }, place)] : []),
    ];
  });
}

/** Adds the addressees of `reached` that the package does not name. */
function addReached(recipients: Map<string, Recipient>, reached: readonly Reached[], find: Find): readonly Finding[] {
  const holders = new Set(reached.filter(({ reach }) => reach === 'holder').map(({ organId }) => organId));
  return reached.flatMap(({ organId, reach, place }) => {
    const organisation = find(organId);
    if ('problem' in organisation) {
      // An addressee that the sender names must be in order; an organisation that merely holds a copy may be out of
      // reach.
      return reach === 'added'
        ? [finding('error', organisation.problem, { organId }, place)]
        : [finding('warning', 'holder-unreachable', { organId, reason: organisation.problem }, place)];
    }
    const { code, connection } = organisation;
    const isRepeated = recipients.has(code);
    if (reach === 'removed') {
      // An organisation without a copy gets no update that only tells it that it was removed.
      if (!isRepeated && !holders.has(code) && !holders.has(organId))
        return [finding('info', 'receiver-not-holding', { organId }, place)];
      recipients.set(code, { organisation: code, connection, reach });
      return [];
    }
    if (isRepeated) return [];
    recipients.set(code, { organisation: code, connection, reach });
    return [finding('info', 'recipient-reached', { organId: code }, place)];
  });
}

type Recipients = Pick<Addressed, 'recipients' | 'findings'>;

/** An organisation in order, or what is wrong with it. */
type Find = (organId: string) => Found;

type Found = { readonly problem: ProblemCode } | (Resolved & { readonly code: string; readonly connection: string });

/** A status is for the organisation its ResponseFor names, whichever of the two issued the document. */
function addressees(message: Message): readonly { readonly organId: string; readonly place: string }[] {
  if (message.kind === 'status') return [{ organId: message.responseFor.organId, place: 'ResponseFor/OrganId' }];
  return message.to.map(({ organId }, index) => ({ organId, place: `To[${index + 1}]/OrganId` }));
}

function designatedConnection(organisation: Resolved | undefined, registry: Registry): Connection | undefined {
  if (organisation?.organisation.receivingConnection === undefined) return undefined;
  const connection = registry.connections.get(organisation.organisation.receivingConnection);
  return connection !== undefined && servedBy(connection).has(organisation.organisation.code) ? connection : undefined;
}

/** A snapshot never changes, and a hub may serve ten thousand organisations. */
const served = new WeakMap<Connection, ReadonlySet<string>>();

function servedBy(connection: Connection): ReadonlySet<string> {
  const codes = served.get(connection) ?? new Set(connection.receivesFor);
  served.set(connection, codes);
  return codes;
}

function problemOf(
  organisation: Resolved | undefined,
  designated: Connection | undefined,
  sender: string,
): ProblemCode | undefined {
  if (organisation === undefined) return 'recipient-unknown';
  if (organisation.organisation.suspended) return 'recipient-suspended';
  if (organisation.organisation.code === sender) return 'recipient-is-sender';
  return designated === undefined ? 'recipient-no-connection' : undefined;
}

function finding(severity: Finding['severity'], code: ProblemCode, facts: Facts, place: string): Finding {
  return { code, severity, facts, place };
}
