/**
 * Rows by which plans are found without reading the records of all plans: unfinished root plans, the plans of one tree, and the end
 * of an id. They are written with the event that creates a plan, so a journal implies them like its other rows.
 */
import type { PlanSpec } from '../../model/plan.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { matchesId } from '../plans/match-id.ts';
import { keys, reverseId } from './keys.ts';

/** Returns the rows of a new plan. */
export function indexRows({
  planId,
  rootPlanId,
  depth,
}: Pick<PlanSpec, 'planId' | 'rootPlanId' | 'depth'>): Operation[] {
  const names = [keys.treeMember(rootPlanId, planId), keys.reversedId(planId)];
  if (depth === 0) names.push(keys.unfinished(planId));
  return names.map(key => ({ type: 'put', key, value: true }));
}

/** A plan that ended is listed no longer. */
export const finishedRows = (planId: string): Operation[] => [{ type: 'del', key: keys.unfinished(planId) }];

/** Finds ids of plans. */
export interface PlanIndex {
  /** In the order of creation. */
  unfinishedRoots(): Promise<string[]>;
  /** Returns a root plan and its subplans at every depth, in the order of creation. */
  treeMembers(rootPlanId: string): Promise<string[]>;
  /** Returns null when there is no plan. */
  newestRoot(): Promise<string | null>;
  /** Returns the plans whose id begins or ends with a text. */
  matching(partialId: string): Promise<string[]>;
  /** Returns the plans with a checkpoint whose id begins or ends with a text; reads the keys of all checkpoints. */
  plansOfCheckpoint(partialId: string): Promise<string[]>;
}

export function openPlanIndex(store: Pick<Store, 'entries'>): PlanIndex {
  const keysBelow = async (prefix: string, options: Parameters<Store['entries']>[1] = {}): Promise<string[]> => {
    const found: string[] = [];
    for await (const [key] of store.entries(prefix, options)) found.push(key);
    return found;
  };
  const lastPart = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  return {
    unfinishedRoots: async () => (await keysBelow(keys.allUnfinished)).map(lastPart),
    treeMembers: async rootPlanId => (await keysBelow(keys.treeMembers(rootPlanId))).map(lastPart),
    async newestRoot() {
      const [newest] = await keysBelow(keys.allTreeMembers, { limit: 1, reverse: true });
      return newest?.split('/')[1] ?? null;
    },
    async plansOfCheckpoint(partialId) {
      const matching = (await keysBelow(keys.allCheckpoints)).filter(key => matchesId(lastPart(key), partialId));
      return [...new Set(matching.flatMap(key => key.split('/').slice(1, 2)))];
    },
    async matching(partialId) {
      const part = partialId.toUpperCase();
      if (part === '' || part.includes('/')) return [];
      const ending = (await keysBelow(keys.reversedId(part))).map(key => reverseId(lastPart(key)));
      const beginning = (await keysBelow(`${keys.plans}${part}`)).map(lastPart);
      return [...new Set([...beginning, ...ending])].filter(id => matchesId(id, partialId)).sort();
    },
  };
}
