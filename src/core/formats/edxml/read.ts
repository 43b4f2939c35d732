// Reads packages of the national format, in all the dialects in which they travel, from the events of the one pass. The
// reader is strict where content decides (one envelope, one attachment block, no field twice); elsewhere it takes other
// spellings and notes them.

import type { Finding, Result } from '../../problems/finding.ts';
import type { Message } from '../../message/message.ts';
import { Base64Digest } from '../../xml/base64.ts';
import { XmlFault } from '../../xml/fault.ts';
import type { XmlElement, XmlHandler } from '../../xml/handler.ts';
import { characterData, sectionData } from '../../xml/text.ts';
import type { AttachmentTap } from '../tap.ts';
import { ARCHIVE_LIMITS } from '../../archive/limits.ts';
import { OneFileReader } from '../../archive/one-file.ts';
import { isArchiveName } from '../../message/media.ts';
import {
  ENVELOPE,
  FOREIGN_NAMES,
  ROOT,
  SIGNATURE_NAMES,
  SINGULAR,
  SPELLINGS,
  STRUCTURE,
  UNPREFIXED,
  type ElementRule,
  type Group,
  type Placed,
} from './elements.ts';
import type { EdxmlLimits } from './limits.ts';
import { isSpace, trimmed } from '../../xml/spaces.ts';
import { takeText } from './leaf.ts';
import { lower } from './lower.ts';
import {
  INCLUDE_NAMESPACE,
  INSTANCE_NAMESPACE,
  NAMESPACES,
  QCVN_PREFIX,
  ROOTS,
  XLINK_NAMESPACE,
} from '../../message/names.ts';
import { Notes } from './notes.ts';
import { fieldOf, placeOf, reading, text, type Reading } from './reading.ts';

interface Frame {
  readonly reading: Reading;
  /** The highest rank, in the standard's order, of the children so far. */
  highest: number;
  text: string;
  textBytes: number;
  payload: PayloadFrame | null;
}

interface PayloadFrame {
  /** Digest and archive exist from the first byte of text on. */
  digest: Base64Digest | null;
  archive: OneFileReader | null;
  start: number;
  end: number;
}

/** A skipped subtree: its depth so far, and for a Signature the depth inside an element that may hold anything. */
interface Skip {
  depth: number;
  readonly inSignature: boolean;
  openAt: number;
}

const OCCURRENCE_LIMITS = {
  To: { limit: (limits: EdxmlLimits) => limits.recipients, code: 'recipients-too-many' },
  Attachment: { limit: (limits: EdxmlLimits) => limits.attachments, code: 'attachment-too-many' },
  Reference: { limit: (limits: EdxmlLimits) => limits.attachments, code: 'attachment-too-many' },
} as const;

/**
 * Reads one package. Feed it the events of one document; `result` then answers the message and the findings, or the
 * refusal. Faults of structure end the pass by `XmlFault`; faults of fields are gathered, so that the sender sees them
 * all.
 */
export class EdxmlReader implements XmlHandler {
  readonly #limits: EdxmlLimits;
  readonly #tap: AttachmentTap | null;
  readonly #notes: Notes;
  readonly #frames: Frame[] = [];
  readonly #singular = new Set<string>();
  #top: Frame | null = null;
  #root: Reading | undefined;
  #skip: Skip | null = null;
  #namespace: string | null = null;
  #prefixNoted = false;
  #fault: XmlFault | null = null;
  #attachmentBytes = 0;
  /** Bytes taken out of archives, which may be a thousand times the archives' own size. */
  #openedBytes = 0;
  #textBytes = 0;

  constructor(limits: EdxmlLimits, tap: AttachmentTap | null = null) {
    this.#limits = limits;
    this.#tap = tap;
    this.#notes = new Notes(limits.findings);
  }

