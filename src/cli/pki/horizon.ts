// `lienthong pki horizon`: which certificates, lists and enrolments of the registry end on which day, and whose documents
// are refused or held from then on. Reads only.

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
import type { Texts } from '../../core/message/language.ts';

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

const COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  vi: ['Ngày', 'Hết hạn', 'Tên', 'Văn bản của', 'sẽ bị'],
  en: ['Day', 'What ends', 'Name', 'Documents of', 'are then'],
};

const NOTES = {
  nothing: { vi: 'Không có gì hết hạn', en: 'Nothing ends' },
  within: { vi: 'trong số ngày tới', en: 'within days' },
  unseen: {
    vi: 'Chưa biết chứng thư số hết hạn ngày nào (chưa nhận văn bản có chữ ký số) của',
    en: 'Not known when the certificate ends (nothing signed with it was received yet), of',
  },
  withoutPath: {
    vi: 'Chưa biết nơi cấp trung gian dẫn đến gốc tin cậy, của',
    en: 'No intermediate authority is known that leads to a trusted one, of',
  },
  lists: {
    vi: 'Danh sách thu hồi mà hệ thống tự tải về và câu trả lời OCSP không được tính ở đây.',
    en: 'Revocation lists that the gateway fetches by itself and OCSP answers are not counted here.',
  },
} as const satisfies Record<string, Texts>;

function renderHorizon({ lines, unseen, withoutPath }: Horizon, days: number, language: Language): string {
  const table =
    lines.length === 0
      ? `${NOTES.nothing[language]} (${NOTES.within[language]}: ${days})\n`
      : renderTable(
          COLUMNS[language].map((title) => ({ title, limit: 60 })),
          lines.map((line) => cells(line, language)),
        );
  const unknown = [
    ...(unseen.length === 0 ? [] : [`${NOTES.unseen[language]}: ${unseen.join(', ')}`]),
    ...(withoutPath.length === 0 ? [] : [`${NOTES.withoutPath[language]}: ${withoutPath.join(', ')}`]),
    NOTES.lists[language],
  ];
  return `${table}\n${unknown.join('\n')}\n`;
}

function cells({ kind, at, name, organisations, effect }: HorizonLine, language: Language): readonly string[] {
  const hit = organisations.length === 0 ? '' : END_EFFECTS[effect][language];
  return [vietnameseDate(new Date(at)), END_KINDS[kind][language], name, organisations.join(', '), hit];
}
