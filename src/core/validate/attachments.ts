// Allowed types and names of attachments. The first bytes tell the type; an extension matters only where the bytes tell
// nothing, or contradict it.

import type { Finding } from '../problems/finding.ts';
import { extensionOf } from '../message/media.ts';
import type { Attachment } from '../message/message.ts';

/** File types that offices exchange; the list is the gateway's own and may grow on request. */
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

/** Extensions that a double click starts as programs, even with other bytes. */
const FORBIDDEN_EXTENSIONS: ReadonlySet<string> = new Set(
  'exe com scr pif bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta jar msi msp reg lnk url scf inf cpl dll sys apk app dmg sh html htm xhtml shtml mht mhtml svg svgz chm iso img'.split(
    ' ',
  ),
);

const PDF = 'application/pdf';

/** Types that agree with each label. Labels outside this table are not compared. */
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

/** Types of bytes without a known beginning. */
const NOTHING_TOLD = /^(?:application\/octet-stream|text\/plain)$/;

const DANGEROUS = /^(?:application\/x-executable|text\/html|image\/svg\+xml)$/;

/**
 * The fault of one attachment's type. The type is that of the file, taken out of its wrapping archive; the label is
 * that of the attachment in the package. A file with a password of its own (a PDF, an office document) is delivered,
 * and the checks of signatures and malware report that they could not look inside. Only a wrapping archive with a
 * password is refused, by the reader, because the gateway cannot tell its content.
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
  // Readers look for a PDF behind other bytes as well; the check of signatures would not have seen it.
  if (extension === 'pdf' && NOTHING_TOLD.test(mediaType))
    return { code: 'attachment-type-mismatch', severity: 'error', facts };
  const truth = label !== undefined && Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (truth === undefined || truth.test(outer)) return undefined;
  const mismatch = { name, mediaType: outer, declared: label ?? '' };
  return { code: 'content-type-mismatch', severity: 'warning', facts: mismatch };
}
