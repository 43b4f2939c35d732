import type { Verdict } from '../core/problems/finding.ts';

/** The verdict on a document that was delivered unchecked, for one receiver. */
export interface Notice {
  readonly id: string;
  readonly message: string;
  readonly delivery: string;
  readonly connection: string;
  readonly verdict: Verdict;
  readonly madeAt: Date;
}

/** Notices on their way to addressees. Each is repeated until the addressee's system takes it. */
export interface NoticeStore {
  /** Due notices for push connections, claimed for a minute. */
  claimNotices(limit: number): Promise<readonly (Notice & { readonly tries: number })[]>;
  /** The addressee's system has taken it. */
  closeNotice(id: string): Promise<void>;
  /** The notice is tried again in `seconds`. */
  postponeNotice(id: string, seconds: number): Promise<void>;
  /** Notices that one connection has not taken yet, oldest first. */
  listNotices(connection: string, limit: number): Promise<readonly Notice[]>;
  /** False: there is no such notice for this connection. A repeated call answers true. */
  takeNotice(id: string, connection: string): Promise<boolean>;
}
