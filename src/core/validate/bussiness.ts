// Checks the references of a revocation, an update or a replacement to other documents. `Bussiness/DocumentId` names
// the document, else the message's own id does; ResponseFor never does (src/docs/format.md 3.3).

import { excerpt } from '../message/excerpt.ts';
import type { Finding } from '../problems/finding.ts';
import type { Bussiness, DocumentMessage } from '../message/message.ts';
import { fieldPlace, holderPlace } from '../message/places.ts';
import { targetsOf } from '../exchange/identity.ts';
import { noteFinding } from './check.ts';

const RECEIVERS = holderPlace('bussiness.receiverList[]');
const REPLACED = holderPlace('bussiness.replacementInfoList[]');
const NONE: Bussiness = {};

/** Notes a target document that the package names elsewhere than the standard does. */
export function target(message: DocumentMessage): readonly Finding[] {
  const { kind, documentId, bussiness = NONE } = message;
  if (kind === 'new') return [];
  if (kind === 'replace') {
    const named = (bussiness.replacementInfoList ?? []).length > 0;
    return named ? [] : [noteFinding('warning', 'replacement-list-missing', {}, REPLACED)];
  }
  const place = fieldPlace('bussiness.documentId');
  return bussiness.documentId === undefined
    ? [noteFinding('warning', 'target-assumed', { documentId: excerpt(documentId, 200) }, place)]
    : [];
}

/** A revocation that also answers another document revokes only its own target. */
export function answersOfRevocation(message: DocumentMessage): readonly Finding[] {
  if (message.kind !== 'revoke') return [];
  const targets = targetsOf(message);
  return message.responseFor.flatMap(({ documentId }, index) =>
    documentId === '' || targets.includes(documentId)
      ? []
      : [
          noteFinding(
            'info',
            'response-for-unused',
            { documentId: excerpt(documentId, 200) },
            fieldPlace('responseFor[]', index),
          ),
        ],
  );
}

/** The receiver of a revocation or a replacement must cancel a document, and should know the reason. */
export function bussinessReason({ kind, bussiness = NONE }: DocumentMessage): readonly Finding[] {
  if (kind !== 'revoke' && kind !== 'replace') return [];
  const given = (bussiness.bussinessDocReason ?? '').trim() !== '';
  return given ? [] : [noteFinding('warning', 'reason-missing', {}, fieldPlace('bussiness.bussinessDocReason'))];
}

/** Checks the receivers that an update adds or removes, and their types. */
export function changedReceivers({ kind, bussiness = NONE }: DocumentMessage): readonly Finding[] {
  const list = bussiness.receiverList ?? [];
  const announced = bussiness.documentReceiver === true;
  if (kind !== 'update') {
    const unused = list.length > 0 || announced || bussiness.documentInfo === true;
    return unused ? [unusedPart(holderPlace('bussiness.documentInfo'))] : [];
  }
  const removed = new Set(list.flatMap(({ organId, receiverType }) => (receiverType === 'removed' ? [organId] : [])));
  const both = list.flatMap(({ organId, receiverType }, index) =>
    receiverType === 'added' && removed.has(organId)
      ? [
          noteFinding(
            'error',
            'receiver-contradictory',
            { organId },
            fieldPlace('bussiness.receiverList[].organId', index),
          ),
        ]
      : [],
  );
  if (list.length === 0 && announced) return [noteFinding('warning', 'receiver-list-missing', {}, RECEIVERS)];
  if (list.length > 0 && !announced)
    return [...both, noteFinding('warning', 'receiver-list-unannounced', {}, RECEIVERS)];
  return both;
}

/** Notes a list of replaced documents in a message that is no replacement. */
export function replacedElsewhere({ kind, bussiness = NONE }: DocumentMessage): readonly Finding[] {
  const given = kind !== 'replace' && (bussiness.replacementInfoList ?? []).length > 0;
  return given ? [unusedPart(REPLACED)] : [];
}

function unusedPart(field: string): Finding {
  return noteFinding('info', 'bussiness-part-unused', { field }, field);
}
