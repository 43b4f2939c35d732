// `lienthong pki horizon`: lists the days on which certificates, lists and enrolments of the registry end, and the
// organisations whose documents are refused or held from then on. Reads only.

import { parseCertificate } from '../../core/pki/certificate.ts';
import { type Horizon, type HorizonLine, horizonOf } from '../../core/pki/horizon.ts';
import { vietnameseDate } from '../../core/message/vietnam-time.ts';
import { openPool } from '../../drivers/postgres/pool.ts';
import { provenCertificates } from '../../drivers/postgres/trust/proofs.ts';
import { openRegistry } from '../../drivers/postgres/registry/registry.ts';
import type { ConfigOptions } from '../configured.ts';
import { withDatabase } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { type CommonOptions, answer } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import { END_EFFECTS, END_KINDS } from '../../texts/certificates.ts';
import { HORIZON_HEADS, HORIZON_NOTES, NOTHING_ENDS } from '../../texts/commands.ts';

export interface HorizonOptions extends CommonOptions, ConfigOptions {
  /** How far to look ahead. */
  readonly days?: number;
}

const DEFAULT_DAYS = 90;

/** Resolves to the exit status. Rejects with `config-invalid`, `file-unreadable` or `database-unavailable`. */
export async function pkiHorizon(options: HorizonOptions, now = new Date()): Promise<number> {
  const { days = DEFAULT_DAYS, lang } = options;
  const horizon = await readHorizon(options, days, now);
  answer(options, asJson(horizon, days, now), () => renderHorizon(horizon, days, lang));
  return EXIT.done;
}

async function readHorizon(options: ConfigOptions, days: number, instant: Date): Promise<Horizon> {
  return withDatabase(
    options,
    async ({ runUrl }) => {
      const pool = openPool({ url: runUrl, name: 'lienthong pki horizon', connections: 1, log: () => undefined });
      try {
        const registry = await openRegistry(pool).snapshot();
        const seen = (await provenCertificates(pool)).flatMap((der) => {
          const certificate = parseCertificate(der);
          return certificate.ok ? [certificate.value] : [];
        });
        return horizonOf({ registry, signers: seen, instant, days });
      } finally {
        await pool.end();
      }
    },
    { existing: true },
  );
}

function asJson({ lines, unseen, withoutPath }: Horizon, days: number, now: Date): unknown {
  return {
    ok: true,
    instant: now.toISOString(),
    days,
    lines: lines.map(({ at, ...rest }) => {
      return { day: vietnameseDate(new Date(at)), at: new Date(at).toISOString(), ...rest };
    }),
    unknown: { unseen, withoutPath },
  };
}

function renderHorizon({ lines, unseen, withoutPath }: Horizon, days: number, language: Language): string {
  const table =
    lines.length === 0
      ? `${NOTHING_ENDS[language](days)}\n`
      : renderTable(
          HORIZON_HEADS[language].map((title) => ({ title, limit: 60 })),
          lines.map((line) => cells(line, language)),
        );
  const unknown = [
    ...(unseen.length === 0 ? [] : [`${HORIZON_NOTES.unseen[language]}: ${unseen.join(', ')}`]),
    ...(withoutPath.length === 0 ? [] : [`${HORIZON_NOTES.withoutPath[language]}: ${withoutPath.join(', ')}`]),
    HORIZON_NOTES.lists[language],
  ];
  return `${table}\n${unknown.join('\n')}\n`;
}

function cells({ kind, at, name, organisations, effect }: HorizonLine, language: Language): readonly string[] {
  const hit = organisations.length === 0 ? '' : END_EFFECTS[effect][language];
  return [vietnameseDate(new Date(at)), END_KINDS[kind][language], name, organisations.join(', '), hit];
}
