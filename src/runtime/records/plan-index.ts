/**
 * Rows by which plans are found without reading the records of all plans: unfinished root plans, the plans of one tree, and the end
 * of an id. They are written with the event that creates a plan, so a journal implies them like its other rows.
 */
import type { PlanSpec } from '../../model/plan.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { matchesId } from '../plans/match-id.ts';
import { keys } from './keys.ts';

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
}

export function openPlanIndex(store: Pick<Store, 'entries'>): PlanIndex {
  /** The last parts of the keys below a prefix. */
  const names = async (prefix: string, limit = -1, reverse = false): Promise<string[]> => {
    const found: string[] = [];
    const options = limit < 0 ? { reverse } : { reverse, limit };
    for await (const [key] of store.entries(prefix, options)) found.push(key);
    return found;
  };
  const last = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  return {
    unfinishedRoots: async () => (await names(keys.allUnfinished)).map(last),
    treeMembers: async rootPlanId => (await names(keys.treeMembers(rootPlanId))).map(last),
    async newestRoot() {
      const [newest] = await names(keys.allTreeMembers, 1, true);
      return newest?.split('/')[1] ?? null;
    },
    async matching(partialId) {
      const part = partialId.toUpperCase();
      if (part === '' || part.includes('/')) return [];
      const ending = (await names(keys.reversedId(part))).map(key => reverse(last(key)));
      const beginning = (await names(`${keys.plans}${part}`)).map(last);
      return [...new Set([...beginning, ...ending])].filter(id => matchesId(id, partialId)).sort();
    },
  };
}

const reverse = (id: string): string => [...id].reverse().join('');
