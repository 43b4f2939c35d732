// Renders a message for a connection that takes another form than the accepted one: once, durably, and recorded on its
// deliveries before the first byte leaves. Every later try sends the same bytes.

import { createHash } from 'node:crypto';
import { draftOf } from '../../core/formats/draft.ts';
import { FORMS } from '../../core/formats/forms.ts';
import { renderSigned } from '../../core/open/signed-rendering.ts';
import { renderedForm, type RenderedForm, type Rendering, type RenderingChoice } from '../../core/message/rendering.ts';
import type { Finding } from '../../core/problems/finding.ts';
import type { Park, Retry } from '../../core/exchange/outcome.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ProblemCode } from '../../core/problems/problems.ts';
import type { ByteRange, ContentLocation, ContentStore } from '../../ports/content-store.ts';
import type { KeptRendering, RenderingSource, RenderingStore, RenderingTarget } from '../../ports/renderings.ts';
import type { Signer } from '../../ports/signer.ts';
import { attachmentFiles } from '../content/attachment-files.ts';
import type { WorkerEvents } from '../events.ts';
import { Staging } from '../receive/staging.ts';

export interface RenderPorts {
  readonly renderings: Pick<RenderingStore, 'readSource' | 'assign' | 'keep'>;
  readonly content: Pick<ContentStore, 'open' | 'stage'>;
  readonly signer: Pick<Signer, 'algorithm' | 'certificates' | 'sign'>;
  readonly events: Pick<WorkerEvents, 'taskFailed'>;
}

/** A signature covers one spelling of a document, so a rendering loses it. */
export const SIGNATURE_LOST: Finding = {
  code: 'field-not-carried',
  severity: 'warning',
  facts: { field: 'Signature' },
};

/** Faults of the surroundings, which time may mend. Every other fault comes again with the same package. */
const PASSING: ReadonlySet<ProblemCode> = new Set(['service-unavailable', 'signing-unavailable', 'storage-full']);

/** Faults whose own code tells the operator the cause. */
const SPEAKING: ReadonlySet<ProblemCode> = new Set(['content-corrupt', 'signing-certificate-missing']);

/**
 * Answers the bytes for the target, or why they must wait for time (`retry`) or for a person (`park`). Never rejects.
 */
export async function renderFor(
  target: RenderingTarget,
  choice: RenderingChoice,
  ports: RenderPorts,
  stop: AbortSignal,
): Promise<KeptRendering | Park | Retry> {
  const form = renderedForm(choice);
  try {
    const assignment = await ports.renderings.assign(target, form);
    if (assignment !== null) return assignment;
    const source = await ports.renderings.readSource(target.message);
    if (source === null) return { kind: 'park', code: 'rendering-failed', facts: { reason: 'not-found' } };
    const rendering = await makeOrTell(source, form, ports, stop);
    return 'kind' in rendering ? rendering : await ports.renderings.keep(target, rendering);
  } catch (error) {
    // A fault of the record, not of the package: the next try finds the kept rendering.
    ports.events.taskFailed('keep-rendering', error);
    return { kind: 'retry', code: 'internal-error', facts: {} };
  }
}

type Made = Parameters<RenderingStore['keep']>[1];

async function makeOrTell(
  source: RenderingSource,
  form: RenderedForm,
  ports: RenderPorts,
  stop: AbortSignal,
): Promise<Made | Park | Retry> {
  try {
    return await make(source, form, ports, stop);
  } catch (error) {
    return stop.aborted ? { kind: 'retry', code: 'worker-stopped', facts: {} } : outcomeOf(error, ports);
  }
}

function outcomeOf(error: unknown, { events }: RenderPorts): Park | Retry {
  if (error instanceof StorageFault) return { kind: 'retry', code: 'content-unavailable', facts: {} };
  const code = error instanceof ProblemError ? error.code : 'internal-error';
  const facts = error instanceof ProblemError ? error.facts : {};
  if (PASSING.has(code)) return { kind: 'retry', code, facts };
  if (SPEAKING.has(code)) return { kind: 'park', code, facts };
  if (code === 'internal-error') events.taskFailed('render', error);
  return { kind: 'park', code: 'rendering-failed', facts: { reason: code } };
}

/** A fault of the gateway's storage, not of the package. */
class StorageFault extends Error {
  constructor(cause: unknown) {
    super('content storage', { cause });
  }
}

function storageFault(error: unknown): Error {
  return error instanceof ProblemError ? error : new StorageFault(error);
}

async function make(source: RenderingSource, form: RenderedForm, ports: RenderPorts, stop: AbortSignal): Promise<Made> {
  const rendering = await renderingOf(source, form, ports);
  const staging = new Staging(guarded(ports.content));
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const piece of rendering.bytes) {
      stop.throwIfAborted();
      hash.update(piece);
      size += piece.length;
      await staging.write(piece);
    }
    const sha256 = hash.digest('hex');
    const inline = (await staging.commit(sha256)) ?? null;
    const losses = [...rendering.losses, ...(source.signed ? [SIGNATURE_LOST] : [])];
    return { form, sha256, size, inline, losses };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

async function renderingOf(
  { message, location }: RenderingSource,
  form: RenderedForm,
  { content, signer }: RenderPorts,
): Promise<Rendering> {
  const files = attachmentFiles(message, (range) => openRange(location, range, content));
  const draft = draftOf(message, files);
  return form === 'edxml-signed' ? await renderSigned(draft, signer) : FORMS[form].render(draft);
}

async function openRange(
  { inline, sha256 }: ContentLocation,
  range: ByteRange,
  content: Pick<ContentStore, 'open'>,
): Promise<Buffer | AsyncIterable<Buffer>> {
  if (inline !== null) return inline.subarray(range.start, range.end + 1);
  try {
    return pieces(await content.open(sha256, range));
  } catch (error) {
    throw storageFault(error);
  }
}

async function* pieces(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* stream;
  } catch (error) {
    throw storageFault(error);
  }
}

/** Marks faults of storing a rendering, to tell them from faults of making it. */
function guarded(content: Pick<ContentStore, 'stage'>): Pick<ContentStore, 'stage'> {
  const blaming = <T>(doing: Promise<T>): Promise<T> =>
    doing.catch((error: unknown) => {
      throw storageFault(error);
    });
  return {
    stage: async () => {
      const staged = await blaming(content.stage());
      return {
        write: (chunk) => blaming(staged.write(chunk)),
        commit: (sha256) => blaming(staged.commit(sha256)),
        discard: () => blaming(staged.discard()),
      };
    },
  };
}
