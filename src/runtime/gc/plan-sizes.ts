/** The bytes that plans take: records, pins and logs. */
import type { PlanRecord } from '../../model/plan.ts';
import type { Project } from '../../ports/project.ts';
import type { ProjectInventory } from '../../ports/project-inventory.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import { readPlanRows } from '../records/plan-rows.ts';
import { type PlanTreeInfo, refsOfPlanTree } from './plan-trees.ts';

export interface MeasuredHost {
  store: Store;
  project: Project;
}

export const baseTrees = ({ projectLinks }: PlanRecord): string[] => projectLinks.map(({ baseTree }) => baseTree);

/**
 * Returns the bytes of each plan with its subplans, by root plan. Those of an archived plan were stored when it was
 * archived, so the number of git processes does not grow with finished plans.
 */
export async function measurePlanTrees(
  host: MeasuredHost,
  found: { families: readonly PlanTreeInfo[]; inventory: ProjectInventory; logs: Readonly<Record<string, number>> },
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const family of found.families) {
    const { root, planIds } = family;
    const stored = (await host.store.get(keys.treeSize(root.planId))) as number | undefined;
    const bytes = stored ?? (await measurePlans(host, family, refsOfPlanTree(family, found.inventory.refs)));
    sizes.set(
      root.planId,
      planIds.reduce((sum, planId) => sum + (found.logs[planId] ?? 0), bytes),
    );
  }
  return sizes;
}

/** Returns the bytes of the plans' records and pins. */
export async function measurePlans(
  { store, project }: MeasuredHost,
  { root, planIds }: Pick<PlanTreeInfo, 'root' | 'planIds'>,
  pins: readonly string[],
): Promise<number> {
  let bytes = await project.measureRefs(pins, baseTrees(root));
  for (const planId of planIds) {
    for await (const { key, value } of readPlanRows(store, planId)) bytes += key.length + JSON.stringify(value).length;
  }
  return bytes;
}

/** Returns the keys of all rows of a plan. */
export async function readPlanKeys(store: Store, planId: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of readPlanRows(store, planId)) found.push(key);
  return found;
}
