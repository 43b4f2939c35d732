// The acts of the audit log, as a closed set: a new act is a row here, and its words stand in `texts/acts.ts`.

export const AUDIT_ACTS = [
  'message.accept',
  'message.refuse',
  'message.read',
  'message.release',
  'message.return',
  'message.park',
  'message.confirm',
  'message.refute',
  'message.give-up',
  'delivery.send',
  'delivery.render',
  'delivery.read',
  'delivery.acknowledge',
  'delivery.cancel',
  'delivery.ask',
  'delivery.park',
  'delivery.return',
  'status.accept',
  'status.record',
  'connection.trust',
  'registry.apply',
] as const;

export type AuditAct = (typeof AUDIT_ACTS)[number];

/** A timeline also shows each try of a delivery, and the sender's request to recall a document. */
export type TraceAct = AuditAct | 'attempt' | 'status.recall';
