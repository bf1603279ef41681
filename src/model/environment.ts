import * as z from 'zod';

/** Environment variables of a plan. `GIT_*` is never passed on: it would point git in a sandbox to another repository. */
export const ExecutionEnvironment = z.record(
  z
    .string()
    .regex(
      /^(?!GIT_)[A-Za-z_][A-Za-z0-9_]*$/i,
      'a variable has a name such as NODE_ENV, which does not begin with GIT_',
    ),
  z.string(),
);

/** Whether a plan's own variables override those of the host, or only fill gaps. */
export const ExecutionEnvPriority = z.enum(['fallback', 'override']);

/**
 * Returns the environment of every program of a plan: the host's and the plan's own; the plan decides which takes
 * precedence.
 */
export function mergeEnvironment(
  {
    executionEnvironment: own,
    executionEnvPriority: priority,
  }: {
    executionEnvironment: z.infer<typeof ExecutionEnvironment>;
    executionEnvPriority: z.infer<typeof ExecutionEnvPriority>;
  },
  host: Readonly<Record<string, string>>,
): Record<string, string> {
  return priority === 'override' ? { ...host, ...own } : { ...own, ...host };
}
