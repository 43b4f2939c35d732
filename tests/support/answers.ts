// Everything a gateway answers about some messages to some clients, in one value: what an older program answered from its
// data can be held against what today's answers from the same.

import { createHash } from 'node:crypto';
import { entriesOf } from './evidence.ts';

/** The gateway to ask, its clients, and the messages to ask about. */
export interface Question {
  readonly gateway: string;
  /** Secrets by client. */
  readonly clients: Readonly<Record<string, string>>;
  /** Ids by a name. */
  readonly messages: Readonly<Record<string, string>>;
}

/** By what was asked: the body where it is JSON, else its media type and SHA-256; words for people left out. */
export type Answers = Readonly<Record<string, unknown>>;

/** Of a container what is the same whenever it is made; its timeline tells of each time it was read. */
const REMADE = /^META-INF\/|^gateway\.pem$|^report\.pdf$|^trace\.json$/;

/** Reading content leaves a line in the timeline, so it comes last. */
const PARTS = [
  '',
  '/trace',
  '/report',
  '/package',
  '/package?format=json',
  '/package?format=agency',
  '/attachments/1',
  '/evidence',
] as const;

export async function askEverything({ gateway, clients, messages }: Question): Promise<Answers> {
  const answers: Record<string, unknown> = { '/v1/keys': await answerTo(`${gateway}/v1/keys`, {}) };
  const askers = await Promise.all(
    Object.entries(clients).map(async ([client, secret]) => ({
      client,
      headers: { authorization: `Bearer ${await tokenOf(gateway, client, secret)}` },
    })),
  );
  for (const { client, headers } of askers)
    answers[`${client}: inbox`] = await answerTo(`${gateway}/v1/inbox?limit=500`, headers);
  for (const part of PARTS) {
    for (const [name, id] of Object.entries(messages)) {
      for (const { client, headers } of askers) {
        const answer = await answerTo(`${gateway}/v1/messages/${id}${part}`, headers);
        if (answer !== null) answers[`${client}: ${name}${part}`] = answer;
      }
    }
  }
  return answers;
}

async function tokenOf(gateway: string, client: string, secret: string): Promise<string> {
  const answer = await fetch(`${gateway}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const granted = (await answer.json()) as { readonly access_token?: unknown };
  return String(granted.access_token);
}

/** Null for a message that the client has no part in. */
async function answerTo(url: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(url, { headers });
  if (answer.status === 404) return null;
  const type = answer.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isFile = answer.ok && /\/(package|attachments|evidence)/.test(url);
  if (!isFile) return { status: answer.status, json: withoutWords(JSON.parse(bytes.toString())) };
  if (url.endsWith('/evidence')) return { status: answer.status, type, entries: hashesOf(bytes) };
  return { status: answer.status, type, size: bytes.length, sha256: sha256(bytes) };
}

function hashesOf(container: Buffer): Readonly<Record<string, string>> {
  const fixed = entriesOf(container).filter(({ name }) => !REMADE.test(name));
  return Object.fromEntries(fixed.map(({ name, content }) => [name, sha256(content)]));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Words are for people and may get better; a cursor is sealed, and a request named, anew each time. */
const CHANGING: ReadonlySet<string> = new Set(['title', 'detail', 'cursor', 'request', 'instance']);

function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => !CHANGING.has(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutWords(member)]));
}
