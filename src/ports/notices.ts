import type { Verdict } from '../core/problems/finding.ts';

/** What came of a document that was delivered before it could be checked, for one who has it. */
export interface Notice {
  readonly id: string;
  readonly message: string;
  readonly delivery: string;
  readonly connection: string;
  readonly verdict: Verdict;
  readonly madeAt: Date;
}

/** Results on their way to addressees. Each is repeated until it was taken. */
export interface NoticeStore {
  /** Those for pushed connections whose time has come, claimed for a minute. */
  claimNotices(limit: number): Promise<readonly (Notice & { readonly tries: number })[]>;
  /** The addressee's system has taken it. */
  closeNotice(id: string): Promise<void>;
  /** To be tried again in `seconds`. */
  postponeNotice(id: string, seconds: number): Promise<void>;
  /** What one connection has not taken yet, oldest first. */
  listNotices(connection: string, limit: number): Promise<readonly Notice[]>;
  /** False: there is none of this id for this connection. Taken again: true. */
  takeNotice(id: string, connection: string): Promise<boolean>;
}
