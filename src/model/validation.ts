import * as z from 'zod';

/** A check of the definition of done: a command that runs on the merged tree; exit code 0 passes. */
export const Validation = z.strictObject({
  name: z
    .string()
    .min(1)
    .meta({ description: 'Name in reports.', examples: ['tests'] }),
  argv: z
    .array(z.string())
    .min(1)
    .meta({
      description: 'Program and arguments, without a shell. Exit code 0 means it passed.',
      examples: [['npm', 'test']],
    }),
  required: z.boolean().default(true).meta({
    description: 'Whether the result is refused when it fails. One that is not required is recorded and never blocks.',
  }),
  project: z
    .string()
    .optional()
    .meta({
      description:
        'Alias of the project it belongs to and runs in, for plans on several projects. Left out, it runs in the folder that holds them all.',
      examples: ['lib'],
    }),
  timeoutSeconds: z
    .number()
    .positive()
    .default(300)
    .meta({ description: 'Seconds it may run.', examples: [60] }),
  idleSeconds: z
    .number()
    .positive()
    .optional()
    .meta({
      description: 'Seconds without output after which it is ended as stalled. Left out: `timeoutSeconds`.',
      examples: [30],
    }),
  cache: z
    .boolean()
    .optional()
    .meta({
      description:
        'false: it runs every time. true: it does not run again on the same files with the same command and environment.',
      examples: [false],
    }),
  bisect: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({
      description:
        'Maximum number of runs to find the subplans that make it fail, when it is required and fails on their merged result. 0: no search. Left out: 30.',
      examples: [10],
    }),
});
export type Validation = z.infer<typeof Validation>;

/** How a run of a program ended: it exited, or the reason it did not. */
export const RunOutcome = z.enum(['exited', 'timed_out', 'stalled', 'flooded', 'aborted', 'not_found']);
export type RunOutcome = z.infer<typeof RunOutcome>;

export const ValidationResult = z.strictObject({
  name: z.string(),
  required: z.boolean(),
  passed: z.boolean(),
  /** The command as it ran. */
  argv: z.array(z.string()).optional(),
  outcome: RunOutcome,
  exitCode: z.number().int().nullable(),
  /** sha256 of everything the command printed, in hex. */
  outputDigest: z.string(),
  /** The last lines it printed, bounded. */
  outputTail: z.string(),
  durationMs: z.number(),
  treeOid: z.string(),
  /** Digest of the input: files, command, environment. Absent when it must run every time. */
  checked: z.string().optional(),
  /** It passed before on the same files with the same command and environment, and was skipped. */
  cached: z.boolean().optional(),
});
export type ValidationResult = z.infer<typeof ValidationResult>;

/** Returns whether every required validation passed. */
export function allRequiredPassed(results: readonly ValidationResult[]): boolean {
  return results.every(({ required, passed }) => passed || !required);
}

/** The default of `bisect`: enough for two subplans among 10,000 that fail only together. */
export const bisectDefault = 30;

/** Returns the required validation that failed first, if the subplans that make it fail may be searched. */
export function validationToBisect(
  validations: readonly Validation[],
  results: readonly ValidationResult[],
): Validation | null {
  const failed = results.find(({ required, passed }) => required && !passed);
  const validation = validations.find(({ name }) => name === failed?.name);
  return validation === undefined || validation.bisect === 0 ? null : validation;
}

/** Returns the names of required validations without a result. */
export function missingResults(validations: readonly Validation[], results: readonly ValidationResult[]): string[] {
  const ran = new Set(results.map(({ name }) => name));
  return validations.filter(({ required, name }) => required && !ran.has(name)).map(({ name }) => name);
}
