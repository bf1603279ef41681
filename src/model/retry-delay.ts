import * as z from 'zod';
import { SerializedErrorSchema } from './error-schema.ts';

/** A plan that is at work and for the moment only waits: to try again, or until a rate limit is lifted. */
export const RetryDelay = z.strictObject({
  /** What is waited out. */
  error: SerializedErrorSchema,
  /** Tries that failed so far; a rate limit is none. */
  tries: z.number().int().min(0),
  triesMax: z.number().int().min(1),
  waitMs: z.number().min(0),
  /** When it goes on, where a service named the time (ISO 8601); null otherwise. */
  until: z.string().nullable(),
});
export type RetryDelay = z.infer<typeof RetryDelay>;
