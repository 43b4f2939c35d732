// What may be attached, and under which names. Types are known by the first bytes; an extension only matters where bytes
// tell nothing, and where it promises what the bytes are not.

import type { Finding } from '../problems/finding.ts';
import { extensionOf } from '../message/media.ts';
import type { Attachment } from '../message/message.ts';

/** File types that offices exchange; the list is ours, to be widened on request. */
const ALLOWED_MEDIA_TYPES: readonly RegExp[] = [
  /^application\/(?:pdf|zip|rtf|xml|x-ole-storage|x-7z-compressed|vnd\.rar|gzip)$/,
  /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)/,
  /^image\/(?:png|jpeg|gif|tiff|bmp|vnd\.dwg)$/,
  /^(?:audio\/mpeg|video\/mp4|text\/plain)$/,
];

/** Where the bytes tell nothing (signature files, old office formats, drawings), the extension must be one of these. */
const ALLOWED_EXTENSIONS: ReadonlySet<string> = new Set(
  'pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt csv xml edxml json zip rar 7z gz png jpg jpeg gif tif tiff bmp mp3 mp4 dwg dxf p7s p7m p7b sig asc asics asice'.split(
    ' ',
  ),
);

/** Started by a double click, whatever their bytes look like. */
const FORBIDDEN_EXTENSIONS: ReadonlySet<string> = new Set(
  'exe com scr pif bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta jar msi msp reg lnk url scf inf cpl dll sys apk app dmg sh html htm xhtml shtml mht mhtml svg svgz chm iso img'.split(
    ' ',
  ),
);

const PDF = 'application/pdf';

/** What a label may truly be of. Labels outside this table say nothing that could be compared. */
const LABELS: Readonly<Record<string, RegExp>> = {
  [PDF]: /^application\/pdf$/,
  'application/zip': /^application\/(?:zip|vnd\.)/,
  'application/doc': /^application\/(?:x-ole-storage|rtf)$/,
  'application/msword': /^application\/(?:x-ole-storage|rtf)$/,
  'application/docx': /^application\/(?:zip|vnd\.openxml)/,
  'application/xsl': /^application\/x-ole-storage$/,
  'application/xslx': /^application\/(?:zip|vnd\.openxml)/,
  'text/plain': /^text\/plain$/,
  'text/xml': /^application\/xml$/,
  'application/xml': /^application\/xml$/,
  'image/png': /^image\/png$/,
  'image/jpeg': /^image\/jpeg$/,
};

/** What bytes are called that begin as nothing known. */
const NOTHING_TOLD = /^(?:application\/octet-stream|text\/plain)$/;

const DANGEROUS = /^(?:application\/x-executable|text\/html|image\/svg\+xml)$/;

/**
 * Of one attachment's type: of the file, out of the archive it may be wrapped in; the label is of the attachment as it lies
 * in the package. A file with a password of its own (a PDF, an office document) is a file like others: it is carried, and
 * whoever checks signatures or viruses says that it could not look inside. Only a wrapping with a password is refused, by
 * the reader, for nobody could tell what it holds.
 */
export function typeFinding(attachment: Attachment): Finding | undefined {
  const { attachmentName: name, mediaType: outer, contentType, opened } = attachment;
  const mediaType = opened?.mediaType ?? outer;
  const extension = extensionOf(name);
  const label = contentType?.toLowerCase().split(';')[0]?.trim();
  const facts = { name, mediaType };
  if (DANGEROUS.test(mediaType)) {
    const declaredPdf = extension === 'pdf' || label === PDF;
    const code =
      declaredPdf && mediaType === 'application/x-executable'
        ? 'attachment-type-mismatch'
        : 'attachment-type-forbidden';
    return { code, severity: 'error', facts };
  }
  const isAllowed = ALLOWED_MEDIA_TYPES.some((pattern) => pattern.test(mediaType)) || ALLOWED_EXTENSIONS.has(extension);
  if (FORBIDDEN_EXTENSIONS.has(extension) || !isAllowed)
    return { code: 'attachment-type-forbidden', severity: 'error', facts };
  // Readers look for a PDF behind other bytes as well; whoever judges signatures would not have seen it.
  if (extension === 'pdf' && NOTHING_TOLD.test(mediaType))
    return { code: 'attachment-type-mismatch', severity: 'error', facts };
  const truth = label !== undefined && Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (truth === undefined || truth.test(outer)) return undefined;
  const mismatch = { name, mediaType: outer, declared: label ?? '' };
  return { code: 'content-type-mismatch', severity: 'warning', facts: mismatch };
}
