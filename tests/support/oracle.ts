// A second reader of packages, by an XML library that shares nothing with ours: it tells the fields by which a message is
// routed. It forgives much, so it is asked only about packages that ours has taken.

import { createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import type { Message } from '../../src/core/message/message.ts';

/** What decides where a message goes and what it is, in the words of the package. */
export interface Routed {
  readonly from: string;
  readonly to: readonly string[];
  readonly documentId: string;
  readonly code: string;
  readonly promulgationDate: string;
  readonly subject: string;
  readonly kind: string;
  readonly attachments: readonly { readonly contentId: string; readonly name: string; readonly sha256: string }[];
}

type Tree = Readonly<Record<string, unknown>>;

const PARSER = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  cdataPropName: '#cdata',
  isArray: (name) => ['To', 'Reference', 'Attachment', 'ResponseFor'].includes(name),
});

export function routedByOracle(bytes: Buffer): Routed {
  const parsed = PARSER.parse(bytes) as Tree;
  const root = tree(parsed['edXML'] ?? parsed['EdXML'] ?? parsed);
  const envelope = tree(root['edXMLEnvelope'] ?? root['EdXMLEnvelope']);
  const headers = tree(envelope['edXMLHeader'] ?? envelope['EdXMLHeader']);
  const header = tree(headers['MessageHeader']);
  const traces = tree(headers['TraceHeaderList']);
  const bussiness = tree(traces['Bussiness'] ?? traces['Business']);
  const isStatus = header['StatusCode'] !== undefined;
  const answered = list(header['ResponseFor'])[0] ?? {};
  const block = tree(
    root['AttachmentEncoded'] ?? envelope['AttachmentEncoded'] ?? tree(envelope['edXMLBody'])['AttachmentEncoded'],
  );
  const code = tree(header['Code']);
  return {
    from: text(tree(header['From'])['OrganId']),
    to: isStatus ? [text(answered['OrganId'])] : list(header['To']).map((to) => text(to['OrganId'])),
    documentId: text(isStatus ? answered['DocumentId'] : header['DocumentId']),
    code: isStatus ? text(answered['Code']) : `${text(code['CodeNumber'])}/${text(code['CodeNotation'])}`,
    promulgationDate: iso(
      text(isStatus ? answered['PromulgationDate'] : tree(header['PromulgationInfo'])['PromulgationDate']),
    ),
    subject: text(header['Subject']),
    kind: isStatus
      ? `status ${text(header['StatusCode'])}`
      : text(bussiness['BussinessDocType'] ?? bussiness['BusinessDocType']),
    attachments: list(block['Attachment']).map((attachment) => ({
      contentId: text(attachment['ContentId']).replace(/^cid:/, ''),
      name: text(attachment['AttachmentName']),
      sha256: createHash('sha256')
        .update(Buffer.from(text(attachment['ContentTransferEncoded']), 'base64'))
        .digest('hex'),
    })),
  };
}

const KINDS = { new: '0', revoke: '1', update: '2', replace: '3' } as const;

export function routedBy(message: Message): Routed {
  if (message.kind === 'status') {
    const { organId, documentId, code, promulgationDate = '' } = message.responseFor;
    const kind = `status ${message.statusCode}`;
    return {
      from: message.from.organId,
      to: [organId],
      documentId,
      code,
      promulgationDate,
      subject: '',
      kind,
      attachments: [],
    };
  }
  return {
    from: message.from.organId,
    to: message.to.map(({ organId }) => organId),
    documentId: message.documentId,
    code: `${message.code.codeNumber}/${message.code.codeNotation}`,
    promulgationDate: message.promulgationInfo.promulgationDate,
    subject: message.subject,
    kind: KINDS[message.kind],
    attachments: message.attachments.map(({ contentId, attachmentName, sha256 }) => ({
      contentId,
      name: attachmentName,
      sha256,
    })),
  };
}

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

function list(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.map(tree) : [];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function text(value: unknown): string {
  const node = tree(value);
  const own = typeof value === 'string' ? value : plainText(node['#text']);
  const plain = own
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, number?: string, name?: string) =>
      number === undefined ? (ENTITIES[name ?? ''] ?? '') : String.fromCodePoint(Number(number)),
    );
  return (plain + plainText(node['#cdata'])).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function iso(date: string): string {
  return date.replaceAll('/', '-');
}
