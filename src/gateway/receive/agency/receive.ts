// The door for packages that are not edXML yet: an agency package is rendered as strict edXML while it is read, and these
// bytes go the way of every package. What was given is stated in the receipt.

import { refuse, type Step } from '../../../core/problems/finding.ts';
import { FORMS } from '../../../core/formats/forms.ts';
import type { Submitted } from '../../../core/exchange/receipt.ts';
import type { Spool } from '../../../ports/spool.ts';
import { receive, refused, type Received, type ReceiveParts } from '../receive.ts';
import type { Submission } from '../submission.ts';
import { openAgencyForm } from './form.ts';
import type { OpenedAgencyPackage } from './opened.ts';
import { openAgencyPackage } from './zip.ts';

/** What a client gave: edXML, or a container that it is made from. */
export interface GivenSubmission extends Omit<Submission, 'made'> {
  readonly container?: {
    readonly kind: Submitted['container'];
    /** The media type with its parameters, as the client stated it. */
    readonly contentType: string;
  };
  /** What the sender declares beside the package; anything but `none` is refused before a byte is taken. */
  readonly secrecy?: string;
}

/** The use case as a face calls it. */
export type Receive = (submission: GivenSubmission) => Promise<Step<Received>>;

/** `receive` for whatever form a package comes in. Nothing of a refused one is left, neither bytes nor record. */
export async function receiveGiven(given: GivenSubmission, parts: ReceiveParts): Promise<Step<Received>> {
  const { container, secrecy = 'none', ...submission } = given;
  if (secrecy !== 'none') return await refused(refuse('secrecy-forbidden'), submission, parts);
  if (container === undefined) return await receive(submission, parts);
  const opened = await open(submission.body, container, parts.spool);
  if (!opened.ok) return await refused(opened, submission, parts);
  const { draft, findings, submitted } = opened.value;
  try {
    const { bytes, losses } = FORMS.edxml.render(draft);
    const made = { submitted, findings: [...findings, ...losses] };
    return await receive({ ...submission, body: bytes, made }, parts);
  } finally {
    await opened.value.close();
  }
}

type Container = NonNullable<GivenSubmission['container']>;

async function open(
  body: AsyncIterable<Buffer>,
  { kind, contentType }: Container,
  spool: Spool,
): Promise<Step<OpenedAgencyPackage>> {
  if (kind === 'multipart') return await openAgencyForm(body, contentType, spool);
  const file = await spool.open();
  try {
    for await (const chunk of body) await file.write(chunk);
  } catch (error) {
    await file.close();
    throw error;
  }
  return await openAgencyPackage(file);
}
