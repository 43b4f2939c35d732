// The operations of the interface: one file each under operations/, one line each here, one row each in authority.ts.

import { acknowledgeDelivery } from './operations/acknowledgeDelivery.ts';
import { acknowledgeNotice } from './operations/acknowledgeNotice.ts';
import { getDeliveryPackage } from './operations/getDeliveryPackage.ts';
import { getHealth } from './operations/getHealth.ts';
import { getMessage } from './operations/getMessage.ts';
import { getMessageAttachment } from './operations/getMessageAttachment.ts';
import { getMessageEvidence } from './operations/getMessageEvidence.ts';
import { getMessagePackage } from './operations/getMessagePackage.ts';
import { getMessageReport } from './operations/getMessageReport.ts';
import { getMessageReportPdf } from './operations/getMessageReportPdf.ts';
import { getMessageTrace } from './operations/getMessageTrace.ts';
import { getMetrics } from './operations/getMetrics.ts';
import { getOpenApi } from './operations/getOpenApi.ts';
import { getReadiness } from './operations/getReadiness.ts';
import { issueToken } from './operations/issueToken.ts';
import { listKeys } from './operations/listKeys.ts';
import { listOrganizations } from './operations/listOrganizations.ts';
import { readInbox } from './operations/readInbox.ts';
import { recallMessage } from './operations/recallMessage.ts';
import { recordStatus } from './operations/recordStatus.ts';
import { submitMessage } from './operations/submitMessage.ts';

export const OPERATIONS = {
  issueToken,
  submitMessage,
  getMessage,
  getMessageTrace,
  getMessagePackage,
  getMessageAttachment,
  getMessageReport,
  getMessageReportPdf,
  getMessageEvidence,
  recallMessage,
  readInbox,
  getDeliveryPackage,
  acknowledgeDelivery,
  acknowledgeNotice,
  recordStatus,
  listOrganizations,
  listKeys,
  getHealth,
  getReadiness,
  getMetrics,
  getOpenApi,
};

export type OperationId = keyof typeof OPERATIONS;
