// A package through the product's one pass, and on through its strict writer.

import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import type { Result } from '../../src/core/problems/finding.ts';
import { documentBytes, writeStatus, type DraftAttachment } from '../../src/core/formats/edxml/write.ts';
import type { Attachment, DocumentMessage, Message } from '../../src/core/message/message.ts';
import type { OpenedPackage } from '../../src/core/open/opened.ts';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { explainedStep } from './explained.ts';

/** One reading, whole or in the given chunks. */
export function openPackage(bytes: Buffer | readonly Buffer[]): Result<OpenedPackage> {
  const reader = new PackageReader();
  for (const chunk of Buffer.isBuffer(bytes) ? [bytes] : bytes) reader.feed(chunk);
  return explainedStep(reader.end());
}

/** What a reading comes to: what it noted, each code once and in alphabetical order, or the code of the refusal. */
export function verdictOf(bytes: Buffer): readonly string[] | string {
  const opened = openPackage(bytes);
  return opened.ok ? [...new Set(opened.value.findings.map(({ code }) => code))].sort() : opened.code;
}

export function messageOf(bytes: Buffer): Message {
  const opened = openPackage(bytes);
  if (!opened.ok) throw new Error(`refused: ${opened.code} ${JSON.stringify(opened.facts)} at ${opened.place ?? '?'}`);
  return opened.value.message;
}

/** What a package says, whatever stands where in it: the message, and each file by what is in it. */
export function contentsOf(bytes: Buffer): unknown {
  const message = messageOf(bytes);
  if (message.kind === 'status') return message;
  const attachments = message.attachments.map((attachment) => ({
    contentId: attachment.contentId,
    attachmentName: attachment.attachmentName,
    description: attachment.description,
    file: createHash('sha256').update(fileOf(bytes, attachment)).digest('hex'),
  }));
  return { ...message, attachments };
}

/** Decoded bytes of an attachment as they lie in the package. */
function contentOf(bytes: Buffer, { offset, encodedLength }: Attachment): Buffer {
  return Buffer.from(bytes.subarray(offset, offset + encodedLength).toString('latin1'), 'base64');
}

/** The file itself: out of its ZIP, by the rule of the national library's reader. */
function fileOf(bytes: Buffer, attachment: Attachment): Buffer {
  const content = contentOf(bytes, attachment);
  const wrapped = attachment.mediaType === 'application/zip' && !/\.zip$/i.test(attachment.attachmentName);
  const [entry] = wrapped ? Object.values(unzipSync(content)) : [];
  return entry === undefined ? content : Buffer.from(entry);
}

/** The package as the strict writer writes what was read. */
export async function rewritten(bytes: Buffer): Promise<Buffer> {
  const message = messageOf(bytes);
  return message.kind === 'status' ? writeStatus(message) : documentBytes(message, filesOf(bytes, message));
}

function filesOf(bytes: Buffer, { attachments }: DocumentMessage): readonly DraftAttachment[] {
  return attachments.map((attachment) => {
    const { contentId, attachmentName, description } = attachment;
    const content = fileOf(bytes, attachment);
    return { contentId, attachmentName, content, ...(description === undefined ? {} : { description }) };
  });
}
