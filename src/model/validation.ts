import { z } from 'zod';

/** A check of the definition of done: a command run on the merged tree; exit 0 means it passed. */
export const Validation = z.strictObject({
  name: z.string().min(1),
  argv: z.array(z.string()).min(1),
  required: z.boolean().default(true),
  timeoutSeconds: z.number().positive().default(300),
});
export type Validation = z.infer<typeof Validation>;

export const ValidationResult = z.strictObject({
  name: z.string(),
  required: z.boolean(),
  passed: z.boolean(),
  exitCode: z.number().int().nullable(),
  /** sha256 of everything the command printed, in hex. */
  outputDigest: z.string(),
  /** The last lines it printed, bounded. */
  outputTail: z.string(),
  durationMs: z.number(),
  treeOid: z.string(),
});
export type ValidationResult = z.infer<typeof ValidationResult>;
