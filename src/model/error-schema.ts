import * as z from 'zod';
import type { Hint } from './command-hint.ts';
import { type ErrorCode, errorCodes, type SerializedError } from './errors.ts';

export const HintSchema: z.ZodType<Hint> = z.union([
  z.string(),
  z.strictObject({
    command: z.string(),
    planId: z.string().optional(),
    args: z.array(z.string()).optional(),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.literal(true), z.null()])).optional(),
    directory: z.string().optional(),
    before: z.string().optional(),
    after: z.string().optional(),
    note: z.string().optional(),
  }),
]);

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
  hints: z.array(HintSchema),
  retriable: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});