  open(element: XmlElement): void {
    this.#settle();
    refuseForeignMachinery(element);
    this.#countSingular(element);
    if (this.#skip !== null) this.#openSkipped(this.#skip, element);
    else if (this.#top === null) this.#openRoot(element);
    else this.#openChild(this.#top, element);
  }

  text(bytes: Buffer, escaped: boolean, _element: XmlElement, offset: number): void {
    const top = this.#top;
    if (top === null || this.#skip !== null || this.#fault !== null) return;
    try {
      if (top.payload !== null) this.#feed(top, top.payload, bytes, offset);
      else if (takesText(top.reading.rule)) this.#collect(top, characterData(bytes, escaped), bytes.length);
      else if (!isBlank(bytes)) throw strayText(top.reading);
    } catch (fault) {
      this.#postpone(fault);
    }
  }

  cdata(bytes: Buffer, _element: XmlElement, _offset: number): void {
    const top = this.#top;
    if (top === null || this.#skip !== null || this.#fault !== null) return;
    try {
      if (top.payload !== null) throw brokenEncoding(top, top.payload);
      if (takesText(top.reading.rule)) this.#collect(top, sectionData(bytes), bytes.length);
      else if (!isBlank(bytes)) throw strayText(top.reading);
    } catch (fault) {
      this.#postpone(fault);
    }
  }

  /**
   * A comment can make two readers see two codes, or two files, in one text; and any system on the way can put one in,
   * because a signature does not cover comments.
   */
  comment(): void {
    this.#settle();
    const top = this.#top;
    if (top === null || this.#skip !== null) return;
    if (top.payload !== null) throw brokenEncoding(top, top.payload);
    const { rule } = top.reading;
    if (rule.kind !== 'leaf') return;
    if (rule.value === 'organ-id') {
      throw new XmlFault('organ-id-invalid', { organId: top.text, reason: 'comment' }, placeOf(top.reading));
    }
    if (rule.decides) {
      throw new XmlFault('field-invalid', { field: fieldOf(top.reading) }, placeOf(top.reading));
    }
  }

  close(_element: XmlElement): void {
    this.#settle();
    if (this.#skip !== null) {
      this.#closeSkipped(this.#skip);
      return;
    }
    const frame = this.#frames.pop();
    this.#top = this.#frames.at(-1) ?? null;
    if (frame === undefined) return;
    if (frame.payload !== null) this.#endPayload(frame, frame.payload);
    else if (frame.reading.rule.kind === 'leaf') takeText(frame.reading, frame.reading.rule, frame.text, this.#notes);
    else if (takesText(frame.reading.rule)) endMixed(frame);
  }

  /** Call it after the last event. */
  result(): Result<{ readonly message: Message; readonly findings: readonly Finding[] }> {
    return lower(this.#root, this.#notes);
  }

  /**
   * Reports a text's fault only at its end: the scanner may find a worse fault later in the text, and the result must
   * not depend on how the text is cut into pieces. Only a file beyond its limit ends the reading at once.
   */
  #postpone(fault: unknown): void {
    if (!(fault instanceof XmlFault) || fault.code === 'attachment-too-large') throw fault;
    this.#fault = fault;
  }

  #settle(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  #openRoot(element: XmlElement): void {
    const root = ROOTS.get(element.local);
    if (!NAMESPACES.has(element.namespace))
      throw new XmlFault('schema-invalid', { field: element.local }, `/${element.local}`);
    if (root === undefined) throw new XmlFault('envelope-missing', {}, `/${element.local}`);
    this.#noteNamespace(element);
    if (!root.standard || root.envelope)
      this.#notes.add('warning', 'root-variant', { name: element.local }, `/${element.local}`);
    this.#root = reading(root.envelope ? ENVELOPE : ROOT, null);
    this.#push(this.#root);
  }

  #openChild(top: Frame, element: XmlElement): void {
    const { rule } = top.reading;
    const ours = NAMESPACES.has(element.namespace);
    const placed = rule.kind === 'group' ? rule.rows.get(element.local) : undefined;
    if (rule.kind !== 'group') {
      throw new XmlFault('schema-invalid', { field: fieldOf(top.reading) }, placeOf(top.reading));
    } else if (placed === undefined || !(ours || placed.rule.kind === 'signature')) {
      this.#openUnknown(top, rule, element, ours);
    } else {
      this.#openKnown(top, placed, element);
    }
  }

  #openKnown(top: Frame, placed: Placed, element: XmlElement): void {
    const { rule, position, note } = placed;
    if (position < top.highest) {
      this.#notes.add(
        'warning',
        'element-order',
        { field: top.reading.rule.name },
        placeOf(top.reading),
        top.reading.rule.name,
      );
    }
    top.highest = Math.max(top.highest, position);
    if (rule.kind === 'signature' || rule.kind === 'skipped') {
      this.#skip = { depth: 1, inSignature: rule.kind === 'signature', openAt: 0 };
      return;
    }
    this.#noteNamespace(element);
    this.#notePrefix(element, rule);
    const made = reading(rule, top.reading);
    if (rule.name === 'Reference' && element.attributes.some(({ namespace }) => namespace === XLINK_NAMESPACE))
      this.#notes.add('info', 'content-id-variant', { contentId: 'xlink' }, placeOf(made));
    if (note !== null) this.#notes.add('warning', note, { name: element.local }, placeOf(made), element.local);
    this.#limitOccurrence(made);
    this.#push(made);
  }

  #openUnknown(top: Frame, rule: Group, element: XmlElement, ours: boolean): void {
    const place = `${placeOf(top.reading)}/${element.local}`;
    const known = SPELLINGS.get(element.local.toLowerCase());
    const otherCase = ours && known !== undefined && !known.has(element.local);
    const closed = rule.closed === 'any' || (ours && rule.closed === 'own');
    if (closed || otherCase || FOREIGN_NAMES.has(element.local)) {
      throw new XmlFault('schema-invalid', { field: element.local }, place);
    }
    this.#notes.add('warning', 'unknown-element', { name: element.local }, place, place);
    this.#skip = { depth: 1, inSignature: false, openAt: 0 };
  }

  #openSkipped(skip: Skip, element: XmlElement): void {
    skip.depth += 1;
    if (!skip.inSignature) return;
    if (STRUCTURE.has(element.local)) {
      // The digest leaves out the Signature element, so structure inside it would be unsigned.
      throw new XmlFault('schema-invalid', { field: element.local }, `Signature//${element.local}`);
    }
    if (skip.openAt > 0) return;
    const name = SIGNATURE_NAMES.get(element.local);
    if (name === undefined)
      throw new XmlFault('schema-invalid', { field: element.local }, `Signature//${element.local}`);
    if (name === 'open') skip.openAt = skip.depth;
  }

