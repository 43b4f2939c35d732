import { derValues } from '../../core/crypto/pem.ts';
import type { Finding } from '../../core/problems/finding.ts';
import type { Signer } from '../../ports/signer.ts';
import { exposure, privateKeyOf, readKeyFile } from './key-file.ts';
import { keySigner } from './key-signer.ts';

export interface FileSignerOptions {
  /** PEM private key. */
  readonly key: string;
  readonly passphrase?: string;
  /** PEM certificate of the key and its issuers', in any order. Absent: the signer has none (receipts). */
  readonly certificates?: string;
  /** Told when others may read the key file. */
  readonly warn?: (finding: Finding) => void;
}

/** Opens a key file as a signer. Rejects with `key-unreadable`. */
export async function openFileSigner(options: FileSignerOptions): Promise<Signer> {
  const { key: file, certificates, passphrase, warn } = options;
  const key = privateKeyOf(file, await readKeyFile(file), passphrase);
  const exposed = await exposure(file);
  if (exposed !== undefined) warn?.(exposed);
  const chain = certificates === undefined ? [] : derValues(await readKeyFile(certificates), 'CERTIFICATE');
  return keySigner(file, key, chain);
}
