// The disposition of a whole message; the states of each copy are in `lifecycle.ts`.

/** On acceptance a message goes on its way, or is held until its verdict is complete. */
export const FIRST_DISPOSITIONS = ['accepted', 'held'] as const;

export type FirstDisposition = (typeof FIRST_DISPOSITIONS)[number];

/** A held message ends as released or returned. */
export const DISPOSITIONS = [...FIRST_DISPOSITIONS, 'released', 'returned'] as const;

export type Disposition = (typeof DISPOSITIONS)[number];
