import { z } from 'zod';

export const inboxSettings = z.strictObject({});

export type InboxSettings = z.infer<typeof inboxSettings>;
