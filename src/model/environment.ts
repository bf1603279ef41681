import type { PlanSpec } from './plan.ts';

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
