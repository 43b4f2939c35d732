// Every text of a message with its limits. The standard's lengths could not be read in the legal text, so what is believed
// of them only warns; what refuses is ours.

import type { Confidence } from '../message/code-lists/code-list.ts';
import { ORGAN_ID_LENGTH } from '../message/code-lists/organisations.ts';
import type { DocumentMessage, Message, Organization, StatusMessage } from '../message/message.ts';

export interface TextLimit {
  /** Characters above which a package is refused: ours, far beyond any honest use. */
  readonly refused: number;
  /** What the standard is believed to allow; beyond it there is a warning. */
  readonly believed?: number;
  /** Of `believed`. */
  readonly confidence?: Confidence;
  readonly source?: string;
}

/** The one weak source of lengths: a published database schema of an edXML client. */
const SCHEMA = { confidence: 'L', source: 'published client schema' } as const;

/** In characters. To be corrected here when the tables of QCVN 102:2016 and its amendment of 2022 can be read. */
export const TEXT_LIMITS = {
  organId: { refused: ORGAN_ID_LENGTH, believed: ORGAN_ID_LENGTH, confidence: 'M', source: 'QĐ 20/2020/QĐ-TTg' },
  organizationInCharge: { refused: 1000, believed: 200, ...SCHEMA },
  organName: { refused: 1000, believed: 200, ...SCHEMA },
  organAdd: { refused: 1000, believed: 250, ...SCHEMA },
  email: { refused: 500, believed: 100, ...SCHEMA },
  telephone: { refused: 250, believed: 50, ...SCHEMA },
  fax: { refused: 250, believed: 50, ...SCHEMA },
  website: { refused: 500, believed: 100, ...SCHEMA },
  documentId: { refused: 500, believed: 200, ...SCHEMA },
  codeNumber: { refused: 200, believed: 50, ...SCHEMA },
  codeNotation: { refused: 200, believed: 50, ...SCHEMA },
  place: { refused: 1000, believed: 50, ...SCHEMA },
  typeName: { refused: 500, believed: 100, ...SCHEMA },
  subject: { refused: 10_000, believed: 500, ...SCHEMA },
  content: { refused: 10_000, believed: 500, ...SCHEMA },
  competence: { refused: 500, believed: 100, ...SCHEMA },
  position: { refused: 500, believed: 100, ...SCHEMA },
  fullName: { refused: 500, believed: 50, ...SCHEMA },
  sphereOfPromulgation: { refused: 1000, believed: 100, ...SCHEMA },
  typerNotation: { refused: 200, believed: 10, ...SCHEMA },
  appendix: { refused: 10_000 },
  toPlace: { refused: 10_000 },
  reason: { refused: 10_000 },
  department: { refused: 1000, believed: 300, ...SCHEMA },
  staff: { refused: 1000, believed: 300, ...SCHEMA },
  mobile: { refused: 250, believed: 50, ...SCHEMA },
  description: { refused: 10_000 },
  attachmentName: { refused: 255 },
  contentId: { refused: 255 },
  contentType: { refused: 255 },
} as const satisfies Record<string, TextLimit>;

export type TextKind = keyof typeof TEXT_LIMITS;

/** One text of a message. `field` is its path, for people and programs. */
export interface Field {
  readonly kind: TextKind;
  readonly field: string;
  readonly text: string;
}

type Written = readonly [kind: TextKind, field: string, text: string | undefined];

/** All texts there are, in the order of the format. */
export function textFields(message: Message): readonly Field[] {
  const written = message.kind === 'status' ? statusTexts(message) : documentTexts(message);
  return written.flatMap(([kind, field, text]) => (text === undefined ? [] : [{ kind, field, text }]));
}

