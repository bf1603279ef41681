import * as z from 'zod';

/** A check of the definition of done: a command run on the merged tree; exit 0 means it passed. */
export const Validation = z.strictObject({
  name: z.string().min(1),
  argv: z.array(z.string()).min(1),
  required: z.boolean().default(true),
  /** Of a plan on several projects: whose check it is, by alias; it runs there. @default where all of them are */
  project: z.string().optional(),
  timeoutSeconds: z.number().positive().default(300),
  /** No output for so long: stalled. @default timeoutSeconds */
  idleSeconds: z.number().positive().optional(),
  /** False: what it says depends on more than files, command and environment, so it runs every time. @default true */
  cache: z.boolean().optional(),
});
export type Validation = z.infer<typeof Validation>;

/** How a run of a program ended: by itself, or why not. */
export const RunOutcome = z.enum(['exited', 'timed_out', 'stalled', 'flooded', 'aborted', 'not_found']);
export type RunOutcome = z.infer<typeof RunOutcome>;

export const ValidationResult = z.strictObject({
  name: z.string(),
  required: z.boolean(),
  passed: z.boolean(),
  outcome: RunOutcome,
  exitCode: z.number().int().nullable(),
  /** sha256 of everything the command printed, in hex. */
  outputDigest: z.string(),
  /** The last lines it printed, bounded. */
  outputTail: z.string(),
  durationMs: z.number(),
  treeOid: z.string(),
  /** Digest of what was checked: files, command, environment. Absent where it must run every time. */
  checked: z.string().optional(),
  /** It passed before on the same files with the same command and environment, and did not run again. */
  cached: z.boolean().optional(),
});
export type ValidationResult = z.infer<typeof ValidationResult>;

/** Whether nothing failed that had to pass. */
export function requiredHold(results: readonly ValidationResult[]): boolean {
  return results.every(({ required, passed }) => passed || !required);
}
