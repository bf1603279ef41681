/**
 * Moves the refs of finished plans into the one ref that all archived pins share, so that old plans do not slow down git
 * in your repository. A crash leaves at worst refs that the next run moves.
 */
import { readSystemIds } from '../../durable/check-store.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Project } from '../../ports/project.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { keys } from '../records/keys.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { measurePlans } from './plan-sizes.ts';
import { planIdPattern } from './plan-trees.ts';

export interface PinArchiveHost {
  project: Project;
  ledger: Pick<PlanLedger, 'record'>;
  store: Store;
}

/**
 * Archives the refs of finished plans, unless there are fewer plans with refs of their own than `least`. Reads the records of these
 * plans and no others, so the cost does not grow with archived plans.
 * @throws {TroupeError} GIT_FAILED
 */
export async function archiveFinishedPlans(
  { project, ledger, store }: PinArchiveHost,
  { least }: { least: number },
): Promise<void> {
  const pinsByPlan = new Map<string, string[]>();
  const names = await project.loosePins();
  for (const name of names) {
    const planId = /^(?:plans|checkpoints)\//.test(name) ? planIdPattern.exec(name)?.[0] : undefined;
    if (planId === undefined) continue;
    const pins = pinsByPlan.get(planId) ?? [];
    pins.push(name);
    pinsByPlan.set(planId, pins);
  }
  if (pinsByPlan.size < least) return;
  const recordOf = (planId: string) => ledger.record(planId);
  const active = await Promise.all(
    [...(await readSystemIds(store))].flatMap(id => planIdPattern.exec(id) ?? []).map(recordOf),
  );
  const busy = new Set(active.map(record => record?.rootPlanId));
  const finished = new Map<string, { root: PlanRecord; planIds: string[]; pins: string[] }>();
  for (const [planId, pins] of pinsByPlan) {
    const rootPlanId = (await recordOf(planId))?.rootPlanId;
    // A plan of another store: its refs are not ours to move.
    if (rootPlanId === undefined || busy.has(rootPlanId)) continue;
    const root = finished.get(rootPlanId)?.root ?? (await recordOf(rootPlanId));
    if (root === undefined || !isTerminal(root)) continue;
    const tree = finished.get(rootPlanId) ?? { root, planIds: [], pins: [] };
    tree.planIds.push(planId);
    tree.pins.push(...pins);
    finished.set(rootPlanId, tree);
  }
  const sizes: Operation[] = [];
  for (const [rootPlanId, tree] of finished) {
    const key = keys.treeSize(rootPlanId);
    if ((await store.get(key)) !== undefined) continue;
    sizes.push({ type: 'put', key, value: await measurePlans({ store, project }, tree, tree.pins) });
  }
  await project.archivePins([...[...finished.values()].flatMap(({ pins }) => pins), ...finishedApplies(names)]);
  await store.batch(sizes);
}

/** Returns the markers of applies that nothing is left to do for, of any store. */
function finishedApplies(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter(name => {
    const apply = /^(apply\/[^/]+)\/done$/.exec(name)?.[1];
    return apply !== undefined && !all.has(`${apply}/made`) && !all.has(`${apply}/moving`);
  });
}
