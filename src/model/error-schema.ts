import * as z from 'zod';
import { type ErrorCode, errorCodes, type SerializedError } from './errors.ts';

/** The schema of a serialized error, for records that contain one. */
export const SerializedErrorSchema: z.ZodType<SerializedError> = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  category: z.enum([
    'transient',
    'rate_limited',
    'auth',
    'usage',
    'validation',
    'invariant',
    'conflict',
    'budget',
    'timeout',
    'stalled',
    'crashed',
    'internal',
  ]),
  message: z.string(),
  where: z.string().optional(),
  hints: z.array(z.string()),
  retriable: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});
