import * as z from 'zod';
import type { PlanSpec } from './plan.ts';

/** Variables that a plan brings along. `GIT_*` is never passed on: it would lead git in a sandbox to another repository. */
export const ExecutionEnvironment = z.record(
  z
    .string()
    .regex(
      /^(?!GIT_)[A-Za-z_][A-Za-z0-9_]*$/i,
      'a variable has a name such as NODE_ENV, which does not begin with GIT_',
    ),
  z.string(),
);

/** Whether a plan's own variables stand behind those of the host, or before them. */
export const ExecutionEnvPriority = z.enum(['fallback', 'override']);

/** What every program of a plan finds: the host's environment and the plan's own; which of the two wins is the plan's to say. */
export function environmentOf(
  {
    executionEnvironment: own,
    executionEnvPriority: priority,
  }: Pick<PlanSpec, 'executionEnvironment' | 'executionEnvPriority'>,
  host: Readonly<Record<string, string>>,
): Record<string, string> {
  return priority === 'override' ? { ...host, ...own } : { ...own, ...host };
}
