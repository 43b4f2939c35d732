// The authority of each operation, one row each. An operation without a row does not compile.

import type { Authority } from '../auth.ts';
import type { OperationId } from './operations.ts';

export const AUTHORITY: Readonly<Record<OperationId, Authority>> = {
  issueToken: 'public',
  submitMessage: ['document.submit'],
  getMessage: ['status.read'],
  getMessageTrace: ['status.read'],
  getMessagePackage: ['document.submit', 'document.receive'],
  getMessageAttachment: ['document.submit', 'document.receive'],
  getMessageReport: ['status.read'],
  getMessageReportPdf: ['status.read'],
  getMessageEvidence: ['document.submit', 'document.receive'],
  recallMessage: ['document.submit'],
  readInbox: ['document.receive'],
  getDeliveryPackage: ['document.receive'],
  acknowledgeDelivery: ['document.receive'],
  acknowledgeNotice: ['document.receive'],
  recordStatus: ['status.write'],
  listOrganizations: 'client',
  listKeys: 'public',
  getHealth: 'public',
  getReadiness: 'public',
  getMetrics: 'public',
  getOpenApi: 'public',
};
