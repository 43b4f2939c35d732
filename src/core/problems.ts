// The one catalogue: every refusal, finding and delivery problem, with what a person needs to know and do.
// A code is stable for ever; texts may be bettered. `{name}` in a text is filled from the facts.

/** Who has to act: the sender, the receiver, the gateway's operator, or nobody. */
export type Actor = 'sender' | 'receiver' | 'operator' | 'none';

export interface Problem {
  /** HTTP status when the problem is a request's answer; findings that never refuse have 200. */
  readonly status: number;
  readonly actor: Actor;
  readonly vi: string;
  readonly en: string;
  readonly todoVi: string;
  readonly todoEn: string;
}

function problem(status: number, actor: Actor, vi: string, en: string, todoVi: string, todoEn: string): Problem {
  return { status, actor, vi, en, todoVi, todoEn };
}

export const PROBLEMS = {
  // HTTP and API
  'body-empty': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  forbidden: problem(403, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'header-too-large': problem(431, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'idempotency-key-invalid': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'idempotency-key-missing': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'idempotency-key-reused': problem(409, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'internal-error': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  invalid_client: problem(401, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  invalid_request: problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  invalid_scope: problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'malformed-json': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'malformed-text': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'method-not-allowed': problem(405, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'misdirected-request': problem(421, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'not-acceptable': problem(406, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'not-found': problem(404, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'parameter-duplicate': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'payload-too-large': problem(413, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'range-not-satisfiable': problem(416, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'rate-limited': problem(429, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'request-in-progress': problem(409, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'request-invalid': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'request-timeout': problem(408, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'service-unavailable': problem(503, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'storage-full': problem(503, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'token-binding': problem(401, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'token-expired': problem(401, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'token-in-query': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  unauthenticated: problem(401, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'unsupported-media-type': problem(415, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  unsupported_grant_type: problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'uri-too-long': problem(414, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // XML and envelope
  'attachments-duplicated': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'date-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'document-conflict': problem(409, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'envelope-duplicated': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'envelope-missing': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'field-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'field-missing': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'field-too-long': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'id-duplicated': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'message-kind-unsupported': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'schema-invalid': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'secrecy-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'xml-doctype-forbidden': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'xml-encoding-unsupported': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'xml-limits': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'xml-not-well-formed': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'xml-processing-instruction-forbidden': problem(
    400,
    'none',
    'Đang soạn.',
    'Being written.',
    'Đang soạn.',
    'Being written.',
  ),
  'xml-version-unsupported': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // signatures
  'envelope-unsigned': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-algorithm-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-duplicated': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-keyinfo-ambiguous': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-keyinfo-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-limits': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-malformed': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-missing': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-present-unchecked': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-reference-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-scope-mismatch': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-strength': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signature-transform-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'signer-not-sender': problem(403, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // certificates
  'certificate-expired': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-key-weak': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-malformed': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-not-yet-valid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-revoked': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-untrusted': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'certificate-usage': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'crl-invalid': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'key-unreadable': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'revocation-stale': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'revocation-unknown': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // attachments
  'attachment-archive-shape': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-corrupt': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-duplicated': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-empty': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-encoding-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-encrypted': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-hash-mismatch': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-malware': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-missing': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-name-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-signature-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-too-large': problem(413, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-too-many': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-type-forbidden': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-type-mismatch': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachment-unlisted': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // codes, routing, status
  'issuer-not-authorised': problem(403, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'organ-id-invalid': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-is-sender': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-no-connection': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-suspended': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-unknown': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipients-too-many': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'sender-not-authorised': problem(403, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'status-code-unknown': problem(422, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // lists and pull
  'ack-hash-mismatch': problem(409, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'cursor-expired': problem(410, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'cursor-invalid': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'filter-invalid': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // delivery outcomes
  'adapter-unknown': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'connection-paused': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'content-corrupt': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'delivery-cancelled': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'held-expired': problem(504, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'held-revocation': problem(504, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-acknowledgement-invalid': problem(
    502,
    'none',
    'Đang soạn.',
    'Being written.',
    'Đang soạn.',
    'Being written.',
  ),
  'receiver-busy': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-credentials': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-error': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-hash-mismatch': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-refused': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-timeout': problem(504, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'receiver-unreachable': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'rendering-failed': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'retries-exhausted': problem(504, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'worker-crashed': problem(502, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // findings that never refuse
  'amount-invalid': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'arrived-after-hand-over': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'attachments-misplaced': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'bidi-control': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'bussiness-missing': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'byte-order-mark': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'content-type-mismatch': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'date-format': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'document-newer-version': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'element-order': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'empty-element': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'encoded-whitespace': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'namespace-legacy': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'namespace-missing': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'number-reused': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'priority-unknown': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-alias': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'recipient-repeated': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'response-for-empty': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'response-unresolved': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'root-variant': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'spelling-variant': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'status-out-of-order': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'status-repeated': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'trace-header-incomplete': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'type-unmapped': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'unknown-element': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'urgent-unchecked': problem(200, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  // the gateway's own state
  'audit-chain-broken': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'audit-row-missing': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'broker-unavailable': problem(503, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'config-invalid': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'data-directory-in-use': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'database-unavailable': problem(503, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'fsync-off': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'port-in-use': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'schema-too-new': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'schema-too-old': problem(500, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
  'wrong-usage': problem(400, 'none', 'Đang soạn.', 'Being written.', 'Đang soạn.', 'Being written.'),
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Own rows only: `constructor` and its kin are not codes. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

/** The row's texts with facts filled in, in one pass; a fact that is missing shows as an ellipsis. */
export function describe(
  code: ProblemCode,
  facts: Readonly<Record<string, string | number | boolean>>,
  language: 'vi' | 'en',
): { title: string; todo: string } {
  const row = PROBLEMS[code];
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(facts, name) ? String(facts[name]) : '…'));
  return language === 'vi'
    ? { title: fill(row.vi), todo: fill(row.todoVi) }
    : { title: fill(row.en), todo: fill(row.todoEn) };
}
