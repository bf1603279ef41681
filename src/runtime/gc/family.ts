import type { PlanRecord } from '../../model/plan.ts';
import type { FoundRef } from '../../ports/project.ts';
import { isEnded } from '../ended.ts';

/** A root plan with all its subplans. */
export interface Family {
  root: PlanRecord;
  planIds: readonly string[];
  /** Where their sandboxes are. */
  paths: readonly string[];
  /** Nothing leads on from the root, and nothing of it is still being put away. */
  ended: boolean;
  /** When anything of it last changed, in milliseconds since the epoch. */
  changedMs: number;
}

/** `awake`: system ids of the actors there are. */
export function familiesOf(records: readonly PlanRecord[], awake: ReadonlySet<string>): Family[] {
  const members = new Map<string, PlanRecord[]>();
  for (const record of records) members.set(record.rootPlanId, [...(members.get(record.rootPlanId) ?? []), record]);
  return records
    .filter(record => record.depth === 0)
    .map(root => {
      const family = members.get(root.planId) ?? [];
      const changedMs = Math.max(...family.map(({ updatedAt }) => Date.parse(updatedAt)));
      const planIds = family.map(({ planId }) => planId);
      const paths = family.flatMap(({ sandbox }) => sandbox?.path ?? []);
      const ended = isEnded(root) && !planIds.some(planId => awake.has(`plan:${planId}`));
      return { root, planIds, paths, ended, changedMs };
    });
}

export const planIdShape = /[0-9A-HJKMNP-TV-Z]{26}/;

/** The refs of a family: every name of ours holds the id of its plan. */
export function refsOfFamily({ planIds }: Pick<Family, 'planIds'>, refs: readonly FoundRef[]): string[] {
  const own = new Set(planIds);
  return refs.map(({ name }) => name).filter(name => own.has(planIdShape.exec(name)?.[0] ?? ''));
}