  #closeSkipped(skip: Skip): void {
    if (skip.openAt === skip.depth) skip.openAt = 0;
    skip.depth -= 1;
    if (skip.depth === 0) this.#skip = null;
  }

  #push(made: Reading): void {
    const payload = made.rule.kind === 'payload' ? { digest: null, archive: null, start: 0, end: 0 } : null;
    this.#top = { reading: made, highest: 0, text: '', textBytes: 0, payload };
    this.#frames.push(this.#top);
  }

  /**
   * Counts singular elements at any place: a second envelope hidden in an unknown element is as bad as one in the open.
   */
  #countSingular(element: XmlElement): void {
    const code = SINGULAR.get(element.local);
    if (code === undefined || !NAMESPACES.has(element.namespace)) return;
    if (this.#singular.has(code)) throw new XmlFault(code, { field: element.local }, `//${element.local}`);
    this.#singular.add(code);
  }

  #limitOccurrence(made: Reading): void {
    const { rule, ordinal } = made;
    if (rule.occurs === 'once') {
      if (ordinal > 1) throw new XmlFault('schema-invalid', { field: fieldOf(made) }, placeOf(made));
      return;
    }
    if (!isLimited(rule.name)) {
      if (ordinal > this.#limits.repeats) throw overLimit(rule.name, this.#limits.repeats, made);
      return;
    }
    const { limit, code } = OCCURRENCE_LIMITS[rule.name];
    if (ordinal > limit(this.#limits)) throw new XmlFault(code, { limit: limit(this.#limits) }, placeOf(made));
  }

  #noteNamespace(element: XmlElement): void {
    if (element.namespace === this.#namespace) return;
    this.#namespace = element.namespace;
    const note = NAMESPACES.get(element.namespace) ?? null;
    if (note !== null) this.#notes.add('warning', note, { namespace: element.namespace }, `//${element.local}`);
  }

  /** XML says that a prefix means nothing; some readers in the field look for the usual one. */
  #notePrefix(element: XmlElement, rule: ElementRule): void {
    if (this.#prefixNoted || element.prefix === (UNPREFIXED.has(rule) ? '' : QCVN_PREFIX)) return;
    this.#prefixNoted = true;
    this.#notes.add('info', 'prefix-variant', { name: element.name }, `//${element.local}`);
  }

  #collect(frame: Frame, piece: string, bytes: number): void {
    frame.textBytes += bytes;
    if (frame.textBytes > this.#limits.fieldBytes) {
      throw new XmlFault(
        'field-too-long',
        { field: fieldOf(frame.reading), limit: this.#limits.fieldBytes },
        placeOf(frame.reading),
      );
    }
    this.#textBytes += bytes;
    if (this.#textBytes > this.#limits.textBytes) {
      throw overLimit('textBytes', this.#limits.textBytes, frame.reading);
    }
    frame.text = frame.text === '' ? piece : frame.text + piece;
  }

  #feed(frame: Frame, payload: PayloadFrame, bytes: Buffer, offset: number): void {
    if (payload.digest === null) {
      const name = attachmentName(frame);
      const archive = new OneFileReader(this.#roomForOpened(), ARCHIVE_LIMITS, (piece) => this.#tap?.opened?.(piece));
      payload.archive = archive;
      // A name that follows the content is not known yet; then the reader opens the archive needlessly.
      const open = isArchiveName(name) ? undefined : (decoded: Buffer) => archive.feed(decoded);
      payload.digest = new Base64Digest({ name }, offset, alongside(open, this.#tap));
      this.#tap?.begin(offset);
      payload.start = offset;
    }
    payload.end = offset + bytes.length;
    // The text may hold white space, so this bound only stops files that are certainly too large.
    if (payload.end - payload.start > this.#limits.attachmentBytes * 2 + 1024) {
      throw tooLarge(frame, this.#limits.attachmentBytes);
    }
    payload.digest.feed(bytes);
  }

  #roomForOpened(): number {
    return Math.min(this.#limits.attachmentBytes, this.#limits.totalAttachmentBytes - this.#openedBytes);
  }

  #endPayload(frame: Frame, payload: PayloadFrame): void {
    if (payload.digest === null || payload.archive === null) return;
    const { start: offset, end } = payload;
    const digested = payload.digest.end();
    const archive = payload.archive.end();
    this.#tap?.end();
    frame.reading.payload = { offset, encodedLength: end - offset, ...digested, archive };
    this.#openedBytes += payload.archive.inflated;
    const { size } = digested;
    this.#attachmentBytes += size;
    if (size > this.#limits.attachmentBytes) throw tooLarge(frame, this.#limits.attachmentBytes);
    if (this.#attachmentBytes > this.#limits.totalAttachmentBytes)
      throw tooLarge(frame, this.#limits.totalAttachmentBytes);
  }
}

type Sink = ((decoded: Buffer) => void) | undefined;

function alongside(open: Sink, tap: AttachmentTap | null): Sink {
  if (tap === null) return open;
  return (decoded) => {
    open?.(decoded);
    tap.bytes(decoded);
  };
}

function strayText(at: Reading): XmlFault {
  return new XmlFault('schema-invalid', { field: fieldOf(at) }, placeOf(at));
}

function overLimit(reason: string, maximum: number, at: Reading): XmlFault {
  return new XmlFault('xml-limits', { reason, maximum }, placeOf(at));
}

function tooLarge(frame: Frame, limit: number): XmlFault {
  return new XmlFault('attachment-too-large', { name: attachmentName(frame), limit }, placeOf(frame.reading));
}

/** Base64 text must be one run of characters; a child or comment inside it makes the offsets wrong. */
function brokenEncoding(frame: Frame, payload: PayloadFrame): XmlFault {
  const facts = { name: attachmentName(frame), offset: payload.end };
  return new XmlFault('attachment-encoding-invalid', facts, placeOf(frame.reading));
}

/** XInclude asks the reader to fetch files; `xsi:*` asks it to follow another schema. */
function refuseForeignMachinery(element: XmlElement): void {
  const instructs = element.attributes.some(({ namespace }) => namespace === INSTANCE_NAMESPACE);
  if (!instructs && element.namespace !== INCLUDE_NAMESPACE) return;
  throw new XmlFault('schema-invalid', { field: element.local }, `//${element.local}`);
}

function isLimited(name: string): name is keyof typeof OCCURRENCE_LIMITS {
  return Object.hasOwn(OCCURRENCE_LIMITS, name);
}

function takesText(rule: ElementRule): boolean {
  return rule.kind === 'leaf' || (rule.kind === 'group' && rule.text);
}

/** Either children or text: with both, two readers would see two values. */
function endMixed({ reading: made, text: written }: Frame): void {
  const value = trimmed(written);
  if (value === '') return;
  if (made.children.length > 0) throw new XmlFault('schema-invalid', { field: fieldOf(made) }, placeOf(made));
  made.value = value;
}

function attachmentName(frame: Frame): string {
  const attachment = frame.reading.parent ?? undefined;
  return text(attachment, 'AttachmentName') ?? text(attachment, 'ContentId') ?? `${attachment?.ordinal ?? ''}`;
}

function isBlank(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && isSpace(bytes[at] ?? 0)) at += 1;
  return at === bytes.length;
}
