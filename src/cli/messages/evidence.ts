// `lienthong evidence ID --out FILE`: the evidence container of a message, into a file.

import { rename } from 'node:fs/promises';
import { readCredentials, type ClientOptionValues } from '../credentials.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, distinctly, progress, tellProblem, type CommonOptions } from '../terminal.ts';
import { openGateway } from './gateway-client.ts';
import { TRYING_AGAIN } from '../../texts/commands.ts';

export interface EvidenceOptions extends CommonOptions, ClientOptionValues {
  readonly out: string;
  readonly patience: number;
}

/** Resolves to the exit status: 0 fetched, 1 not found or not ours. */
export async function fetchEvidence(id: string, options: EvidenceOptions): Promise<number> {
  const client = openGateway(await readCredentials(options), {
    patience: options.patience,
    language: options.lang,
    onRetry: distinctly((reason) => progress(TRYING_AGAIN[options.lang](reason))),
  });
  try {
    const fetched = await client.downloadEvidence(id, `${options.out}.part`);
    if (!fetched.ok) {
      tellProblem(options, fetched.problem);
      return EXIT.failed;
    }
    await rename(`${options.out}.part`, options.out);
    const { sha256 } = fetched.value;
    answer(options, { ok: true, file: options.out, sha256 }, () => `${options.out}  SHA-256 ${sha256}\n`);
    return EXIT.done;
  } finally {
    client.close();
  }
}
