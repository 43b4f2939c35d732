// Turns every fault into an answer: RFC 9457 problem+json, with the texts of the catalogue.

import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { FindingAnswer, ProblemAnswer } from '../api/problem.ts';
import type { Finding, Refusal } from '../core/problems/finding.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import { PROBLEMS, type ProblemCode, type RefusalCode } from '../core/problems/problems.ts';
import type { Language } from '../core/message/language.ts';
import { describe } from '../texts/describe.ts';

/** Codes that are OAuth's own error names; every other problem of the token operation is an `invalid_request`. */
const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'unsupported_grant_type',
]);

/** Vietnamese unless English is preferred. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const weights = { vi: 0, en: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number.parseFloat(quality.slice(2));
    const language = tag.split('-')[0];
    if (language === 'vi' || language === 'en') weights[language] = Math.max(weights[language], weight || 0);
  }
  return weights.en > weights.vi ? 'en' : 'vi';
}

/**
 * Turns any thrown value into a problem of the catalogue. An unexpected one becomes `internal-error`; of the gateway's
 * own faults the client learns only the code.
 */
export function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) {
    return PROBLEMS[thrown.code].http < 500 ? thrown : new ProblemError(thrown.code, {}, { cause: thrown });
  }
  // Express throws this for a path with broken percent-encoding.
  if (thrown instanceof URIError) return new ProblemError('malformed-text', {}, { cause: thrown });
  return new ProblemError('internal-error', {}, { cause: thrown });
}

export interface ProblemContext {
  readonly problemBase: string;
  readonly language: Language;
  /** UUID of the request; the log has the same. */
  readonly request: string;
  /** The answer goes to an OAuth client. */
  readonly oauth: boolean;
}

export function problemBody(problem: ProblemError | Refusal, context: ProblemContext): ProblemAnswer {
  const { code, facts, place } = problem;
  const row = PROBLEMS[code];
  const texts = describe(code, facts, context.language);
  const findings = problem.findings ?? [];
  return {
    type: `${context.problemBase}${code}`,
    title: texts.title,
    status: row.http,
    code,
    detail: texts.todo,
    actor: row.actor,
    facts,
    ...(place === undefined ? {} : { place }),
    ...(findings.length === 0 ? {} : { findings: findings.map((finding) => findingBody(finding, context.language)) }),
    ...(context.oauth ? { error: OAUTH_ERRORS.has(code) ? code : 'invalid_request' } : {}),
    instance: `urn:uuid:${context.request}`,
  };
}

export function findingBody(finding: Finding, language: Language): FindingAnswer {
  const { code, severity, facts, place } = finding;
  const texts = describe(code, facts, language);
  return {
    code,
    severity,
    facts,
    ...(place === undefined ? {} : { place }),
    title: texts.title,
    detail: texts.todo,
    actor: PROBLEMS[code].actor,
  };
}

/** Headers of a problem's answer. */
export function problemHeaders(problem: ProblemError, oauth: boolean): Readonly<Record<string, string>> {
  const { code, facts } = problem;
  const status = PROBLEMS[code].http;
  const headers: Record<string, string> = {};
  if (status === 401) headers['WWW-Authenticate'] = challenge(code, oauth);
  if (code === 'forbidden') headers['WWW-Authenticate'] = 'Bearer realm="lienthong", error="insufficient_scope"';
  if (code === 'rate-limited') headers['Retry-After'] = String(facts['after'] ?? 1);
  if (status === 503 || code === 'request-in-progress') headers['Retry-After'] = '2';
  return headers;
}

function challenge(code: ProblemCode, oauth: boolean): string {
  if (oauth) return 'Basic realm="lienthong"';
  return code === 'unauthenticated' ? 'Bearer realm="lienthong"' : 'Bearer realm="lienthong", error="invalid_token"';
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Writes the head; answers the body that follows it. */
export function startProblem(
  response: ServerResponse,
  problem: ProblemError,
  context: ProblemContext,
  headers: Readonly<Record<string, string>> = {},
): string {
  const body = JSON.stringify(problemBody(problem, context));
  response.writeHead(PROBLEMS[problem.code].http, {
    'Content-Type': `${PROBLEM_TYPE}; charset=utf-8`,
    'Content-Language': context.language,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...problemHeaders(problem, context.oauth),
    ...headers,
  });
  return body;
}

/** A problem as bytes on a socket, for bytes that are no request. The connection ends after it. */
export function rawProblem(code: RefusalCode, context: ProblemContext, headers: readonly string[] = []): Buffer {
  const body = Buffer.from(JSON.stringify(problemBody(new ProblemError(code), context)));
  const { http: status } = PROBLEMS[code];
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}; charset=utf-8`,
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'Connection: close',
    ...headers,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
}
