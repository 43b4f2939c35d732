// The words for certificates: their dates, revocation, purposes and ends.

import type { Texts } from '../core/message/language.ts';
import type { EndKind, HorizonLine } from '../core/pki/horizon.ts';
import type { AnchorPurpose } from '../core/registry/anchor.ts';
import type { CertificateOfPath } from '../core/verify/certificate.ts';

/** A certificate's dates compared with an instant. */
export const CERTIFICATE_DATES: Readonly<Record<CertificateOfPath['dates'], Texts>> = {
  valid: { vi: 'còn hạn', en: 'in date' },
  expired: { vi: 'đã hết hạn', en: 'expired' },
  'not-yet-valid': { vi: 'chưa có hiệu lực', en: 'not yet valid' },
};

/** The revocation status of a certificate. */
export const REVOCATION_STATUSES: Readonly<Record<CertificateOfPath['status'], Texts>> = {
  good: { vi: 'không bị thu hồi', en: 'not revoked' },
  revoked: { vi: 'đã bị thu hồi', en: 'revoked' },
  stale: { vi: 'danh sách thu hồi đã cũ', en: 'revocation data too old' },
  unknown: { vi: 'chưa biết tình trạng thu hồi', en: 'revocation status unknown' },
  'not-published': { vi: 'nơi cấp không công bố danh sách thu hồi', en: 'its authority publishes no revocation data' },
  'not-asked': { vi: 'chưa xét thu hồi', en: 'revocation not looked for' },
};

/** The purposes for which an authority is trusted. */
export const PURPOSES: Readonly<Record<AnchorPurpose, Texts>> = {
  'package-signature': { vi: 'ký gói tin', en: 'signing packages' },
  'document-signature': { vi: 'ký văn bản', en: 'signing documents' },
  'time-stamp': { vi: 'cấp dấu thời gian', en: 'time stamps' },
  'client-tls': { vi: 'kết nối TLS', en: 'TLS connections' },
};

/** The entries of the registry that have an end. */
export const END_KINDS: Readonly<Record<EndKind, Texts>> = {
  anchor: { vi: 'gốc tin cậy', en: 'trusted authority' },
  intermediate: { vi: 'nơi cấp trung gian', en: 'intermediate authority' },
  list: { vi: 'danh sách thu hồi', en: 'revocation list' },
  enrolment: { vi: 'đăng ký chứng thư số', en: 'enrolment' },
  signer: { vi: 'chứng thư số của bên ký', en: "signer's certificate" },
};

/** The effect of an end on later documents. */
export const END_EFFECTS: Readonly<Record<HorizonLine['effect'], Texts>> = {
  refused: { vi: 'từ chối', en: 'refused' },
  held: { vi: 'chờ xác minh', en: 'held' },
};
