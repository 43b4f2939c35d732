/**
 * The client of a time-stamp authority. It carries bytes and judges nothing: the caller checks the answer. Never called
 * within a transaction.
 */
export interface TimeStamper {
  /** Sends a `TimeStampReq` and resolves to the answer. Rejects with `time-stamp-failed`, within 15 s at the latest. */
  ask(request: Buffer, signal: AbortSignal): Promise<Buffer>;
}
