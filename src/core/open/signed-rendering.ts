// A message written in the national format with a package signature of its own.

import { EDXML_FORM, edxml } from '../formats/forms.ts';
import type { Draft, Rendering } from '../message/rendering.ts';
import { type PackageSigner, packageDigest, signatureOver } from '../signature/sign.ts';

/**
 * The national format with an enveloped signature of the signer's. Written twice, first for the digest that is signed, so
 * the files of the draft are read twice as well. Rejects as `signatureOver` and as the writer do.
 */
export async function renderSigned(draft: Draft, signer: PackageSigner): Promise<Rendering> {
  const signature = await signatureOver(await packageDigest(edxml(draft, PLACE_OF_SIGNATURE)), signer);
  return { ...EDXML_FORM.render(draft), bytes: edxml(draft, signature) };
}

/** What stands around a signature is covered by it, and must be there when its digest is made. */
const PLACE_OF_SIGNATURE = Buffer.alloc(0);
