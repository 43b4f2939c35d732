// Types between two forms of one message: a draft without a form yet, and a rendering with the list of fields that the
// new form could not carry. Every conversion from one form to another uses these two.

import type { Finding } from '../problems/finding.ts';
import type { Attachment, DocumentMessage, StatusMessage } from './message.ts';

/** `edxml`: the national format; `json`: the converter's JSON form; `agency`: a ZIP of `metadata.json` and files. */
export type FormName = (typeof FORM_NAMES)[number];

export const FORM_NAMES = ['edxml', 'json', 'agency'] as const;

/** The form that a connection wants instead of the accepted bytes. */
export interface RenderingChoice {
  readonly format: FormName;
  /** Signed by the gateway; only with `edxml`. */
  readonly sign?: boolean;
}

/** A kept form of a message: the signed form is one of its own. */
export type RenderedForm = FormName | 'edxml-signed';

export function renderedForm({ format, sign = false }: RenderingChoice): RenderedForm {
  return sign && format === 'edxml' ? 'edxml-signed' : format;
}

/** One file of a document, decoded, and out of the ZIP it may have been wrapped in. */
export interface DraftFile extends Pick<Attachment, 'contentId' | 'attachmentName' | 'description' | 'contentType'> {
  /** In bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256. */
  readonly sha256: string;
  /** Answers the bytes from the beginning at each call. */
  open(): AsyncIterable<Buffer>;
}

/** A message on its way from one form to another. */
export type Draft =
  | {
      readonly message: Omit<DocumentMessage, 'attachments'>;
      readonly files: readonly DraftFile[];
    }
  | { readonly message: StatusMessage; readonly files: readonly [] };

/** One message, one form, the same bytes every time. */
export interface Rendering {
  readonly mediaType: string;
  /** The loss list: `field-not-carried` (a warning) and `field-carried-elsewhere` (told), each with the field's path. */
  readonly losses: readonly Finding[];
  /** The bytes in pieces, never the whole in memory. */
  readonly bytes: AsyncIterable<Buffer>;
}

/** A form that messages can be rendered in. */
export interface Form {
  readonly name: FormName;
  readonly mediaType: string;
  /** File extension of the form, without the full stop. */
  readonly extension: string;
  render(draft: Draft): Rendering;
}
