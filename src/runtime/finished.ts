/** What of a plan may land before the rest: the work of subplans that are finished, put together. */

import { onward } from '../model/advice.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { ChildResult } from '../ports/ledger.ts';
import type { Project } from '../ports/project.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';

/** The base with what is finished in it, and whose work that is. */
export interface FinishedWork {
  treeOid: string;
  subplans: string[];
}

/** Whether all of it was reviewed: then it is a result, and may land in any parts. */
export function isReviewed({ phase, state, resultTree }: PlanRecord): boolean {
  const rests = state === 'complete' || (phase === 'apply' && ['constrained', 'errored'].includes(state));
  return resultTree !== null && phase !== 'strategize' && rests;
}

/** Subplans whose work has landed. */
export function landedOf({ landings = [] }: Pick<PlanRecord, 'landings'>): string[] {
  return landings.flatMap(({ subplans }) => subplans);
}

/**
 * The plan's own work with that of the subplans meant: those named and what they began with, or all that are finished.
 * @throws {Fault} PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT
 */
export async function finishedWork(
  host: PlanHost,
  record: PlanRecord,
  named: readonly string[] | null,
): Promise<FinishedWork> {
  const { planId, merged = null } = record;
  const ground = groundOf(record);
  const landed = landedOf(record);
  const complete = record.subplanStatuses.filter(({ state }) => state === 'complete').map(status => status.planId);
  const results = await host.ledger.results(complete.filter(id => !landed.includes(id)));
  const work =
    named === null && merged !== null
      ? { treeOid: merged.treeOid, subplans: merged.planIds.filter(id => !landed.includes(id)) }
      : await folded(host.project, record, ground, named === null ? results : meant(record, results, named));
  if (work.treeOid !== mainLink(record).baseTree) return work;
  throw new Fault('NOTHING_TO_APPLY', 'No subplan is finished whose work has not landed', {
    where: `plan ${planId}`,
    hints: [`troupe plan tree ${planId}`, ...onward(record.ways, planId)],
  });
}

/** What is home already, or else the work of the plan's own agent. */
function groundOf(record: PlanRecord): string {
  const { planId, workTree, phase, state, ways, landings = [] } = record;
  if (isReviewed(record) && landings.length > 0) return mainLink(record).baseTree;
  if (workTree !== null) return workTree;
  throw new Fault('PHASE_GUARD', `Nothing of the plan is finished: it is at ${phase}.${state}`, {
    where: `plan ${planId}`,
    hints: [...onward(ways, planId), `troupe plan tree ${planId}`],
  });
}

/** The subplans that are named by id, or the beginning or end of one, after those they began with. */
function meant({ planId, subplanStatuses }: PlanRecord, results: readonly ChildResult[], named: readonly string[]) {
  const wanted = new Set(named.map(name => resultNamed(name)));
  const wants = (tree: ChildResult) => {
    wanted.add(tree);
    for (const other of results) {
      const began =
        tree.startsWith.some(sibling => sibling.planId === other.planId) || tree.tree.baseTree === other.tree.treeOid;
      if (began && !wanted.has(other)) wants(other);
    }
  };
  for (const result of [...wanted]) wants(result);
  return results.filter(result => wanted.has(result));

  function resultNamed(name: string): ChildResult {
    const fits = (each: { planId: string }) => matchesId(each.planId, name);
    const [result, ...more] = results.filter(fits);
    if (result !== undefined && more.length === 0) return result;
    const status = subplanStatuses.find(fits);
    const hints = [`troupe plan tree ${planId}`];
    if (result !== undefined || status === undefined) {
      const why = result === undefined ? `The plan has no subplan "${name}"` : `Several subplans are called "${name}"`;
      throw new Fault('UNKNOWN_PLAN', why, { where: `plan ${planId}`, hints });
    }
    const why = status.state === 'complete' ? 'has landed already' : `is ${status.state}`;
    throw new Fault('PHASE_GUARD', `The subplan "${status.goal}" ${why}`, { where: `plan ${status.planId}`, hints });
  }
}

/** As the plan's own merge does it, in recorded order; where that would ask a person, so does this. */
async function folded(
  project: Project,
  record: PlanRecord,
  ground: string,
  results: readonly ChildResult[],
): Promise<FinishedWork> {
  const { alias } = mainLink(record);
  const subplans = results.map(({ planId }) => planId);
  let treeOid = ground;
  for (let rest = results; rest.length > 0; ) {
    const children = rest.map(({ tree: { baseTree: base, treeOid: theirs } }) => ({ base, theirs }));
    const apart = await project.foldDisjoint({ ours: treeOid, children });
    treeOid = apart.treeOid;
    rest = rest.slice(apart.folded);
    const [next] = rest;
    if (apart.folded > 0 || next === undefined) continue;
    const { baseTree: base, treeOid: theirs } = next.tree;
    const merged = await project.mergeTrees({ base, ours: treeOid, theirs, alias, theirsPlanId: next.planId });
    if (!merged.clean)
      throw conflicting(
        record,
        next,
        merged.conflicts.map(({ path }) => path),
      );
    treeOid = merged.treeOid;
    rest = rest.slice(1);
  }
  return { treeOid, subplans };
}

function conflicting({ planId }: PlanRecord, { tree }: ChildResult, paths: string[]): Fault {
  const what = `The work of "${tree.goal}" conflicts with what else is finished in ${paths.join(', ')}`;
  return new Fault('MERGE_CONFLICT', what, {
    where: `plan ${planId}`,
    hints: [`troupe plan tree ${planId}`, `troupe plan explain ${planId}`],
    details: { paths },
  });
}
