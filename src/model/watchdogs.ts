import * as z from 'zod';

/** Watchdogs of one run of a program, in seconds. */
export const Watchdogs = z.strictObject({
  totalSeconds: z
    .number()
    .positive()
    .default(3600)
    .meta({ description: 'Seconds one run may take.', examples: [1800] }),
  startSeconds: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'Seconds until the first output. Left out: `idleSeconds`.', examples: [60] }),
  idleSeconds: z
    .number()
    .positive()
    .default(600)
    .meta({ description: 'Seconds without output after which it is ended as stalled.', examples: [120] }),
  resultSeconds: z
    .number()
    .positive()
    .optional()
    .meta({
      description: 'Seconds it may take to exit after it reported its result. Left out: `graceSeconds`.',
      examples: [5],
    }),
  graceSeconds: z
    .number()
    .positive()
    .default(10)
    .meta({ description: 'Seconds it may take to exit after it was asked to; then it is killed.', examples: [5] }),
  outputMiB: z
    .number()
    .positive()
    .default(256)
    .meta({ description: 'MiB of output after which it is ended.', examples: [64] }),
});
export type Watchdogs = z.infer<typeof Watchdogs>;
