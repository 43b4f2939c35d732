// Options of commands that verify, besides the file: trusted authorities, revocation data, and the instant.

import type { Anchor } from '../../core/registry/anchor.ts';
import { type Trust, readTrust } from '../../core/pki/trust.ts';
import { readAnswers, readCertificates, readLists, readTrustFiles } from '../../drivers/disk/trust-folder.ts';
import { wrongUsage } from '../credentials.ts';

export interface TrustOptions {
  /** PEM or DER files, or folders of them. Self-issued certificates are the anchors. */
  readonly trust: readonly string[];
  /** Certificates of authorities between anchor and signer, where the signature does not bring them along. */
  readonly intermediates?: readonly string[];
  readonly crl?: readonly string[];
  readonly ocsp?: readonly string[];
  /** ISO instant the certificates are judged at; the present without it. */
  readonly at?: string;
  /** `false` (`--no-revocation`): the authorities under `--trust` publish no lists. */
  readonly revocation?: boolean;
}

/** The data that was read, before any of it is trusted. */
export type GivenTrust = Parameters<typeof readTrust>[0];

/** Reads what the options name; rejects with `wrong-usage` or `file-unreadable`. `now` serves when no instant is given. */
export async function readTrustOptions(
  options: TrustOptions,
  now: Date,
  purposes?: Anchor['purposes'],
): Promise<{ readonly given: GivenTrust; readonly trust: Trust; readonly instant: Date }> {
  const { at, intermediates = [], crl = [], ocsp = [] } = options;
  const instant = at === undefined ? now : new Date(at);
  if (Number.isNaN(instant.getTime())) throw wrongUsage('value-unusable', { option: '--at', value: String(at) });
  const revocation = options.revocation === false ? 'not-published' : 'required';
  const files = await readTrustFiles(options.trust, revocation, purposes);
  if (files.anchors.length === 0) throw wrongUsage('no-anchor', { option: '--trust' });
  const ders = (await readCertificates(intermediates)).map(({ der }) => der);
  const given: GivenTrust = {
    anchors: files.anchors,
    intermediates: [...files.intermediates, ...ders],
    crls: await readLists(crl),
    answers: await readAnswers(ocsp),
    asOf: instant > now ? instant : now,
  };
  return { given, trust: readTrust(given), instant };
}
