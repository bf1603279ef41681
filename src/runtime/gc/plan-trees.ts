import type { PlanRecord } from '../../model/plan.ts';
import type { RefInfo } from '../../ports/project-inventory.ts';
import { isTerminal } from '../plans/plan-status.ts';

/** A root plan with all its subplans. */
export interface PlanTreeInfo {
  root: PlanRecord;
  planIds: readonly string[];
  /** The paths of their sandboxes. */
  paths: readonly string[];
  /** The root is final, and all its sandboxes are archived. */
  ended: boolean;
  /** When any of its plans last changed, in milliseconds since the epoch. */
  changedMs: number;
}

/** `awake`: system ids of the existing actors. */
export function groupByRoot(records: readonly PlanRecord[], activeIds: ReadonlySet<string>): PlanTreeInfo[] {
  const recordsByRoot = new Map<string, PlanRecord[]>();
  for (const record of records)
    recordsByRoot.set(record.rootPlanId, [...(recordsByRoot.get(record.rootPlanId) ?? []), record]);
  return records
    .filter(record => record.depth === 0)
    .map(root => {
      const group = recordsByRoot.get(root.planId) ?? [];
      const changedMs = Math.max(...group.map(({ updatedAt }) => Date.parse(updatedAt)));
      const planIds = group.map(({ planId }) => planId);
      const paths = group.flatMap(({ sandbox }) => sandbox?.path ?? []);
      const ended = isTerminal(root) && !planIds.some(planId => activeIds.has(`plan:${planId}`));
      return { root, planIds, paths, ended, changedMs };
    });
}

export const planIdPattern = /[0-9A-HJKMNP-TV-Z]{26}/;

/** Returns the refs of a plan tree: the name of each ref contains the id of its plan. */
export function refsOfPlanTree({ planIds }: Pick<PlanTreeInfo, 'planIds'>, refs: readonly RefInfo[]): string[] {
  const own = new Set(planIds);
  return refs.map(({ name }) => name).filter(name => own.has(planIdPattern.exec(name)?.[0] ?? ''));
}
