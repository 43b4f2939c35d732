// A message written in the national format with a package signature of its own.

import { EDXML_FORM, edxml } from '../formats/forms.ts';
import type { Draft, Rendering } from '../message/rendering.ts';
import { type PackageSigner, packageDigest, signatureOver } from '../signature/sign.ts';

/**
 * Writes the national format with an enveloped signature. The writer runs twice, first for the digest to sign, so the
 * files of the draft are read twice as well. Rejects as `signatureOver` and as the writer do.
 */
export async function renderSigned(draft: Draft, signer: PackageSigner): Promise<Rendering> {
  const signature = await signatureOver(await packageDigest(edxml(draft, PLACE_OF_SIGNATURE)), signer);
  return { ...EDXML_FORM.render(draft), bytes: edxml(draft, signature) };
}

/** The signature covers the elements around it, so they must be there when its digest is made. */
const PLACE_OF_SIGNATURE = Buffer.alloc(0);
