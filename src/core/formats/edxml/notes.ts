import type { Facts, Finding, Severity } from '../../problems/finding.ts';
import type { ProblemCode } from '../../problems/problems.ts';

/** Collects a reader's findings: each once, and no more than an honest package can cause. */
export class Notes {
  readonly #limit: number;
  readonly #findings: Finding[] = [];
  readonly #seen = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Adds a finding once per `key`, or per code without a key. Errors decide, so remarks leave the same room again for
   * them.
   */
  add(severity: Severity, code: ProblemCode, facts: Facts = {}, place?: string, key = ''): void {
    const id = `${code} ${key}`;
    const room = severity === 'error' ? this.#limit * 2 : this.#limit;
    if (this.#seen.has(id) || this.#findings.length >= room) return;
    this.#seen.add(id);
    this.#findings.push(place === undefined ? { code, severity, facts } : { code, severity, facts, place });
  }

  get all(): readonly Finding[] {
    return this.#findings;
  }
}
