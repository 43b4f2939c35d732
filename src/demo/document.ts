// The document of the demonstration: an official letter with a PDF, written and signed by the district's own system.

import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { documentBytes, type DocumentDraft } from '../core/formats/edxml/write.ts';
import { derValues } from '../core/crypto/pem.ts';
import { signPackage, type PackageSigner } from '../core/signature/sign.ts';
import { makePdf } from './pdf.ts';
import type { World } from './world.ts';

export interface DemoPackage {
  readonly bytes: Buffer;
  readonly documentId: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

const SUBJECT = 'Về việc thử nghiệm liên thông văn bản điện tử';

export interface DemoPackages {
  readonly letter: DemoPackage;
  /** Takes the letter back. */
  readonly revocation: DemoPackage;
}

/** A new letter each time: its number is the time of day. */
export async function makeDemoPackages(world: World, at: Date = new Date()): Promise<DemoPackages> {
  const draft = draftOf(world, at);
  const bussiness = {
    ...draft.bussiness,
    documentId: draft.documentId,
    bussinessDocReason: 'Thu hồi do gửi nhầm dự thảo',
  };
  return {
    letter: await makePackage(world, draft),
    revocation: await makePackage(world, { ...draft, kind: 'revoke', bussiness }),
  };
}

async function makePackage(world: World, draft: DocumentDraft): Promise<DemoPackage> {
  const pdf = makePdf(SUBJECT, [
    world.sender.name,
    `Số: ${draft.code.codeNumber}/${draft.code.codeNotation}`,
    '',
    SUBJECT,
  ]);
  const attachment = { contentId: randomUUID(), attachmentName: 'cong-van.pdf', description: SUBJECT, content: pdf };
  const bytes = await signPackage(await documentBytes(draft, [attachment]), await signerOf(world));
  return { bytes, documentId: draft.documentId, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The district signs with a key of its own, which the gateway never sees. */
async function signerOf({ sender }: World): Promise<PackageSigner> {
  const { keyPath, certificatesPath } = sender.signing;
  const key = createPrivateKey(await readFile(keyPath));
  return {
    algorithm: key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256',
    certificates: derValues(await readFile(certificatesPath), 'CERTIFICATE'),
    sign: (data) => Promise.resolve(sign('sha256', data, key)),
  };
}

/** The same package with one letter of its subject changed: still well-formed, no longer what was signed. */
export function tamperedCopy({ bytes }: DemoPackage): Buffer {
  const copy = Buffer.from(bytes);
  const subject = copy.indexOf('<edXML:Subject>');
  const letter = copy.indexOf('nghi', subject);
  if (subject < 0 || letter < 0) throw new Error('the package has no subject to change');
  copy[letter] = 'N'.charCodeAt(0);
  return copy;
}

function draftOf({ sender, receivers }: World, at: Date): DocumentDraft {
  // Vietnam has one zone and no summer time.
  const local = new Date(at.getTime() + 7 * 3600 * 1000).toISOString();
  const [date, time] = [local.slice(0, 10), local.slice(11, 23)];
  const code = { codeNumber: time.replace(/\D/g, ''), codeNotation: 'UBND-VP' };
  const addressees = [receivers.push, receivers.inbox, receivers.platform, receivers.unreachable];
  return {
    kind: 'new',
    from: { organId: sender.organisation, organName: sender.name },
    to: addressees.map(({ organisation, name }) => ({ organId: organisation, organName: name })),
    documentId: `${sender.organisation},${date.replaceAll('-', '/')},${code.codeNumber}/${code.codeNotation}`,
    code,
    promulgationInfo: { place: 'Mẫu', promulgationDate: date },
    documentType: { type: 2, typeDetail: 18, typeName: 'Công văn' },
    subject: SUBJECT,
    content: SUBJECT,
    signerInfo: { competence: 'TM. ỦY BAN NHÂN DÂN', position: 'Chủ tịch', fullName: 'Nguyễn Văn Mẫu' },
    otherInfo: { priority: 0, promulgationAmount: 1, pageAmount: 1 },
    responseFor: [],
    steeringType: 1,
    toPlaces: [...addressees.map(({ name }) => name), 'Lưu: VT'],
    traceHeaders: [{ organId: sender.organisation, timestamp: local.slice(0, 19) }],
    bussiness: {
      bussinessDocReason: 'Văn bản điện tử mới',
      paper: 0,
      staffInfo: { department: 'Văn phòng', staff: 'Văn thư' },
    },
  };
}

/** Who registers the letter, and what the one says who gives it back. */
export const STAFF = { department: 'Văn phòng', staff: 'Văn thư' };
export const AGREEMENT = 'Đồng ý trả lại';
