// What becomes of a message as a whole; what becomes of each copy is in `lifecycle.ts`.

/** What accepting decides: it goes on its way, or is held until its verdict is complete. */
export const FIRST_DISPOSITIONS = ['accepted', 'held'] as const;

export type FirstDisposition = (typeof FIRST_DISPOSITIONS)[number];

/** A held message is released or returned in the end. */
export const DISPOSITIONS = [...FIRST_DISPOSITIONS, 'released', 'returned'] as const;

export type Disposition = (typeof DISPOSITIONS)[number];
