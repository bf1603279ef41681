import { createHash } from 'node:crypto';

/** The id of the job of some work: the same for the same key, whatever crashed in between. */
export const makeJobId = (planId: string, key: string): string => `${planId}-${digestOf(key)}`;

/** A short digest for names of queues and folders. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);
