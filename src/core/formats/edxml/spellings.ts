// Older dialects of the national format beside the strict one: each system's names of elements, and its way of writing
// values. The reader takes every row; the strict writer uses none of them. schemas/fields.md shows the table to people.

import type { Sourced } from '../../message/code-lists/code-list.ts';

/** Another name of an element. */
interface OtherName extends Sourced {
  /** The standard's name. */
  readonly element: string;
  readonly spelled: string;
}

const EDOC: Sourced = { source: 'eDoc software older than the national axis', confidence: 'M' };
const VENDORS: Sourced = { source: 'agency software, several vendors', confidence: 'L' };

export const OTHER_NAMES: readonly OtherName[] = [
  { element: 'OrganizationInCharge', spelled: 'OrganInCharge', ...EDOC },
  { element: 'Bussiness', spelled: 'Business', ...EDOC },
  { element: 'BussinessDocType', spelled: 'BusinessDocType', ...EDOC },
  { element: 'BussinessDocReason', spelled: 'BusinessDocReason', ...EDOC },
  { element: 'BussinessDocumentInfo', spelled: 'BusinessDocumentInfo', ...EDOC },
  { element: 'edXML', spelled: 'EdXML', ...VENDORS },
  { element: 'edXMLEnvelope', spelled: 'EdXMLEnvelope', ...VENDORS },
  { element: 'edXMLHeader', spelled: 'EdXMLHeader', ...VENDORS },
  { element: 'edXMLBody', spelled: 'EdXMLBody', ...VENDORS },
  { element: 'edXMLManifest', spelled: 'Manifest', ...VENDORS },
  { element: 'edXMLManifest', spelled: 'EdXMLManifest', ...VENDORS },
];

/** Another way of writing a date or a time. The standard's own are `2026/11/20` and `2026/11/20 08:29:51`. */
interface DateSpelling extends Sourced {
  readonly form: string;
  readonly example: string;
  /** The example in the standard's form. */
  readonly standard: string;
}

export const DATE_SPELLINGS: readonly DateSpelling[] = [
  { form: 'dd/MM/yyyy', example: '20/11/2026', standard: '2026/11/20', ...EDOC },
  { form: 'dd/MM/yyyy HH:mm:ss', example: '20/11/2026 08:29:51', standard: '2026/11/20 08:29:51', ...EDOC },
  { form: 'yyyy/M/d', example: '2026/9/5', standard: '2026/09/05', ...VENDORS },
  { form: 'yyyy-MM-dd', example: '2026-11-20', standard: '2026/11/20', ...VENDORS },
  { form: 'yyyy-MM-ddTHH:mm:ssZ', example: '2026-11-20T01:29:51Z', standard: '2026/11/20 08:29:51', ...VENDORS },
];

/**
 * Elements of older dialects that the reader skips with a note, because nothing in the standard corresponds to them.
 */
export const LEFT_OUT: readonly (Sourced & { readonly element: string; readonly meaning: string })[] = [
  { element: 'ErrorList', meaning: 'Danh sách lỗi xử lý của hệ thống trước', ...EDOC },
];

/** The other names of an element. */
export function spellingsOf(element: string): readonly string[] {
  return OTHER_NAMES.flatMap((row) => (row.element === element ? [row.spelled] : []));
}
