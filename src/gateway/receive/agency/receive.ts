// Receives packages of other forms than edXML: an agency package is rendered as strict edXML while it is read, and
// `receive` takes these bytes like every package. The receipt states the submitted parts.

import { refuse, type Result } from '../../../core/problems/finding.ts';
import { FORMS } from '../../../core/formats/forms.ts';
import type { Submitted } from '../../../core/exchange/receipt.ts';
import type { Spool } from '../../../ports/spool.ts';
import { createReceive, recordRefusal, type Received, type ReceivePorts, type ReceiveWorld } from '../receive.ts';
import type { Submission } from '../submission.ts';
import { openAgencyForm } from './form.ts';
import type { OpenedAgencyPackage } from './opened.ts';
import { openAgencyPackage } from './zip.ts';

/** A client's submission: edXML, or a container from which the gateway makes it. */
export interface SubmissionOfAnyForm extends Omit<Submission, 'convertedFrom'> {
  readonly container?: {
    readonly kind: Submitted['container'];
    /** The media type with its parameters, as the client stated it. */
    readonly contentType: string;
  };
  /** The secrecy that the sender declares beside the package; any level but `none` is refused before a byte is read. */
  readonly secrecy?: string;
}

/** Receives a package of any form. */
export type ReceiveOfAnyForm = (submission: SubmissionOfAnyForm) => Promise<Result<Received>>;

/** Makes `receive` for packages of every form. A refused package leaves only its audit line. */
export function createReceiveOfAnyForm(ports: ReceivePorts, world: ReceiveWorld): ReceiveOfAnyForm {
  const receive = createReceive(ports, world);
  return async ({ container, secrecy = 'none', ...submission }) => {
    if (secrecy !== 'none') return await recordRefusal(refuse('secrecy-forbidden'), submission, ports);
    if (container === undefined) return await receive(submission);
    const opened = await open(submission.body, container, ports.spool);
    if (!opened.ok) return await recordRefusal(opened, submission, ports);
    const { draft, findings, submitted } = opened.value;
    try {
      const { bytes, losses } = FORMS.edxml.render(draft);
      const convertedFrom = { submitted, findings: [...findings, ...losses] };
      return await receive({ ...submission, body: bytes, convertedFrom });
    } finally {
      await opened.value.close();
    }
  };
}

type Container = NonNullable<SubmissionOfAnyForm['container']>;

async function open(
  body: AsyncIterable<Buffer>,
  { kind, contentType }: Container,
  spool: Spool,
): Promise<Result<OpenedAgencyPackage>> {
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
