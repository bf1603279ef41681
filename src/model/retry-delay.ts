import * as z from 'zod';
import { SerializedErrorSchema } from './error-schema.ts';

/** Why a working plan waits: to retry, or until a rate limit ends. */
export const RetryDelay = z.strictObject({
  /** The error that caused the delay. */
  error: SerializedErrorSchema,
  /** Attempts that failed so far; a rate limit does not count. */
  tries: z.number().int().min(0),
  triesMax: z.number().int().min(1),
  waitMs: z.number().min(0),
  /** When it continues, if the service named a time (ISO 8601); else null. */
  until: z.string().nullable(),
});
export type RetryDelay = z.infer<typeof RetryDelay>;