function documentTexts(message: DocumentMessage): readonly Written[] {
  return [
    ...organizationTexts('From', message.from),
    ...message.to.flatMap((to, index) => organizationTexts(`To[${index + 1}]`, to)),
    ['documentId', 'DocumentId', message.documentId],
    ['codeNumber', 'Code/CodeNumber', message.code.codeNumber],
    ['codeNotation', 'Code/CodeNotation', message.code.codeNotation],
    ['place', 'PromulgationInfo/Place', message.promulgationInfo.place],
    ['typeName', 'DocumentType/TypeName', message.documentType.typeName],
    ['subject', 'Subject', message.subject],
    ['content', 'Content', message.content],
    ['competence', 'SignerInfo/Competence', message.signerInfo?.competence],
    ['position', 'SignerInfo/Position', message.signerInfo?.position],
    ['fullName', 'SignerInfo/FullName', message.signerInfo?.fullName],
    ['sphereOfPromulgation', 'OtherInfo/SphereOfPromulgation', message.otherInfo.sphereOfPromulgation],
    ['typerNotation', 'OtherInfo/TyperNotation', message.otherInfo.typerNotation],
    ...(message.otherInfo.appendixes ?? []).map((text): Written => ['appendix', 'OtherInfo/Appendixes/Appendix', text]),
    ...message.responseFor.flatMap(({ documentId, code }): readonly Written[] => [
      ['documentId', 'ResponseFor/DocumentId', documentId],
      ['description', 'ResponseFor/Code', code],
    ]),
    ...message.toPlaces.map((text): Written => ['toPlace', 'ToPlaces/Place', text]),
    ...bussinessTexts(message),
    ...message.attachments.flatMap(
      ({ contentId, attachmentName, description, contentType }, index): readonly Written[] => [
        ['contentId', `Attachment[${index + 1}]/ContentId`, contentId],
        ['attachmentName', `Attachment[${index + 1}]/AttachmentName`, attachmentName],
        ['description', `Attachment[${index + 1}]/Description`, description],
        ['contentType', `Attachment[${index + 1}]/ContentType`, contentType],
      ],
    ),
  ];
}

function statusTexts(message: StatusMessage): readonly Written[] {
  return [
    ...organizationTexts('From', message.from),
    ['organId', 'ResponseFor/OrganId', message.responseFor.organId],
    ['description', 'ResponseFor/Code', message.responseFor.code],
    ['documentId', 'ResponseFor/DocumentId', message.responseFor.documentId],
    ['department', 'StaffInfo/Department', message.staffInfo?.department],
    ['staff', 'StaffInfo/Staff', message.staffInfo?.staff],
    ['email', 'StaffInfo/Email', message.staffInfo?.email],
    ['mobile', 'StaffInfo/Mobile', message.staffInfo?.mobile],
    ['description', 'Description', message.description],
  ];
}

function organizationTexts(at: string, organization: Organization): readonly Written[] {
  return [
    ['organId', `${at}/OrganId`, organization.organId],
    ['organizationInCharge', `${at}/OrganizationInCharge`, organization.organizationInCharge],
    ['organName', `${at}/OrganName`, organization.organName],
    ['organAdd', `${at}/OrganAdd`, organization.organAdd],
    ['email', `${at}/Email`, organization.email],
    ['telephone', `${at}/Telephone`, organization.telephone],
    ['fax', `${at}/Fax`, organization.fax],
    ['website', `${at}/Website`, organization.website],
  ];
}

function bussinessTexts({ bussiness }: DocumentMessage): readonly Written[] {
  return [
    ['documentId', 'Bussiness/DocumentId', bussiness?.documentId],
    ['reason', 'Bussiness/BussinessDocReason', bussiness?.bussinessDocReason],
    ['department', 'Bussiness/StaffInfo/Department', bussiness?.staffInfo?.department],
    ['staff', 'Bussiness/StaffInfo/Staff', bussiness?.staffInfo?.staff],
    ['email', 'Bussiness/StaffInfo/Email', bussiness?.staffInfo?.email],
    ['mobile', 'Bussiness/StaffInfo/Mobile', bussiness?.staffInfo?.mobile],
    ...(bussiness?.receiverList ?? []).map(({ organId }, index): Written => [
      'organId',
      `${receiverPath(index)}/OrganId`,
      organId,
    ]),
    ...(bussiness?.replacementInfoList ?? []).flatMap(({ documentId, organIdList }, index): readonly Written[] => [
      ['documentId', `${replacementPath(index)}/DocumentId`, documentId],
      ...organIdList.map((organId): Written => ['organId', `${replacementPath(index)}/OrganIdList/OrganId`, organId]),
    ]),
  ];
}

/** Of the receiver at that index of an update. */
export function receiverPath(index: number): string {
  return `Bussiness/BussinessDocumentInfo/ReceiverList/Receiver[${index + 1}]`;
}

/** Of the replaced document at that index of a replacement. */
export function replacementPath(index: number): string {
  return `Bussiness/ReplacementInfoList/ReplacementInfo[${index + 1}]`;
}
