// From metadata that passed its schema to the one vocabulary: empty texts are absent, times are Vietnamese, and sphere and
// limits on passing on are told apart as they would be after a way through the national format.

import type { Finding } from '../../problems/finding.ts';
import type {
  Bussiness,
  Organization,
  OtherInfo,
  ResponseFor,
  StaffInfo,
  StatusMessage,
  TraceHeader,
} from '../../message/message.ts';
import { joinSphere, splitSphere } from '../circulation.ts';
import { given } from '../edxml/given.ts';
import { parseTimestamp } from '../edxml/values.ts';
import type { DocumentDraft } from '../edxml/write.ts';
import type { DocumentMetadata, StatusMetadata } from './metadata.ts';

/** `findings`: what was left out because it says nothing. */
export function documentOf(from: DocumentMetadata): {
  readonly message: DocumentDraft;
  readonly findings: readonly Finding[];
} {
  const { sphereOfPromulgation, circulation } = splitSphere(
    joinSphere({ ...from.otherInfo, circulation: [...new Set(from.circulation)] }) ?? '',
  );
  const answered = from.responseFor.map(responseFor);
  const message: DocumentDraft = {
    kind: from.kind,
    from: organization(from.from),
    to: from.to.map(organization),
    documentId: from.documentId,
    code: from.code,
    promulgationInfo: {
      promulgationDate: from.promulgationInfo.promulgationDate,
      ...given({ place: text(from.promulgationInfo.place) }),
    },
    documentType: given({ ...from.documentType, typeName: text(from.documentType.typeName) }),
    subject: from.subject,
    otherInfo: otherInfo({ ...from.otherInfo, sphereOfPromulgation }),
    responseFor: answered.filter(names),
    toPlaces: texts(from.toPlaces),
    traceHeaders: from.traceHeaders.map(traceHeader),
    ...given({
      content: text(from.content),
      signerInfo: filled({
        competence: text(from.signerInfo?.competence),
        position: text(from.signerInfo?.position),
        fullName: text(from.signerInfo?.fullName),
      }),
      dueDate: from.dueDate,
      steeringType: from.steeringType,
      bussiness: from.bussiness === undefined ? undefined : bussiness(from.bussiness),
      circulation,
      secrecy: from.secrecy,
    }),
  };
  const findings = answered.flatMap((entry, index): readonly Finding[] =>
    names(entry)
      ? []
      : [{ code: 'response-for-empty', severity: 'warning', facts: {}, place: `/responseFor/${index}` }],
  );
  return { message, findings };
}

export function statusOf(from: StatusMetadata): StatusMessage {
  return {
    kind: 'status',
    from: organization(from.from),
    responseFor: responseFor(from.responseFor),
    statusCode: from.statusCode,
    timestamp: timestamp(from.timestamp) ?? from.timestamp,
    ...given({ staffInfo: staffInfo(from.staffInfo), description: text(from.description) }),
  };
}

function organization({ organId, ...rest }: DocumentMetadata['from']): Organization {
  return {
    organId,
    ...given({
      organizationInCharge: text(rest.organizationInCharge),
      organName: text(rest.organName),
      organAdd: text(rest.organAdd),
      email: text(rest.email),
      telephone: text(rest.telephone),
      fax: text(rest.fax),
      website: text(rest.website),
    }),
  };
}

function otherInfo(from: DocumentMetadata['otherInfo']): OtherInfo {
  const appendixes = texts(from.appendixes);
  return given({
    priority: from.priority,
    sphereOfPromulgation: text(from.sphereOfPromulgation),
    typerNotation: text(from.typerNotation),
    promulgationAmount: from.promulgationAmount,
    pageAmount: from.pageAmount,
    direction: from.direction,
    appendixes: appendixes.length === 0 ? undefined : appendixes,
  });
}

function responseFor({ promulgationDate, ...rest }: DocumentMetadata['responseFor'][number]): ResponseFor {
  return { ...rest, ...given({ promulgationDate }) };
}

/** An entry without any of these names no document. */
function names({ organId, documentId, code }: ResponseFor): boolean {
  return organId !== '' || documentId !== '' || code !== '';
}

function traceHeader(hop: DocumentMetadata['traceHeaders'][number]): TraceHeader {
  return given({ organId: text(hop.organId), timestamp: timestamp(hop.timestamp) });
}

function bussiness(from: NonNullable<DocumentMetadata['bussiness']>): Bussiness {
  return given({
    documentId: text(from.documentId),
    bussinessDocReason: text(from.bussinessDocReason),
    paper: from.paper,
    staffInfo: staffInfo(from.staffInfo),
    documentInfo: from.documentInfo,
    documentReceiver: from.documentReceiver,
    receiverList: from.receiverList.length === 0 ? undefined : from.receiverList,
    replacementInfoList: from.replacementInfoList.length === 0 ? undefined : from.replacementInfoList,
  });
}

function staffInfo(from: StatusMetadata['staffInfo']): StaffInfo | undefined {
  return filled({
    department: text(from?.department),
    staff: text(from?.staff),
    email: text(from?.email),
    mobile: text(from?.mobile),
  });
}

/** To local Vietnamese time; the schema has seen that it is a time. */
function timestamp(written: string | undefined): string | undefined {
  const parsed = written === undefined ? undefined : parseTimestamp(written);
  return parsed === undefined ? undefined : String(parsed.value);
}

function text(written = ''): string | undefined {
  return written === '' ? undefined : written;
}

function texts(written: readonly string[]): readonly string[] {
  return written.filter((one) => one !== '');
}

function filled<T extends object>(fields: T): ReturnType<typeof given<T>> | undefined {
  const kept = given(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
