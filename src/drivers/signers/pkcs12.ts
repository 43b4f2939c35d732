import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { Finding } from '../../core/problems/finding.ts';
import type { Signer } from '../../ports/signer.ts';
import { exposure, keyUnreadable, readKeyFile } from './key-file.ts';
import { keySigner } from './key-signer.ts';

export interface Pkcs12SignerOptions {
  /** A `.p12` / `.pfx` file. */
  readonly file: string;
  readonly passphrase: string;
  /** Told when others may read the file. */
  readonly warn?: (finding: Finding) => void;
}

/** An archive with a key and a few certificates is some kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** Opens a PKCS#12 file as a signer; it must hold exactly one key. Rejects with `key-unreadable`. */
export async function openPkcs12Signer(options: Pkcs12SignerOptions): Promise<Signer> {
  const { file, passphrase, warn } = options;
  const bytes = await readKeyFile(file);
  if (bytes.length > MAX_BYTES) throw keyUnreadable(file, 'key-file-too-large');
  const bags = openArchive(file, bytes, passphrase);
  const [key, ...rivals] = privateKeys(bags).map((der) => keyFromDer(file, der));
  if (key === undefined || rivals.length > 0) throw keyUnreadable(file, 'key-not-single');
  const exposed = await exposure(file);
  if (exposed !== undefined) warn?.(exposed);
  return keySigner(file, key, certificates(bags));
}

type Archive = forge.pkcs12.Pkcs12Pfx;

/** forge opens the archive and checks its MAC; keys and certificates leave it as DER and are never used by forge. */
function openArchive(file: string, bytes: Buffer, passphrase: string): Archive {
  try {
    const archive = forge.asn1.fromDer(bytes.toString('latin1'));
    try {
      return forge.pkcs12.pkcs12FromAsn1(archive, true, passphrase);
    } catch (error) {
      if (isPlain(passphrase) || String(error).includes('MAC')) throw error;
      return openWithUtf8(archive, passphrase);
    }
  } catch (error) {
    throw keyUnreadable(file, 'pkcs12-or-passphrase-wrong', error);
  }
}

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);

/**
 * MAC and old encryptions take the passphrase as UTF-16, new encryptions (PBES2) as UTF-8, and forge passes one text to all.
 * For letters beyond ASCII it is opened once more, as UTF-8; the MAC, which was right the first time, is left out.
 */
function openWithUtf8(archive: forge.asn1.Asn1, passphrase: string): Archive {
  const withoutMac = { ...archive, value: archive.value.slice(0, 2) as forge.asn1.Asn1[] };
  return forge.pkcs12.pkcs12FromAsn1(withoutMac, true, Buffer.from(passphrase, 'utf8').toString('latin1'));
}

function toDer(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

/** PrivateKeyInfo of every key; forge parses RSA keys and hands others out as they stand. */
function privateKeys(archive: Archive): Buffer[] {
  return [forge.pki.oids['keyBag'], forge.pki.oids['pkcs8ShroudedKeyBag']].flatMap((bagType = '') => {
    const bags = archive.getBags({ bagType })[bagType] ?? [];
    return bags.map((bag) => {
      if (bag.key) return toDer(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)));
      return toDer(bag.asn1);
    });
  });
}

function certificates(archive: Archive): Buffer[] {
  const bagType = forge.pki.oids['certBag'] ?? '';
  const bags = archive.getBags({ bagType })[bagType] ?? [];
  return bags.map((bag) => toDer(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1));
}

function keyFromDer(file: string, der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw keyUnreadable(file, 'pkcs12-key-unreadable', error);
  }
}
