import * as z from 'zod';
import { type FaultCode, faultTable, type StoredFault } from './fault.ts';

/** The stored form of a fault as a schema, for records that carry one. */
export const StoredFaultShape: z.ZodType<StoredFault> = z.object({
  code: z.enum(Object.keys(faultTable) as [FaultCode, ...FaultCode[]]),
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
