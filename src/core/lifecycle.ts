// Where a delivery's states are defined. Three columns, each with its own table of steps; what people see is derived.

import type { StatusCode } from './message.ts';

export type Transport =
  | 'queued'
  | 'sending'
  | 'handed-over'
  | 'arrived'
  | 'retrying'
  | 'parked'
  | 'returned'
  | 'cancelled';

export type Recall = 'none' | 'asked' | 'agreed' | 'refused';

/** The codes that advance an addressee's handling; 13, 15 and 16 belong to recall. */
export type BusinessCode = '01' | '02' | '03' | '04' | '05' | '06';

export interface Business {
  readonly latest: BusinessCode | null;
  /** Never goes back. */
  readonly furthest: BusinessCode | null;
}

export interface DeliveryState {
  readonly transport: Transport;
  readonly business: Business;
  readonly recall: Recall;
}

export type { StatusCode };
