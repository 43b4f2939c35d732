import { refuse, ok, type Refusal, type Result } from '../../../core/problems/finding.ts';
import { METADATA_NAME, type Metadata } from '../../../core/formats/agency/metadata.ts';
import { readAgency, type AgencyPart, type AgencyRead } from '../../../core/formats/agency/read.ts';
import type { Submitted } from '../../../core/exchange/receipt.ts';

/** An agency package whose container was taken apart. Its files can be read until it is closed. */
export interface OpenedAgencyPackage extends AgencyRead {
  /** The submitted parts, as a receipt states them. */
  readonly submitted: Submitted;
  close(): Promise<void>;
}

/** The draft with the list of its submitted parts; closes the files on a refusal. */
export async function openedFrom(
  container: Submitted['container'],
  metadata: { readonly value: Metadata; readonly size: number; readonly sha256: string },
  parts: readonly AgencyPart[],
  close: () => Promise<void>,
): Promise<Result<OpenedAgencyPackage>> {
  const read = readAgency(metadata.value, parts);
  if (!read.ok) {
    await close();
    return read;
  }
  const { draft, findings } = read.value;
  const files = draft.files.map(({ attachmentName, size, sha256 }) => ({ name: attachmentName, size, sha256 }));
  const { size, sha256 } = metadata;
  const submitted = { container, parts: [{ name: METADATA_NAME, size, sha256 }, ...files] };
  return ok({ draft, findings, submitted, close });
}

/** The container itself is broken, or built in a way that two readers could read differently. */
export function brokenContainer(reason: string, name = ''): Refusal {
  return refuse('container-invalid', { reason, name });
}
