// Who takes part in the demonstration: a small district as its own systems know it. This is all the driver and the
// receivers are given; the gateway's side of it is the registry file beside it.

import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { shapeFault } from '../core/problems/shape.ts';
import { readJson, wrongUsage } from '../cli/credentials.ts';

const Party = z.object({
  organisation: z.string(),
  name: z.string(),
  client: z.string(),
  secret: z.string(),
});
export type Party = z.infer<typeof Party>;

const World = z.object({
  gateway: z.string(),
  /** Signs and sends. Paths of PEM files, absolute or from the folder of this file. */
  sender: Party.extend({
    signing: z.object({
      keyPath: z.string(),
      certificatesPath: z.string(),
      /** The root it trusts; without it nothing is proved again. */
      anchorPath: z.string().optional(),
    }),
  }),
  receivers: z.object({
    /** Takes HTTP pushes at its own address. */
    push: Party.extend({ listen: z.object({ host: z.string(), port: z.number().int(), token: z.string() }) }),
    /** Pulls its inbox and acknowledges. */
    inbox: Party,
    /** The provincial platform: pulls page by page; taking is handing over. */
    platform: Party,
    /** Its system does not answer. */
    unreachable: z.object({ organisation: z.string(), name: z.string() }),
  }),
});

/** The file `credentials.json` of a prepared demonstration. */
export type World = z.infer<typeof World>;

/** Rejects with `file-unreadable` or `wrong-usage`. */
export async function readWorld(path: string): Promise<World> {
  const written = await readJson(path);
  const parsed = World.safeParse(written);
  if (!parsed.success) throw wrongUsage('file-invalid', { file: path, ...shapeFault(parsed.error, written) });
  const { sender } = parsed.data;
  const from = (file: string): string => resolve(dirname(path), file);
  const { keyPath, certificatesPath, anchorPath } = sender.signing;
  const signing = {
    keyPath: from(keyPath),
    certificatesPath: from(certificatesPath),
    ...(anchorPath === undefined ? {} : { anchorPath: from(anchorPath) }),
  };
  return { ...parsed.data, sender: { ...sender, signing } };
}
