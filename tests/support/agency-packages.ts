// Agency packages as offices make them: the metadata, the files, and a ZIP written by another program's rules than ours.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Result } from '../../src/core/problems/finding.ts';
import { zip } from '../../src/core/archive/zip.ts';
import type { Rendering } from '../../src/core/message/rendering.ts';
import { openAgencyPackage } from '../../src/gateway/receive/agency/zip.ts';
import type { ContainerLimits } from '../../src/gateway/receive/agency/limits.ts';
import type { OpenedAgencyPackage } from '../../src/gateway/receive/agency/opened.ts';

export const AGENCY_DOCUMENT = {
  kind: 'new',
  from: { organId: 'H99.12', organName: 'UBND huyện Mẫu' },
  to: [{ organId: 'H99.12.01', organName: 'UBND xã Mẫu Một' }],
  documentId: 'H99.12,2026/11/20,15/QĐ-UBND',
  code: { codeNumber: '15', codeNotation: 'QĐ-UBND' },
  promulgationInfo: { place: 'Mẫu', promulgationDate: '2026-11-20' },
  documentType: { type: 2, typeDetail: 2, typeName: 'Quyết định' },
  subject: 'Về việc thử nghiệm liên thông',
};

export const AGENCY_STATUS = {
  kind: 'status',
  from: { organId: 'H99.12.01' },
  responseFor: { organId: 'H99.12', code: '15/QĐ-UBND', documentId: 'H99.12,2026/11/20,15/QĐ-UBND' },
  statusCode: '03',
  timestamp: '2026-11-20T08:30:00',
};

export function metadataBytes(fields: object): Buffer {
  return Buffer.from(JSON.stringify(fields));
}

export async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Opens the archive from a file on disk and closes it after `use`. */
export async function withArchive<T>(
  archive: Buffer | Rendering,
  use: (opened: Result<OpenedAgencyPackage>) => Promise<T> | T,
  limits?: ContainerLimits,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-agency-'));
  try {
    const file = path.join(folder, 'package.zip');
    await writeFile(file, Buffer.isBuffer(archive) ? archive : await bytesOf(archive.bytes));
    const opened = await openAgencyPackage(file, limits);
    try {
      return await use(opened);
    } finally {
      if (opened.ok) await opened.value.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A plain archive of these entries, in their order. */
export function archiveOf(entries: readonly (readonly [name: string, content: Buffer | string])[]): Promise<Buffer> {
  return bytesOf(
    zip(
      entries.map(([name, written]) => {
        const content = Buffer.from(written);
        return {
          name,
          size: content.length,
          async *open() {
            await Promise.resolve();
            yield content;
          },
        };
      }),
    ),
  );
}
