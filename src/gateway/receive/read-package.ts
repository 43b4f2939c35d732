// Reads a package in one streaming pass over its bytes, and inspects its attachments on the way.

import { ok, type Result } from '../../core/problems/finding.ts';
import type { AttachmentTap } from '../../core/formats/tap.ts';
import { PackageReader } from '../../core/open/pipeline.ts';
import type { MalwareScanner } from '../../ports/malware-scanner.ts';
import type { PageViewer } from '../../ports/page-viewer.ts';
import type { Spool } from '../../ports/spool.ts';
import { Documents } from './documents.ts';
import type { ReadPackage } from '../basis/judge.ts';
import { Scanning } from './scanning.ts';

export interface ReadPorts {
  /** Null: attachments are not scanned. */
  readonly scanner: MalwareScanner | null;
  /** Keeps PDF files that are too large for memory. */
  readonly spool: Spool;
  readonly viewer: PageViewer;
}

/**
 * Reads a package. The content decoded from one piece is scanned and copied before the next piece is taken, so a slow
 * scanner or disk slows the source down. `keep` gets each piece that was read without a refusal.
 */
export async function readPackage(
  bytes: AsyncIterable<Buffer>,
  { scanner, spool, viewer }: ReadPorts,
  keep: (chunk: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<Result<ReadPackage>> {
  const scanning = scanner === null ? null : new Scanning(scanner);
  const documents = new Documents(spool);
  try {
    const reader = new PackageReader({ tap: scanning === null ? documents : tapBoth(scanning, documents) });
    for await (const chunk of bytes) {
      const refusal = reader.feed(chunk);
      if (refusal !== undefined) return refusal;
      await scanning?.drain();
      await documents.drain();
      await keep(chunk);
    }
    const opened = reader.end();
    if (!opened.ok) return opened;
    const inspected = {
      scans: scanning?.answers ?? null,
      documents: await documents.read(opened.value.message, viewer),
    };
    return ok({ opened: opened.value, inspected });
  } finally {
    scanning?.abandon();
    await documents.close();
  }
}

function tapBoth(first: AttachmentTap, second: AttachmentTap): AttachmentTap {
  return {
    begin(offset) {
      first.begin(offset);
      second.begin(offset);
    },
    bytes(decoded) {
      first.bytes(decoded);
      second.bytes(decoded);
    },
    opened(inflated) {
      first.opened?.(inflated);
      second.opened?.(inflated);
    },
    end() {
      first.end();
      second.end();
    },
  };
}
