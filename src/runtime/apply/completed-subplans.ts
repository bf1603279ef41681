/** The work of completed subplans, merged, to apply before the rest of the plan. */

import { mergeInOrder } from '../../../actors/subplans/merge-in-order.ts';
import { appliedSubplanIds } from '../../model/applied-subplan-ids.ts';
import { culpritIds } from '../../model/bisection.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { allowedCommandHints } from '../../model/hints.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import type { CompletedSubplan } from '../../ports/ledger.ts';
import type { Project } from '../../ports/project.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';

/** The base with the completed work, and the subplans it contains. */
export interface CompletedWork {
  treeOid: string;
  subplans: string[];
}

/** Returns whether all of it was reviewed: then it is a result, and any parts of it may be applied. */
export function isFullyReviewed({ phase, state, resultTree }: PlanRecord): boolean {
  const rests = state === 'complete' || (phase === 'apply' && ['constrained', 'errored'].includes(state));
  return resultTree !== null && phase !== 'strategize' && rests;
}

/**
 * Merges the plan's own work with that of the selected subplans: those named with their dependencies, or all
 * completed ones but those that break a validation, and those that depend on them.
 * @throws {TroupeError} PHASE_GUARD, UNKNOWN_PLAN, NOTHING_TO_APPLY, MERGE_CONFLICT
 */
export async function mergeCompleted(
  host: PlanHost,
  record: PlanRecord,
  partialIds: readonly string[] | null,
): Promise<CompletedWork> {
  const { planId, merged = null } = record;
  const start = startTreeFor(record);
  const appliedIds = appliedSubplanIds(record);
  const complete = record.subplanStatuses.filter(({ state }) => state === 'complete').map(status => status.planId);
  const results = await host.ledger.completedSubplans(complete.filter(id => !appliedIds.includes(id)));
  const culprits = culpritIds(record.bisection);
  const work =
    partialIds === null && merged !== null && culprits.length === 0
      ? { treeOid: merged.treeOid, subplans: merged.planIds.filter(id => !appliedIds.includes(id)) }
      : await mergeResults(
          host.project,
          record,
          start,
          partialIds === null ? withoutCulprits(results, culprits) : selectResults(record, results, partialIds),
        );
  if (work.treeOid !== primaryProject(record).baseTree) return work;
  throw new TroupeError('NOTHING_TO_APPLY', 'Every finished subplan is already applied', {
    where: `plan ${planId}`,
    hints: [
      commandHint('plan tree', { planId }),
      ...allowedCommandHints(
        record.availableCommands.filter(type => type !== 'applyPart'),
        planId,
      ),
    ],
  });
}

/** Returns the tree that was already applied, or else the work of the plan's own agent. */
function startTreeFor(record: PlanRecord): string {
  const { planId, workTree, phase, state, availableCommands, appliedParts = [] } = record;
  if (isFullyReviewed(record) && appliedParts.length > 0) return primaryProject(record).baseTree;
  if (workTree !== null) return workTree;
  throw new TroupeError('PHASE_GUARD', `Nothing of the plan is finished: it is at ${phase}.${state}`, {
    where: `plan ${planId}`,
    hints: [...allowedCommandHints(availableCommands, planId), commandHint('plan tree', { planId })],
  });
}

/** Returns the subplans named by id, or a prefix or suffix of one, after those they depend on. */
function selectResults(
  { planId, subplanStatuses }: PlanRecord,
  results: readonly CompletedSubplan[],
  partialIds: readonly string[],
) {
  const selected = new Set(partialIds.map(name => findResult(name)));
  const select = (tree: CompletedSubplan) => {
    selected.add(tree);
    for (const other of results) if (dependsOn(tree, other) && !selected.has(other)) select(other);
  };
  for (const result of [...selected]) select(result);
  return results.filter(result => selected.has(result));

  function findResult(name: string): CompletedSubplan {
    const isMatch = (each: { planId: string }) => matchesId(each.planId, name);
    const [result, ...more] = results.filter(isMatch);
    if (result !== undefined && more.length === 0) return result;
    const status = subplanStatuses.find(isMatch);
    const hints = [commandHint('plan tree', { planId })];
    if (result !== undefined || status === undefined) {
      const why = result === undefined ? `The plan has no subplan "${name}"` : `Several subplans are called "${name}"`;
      throw new TroupeError('UNKNOWN_PLAN', why, { where: `plan ${planId}`, hints });
    }
    const why = status.state === 'complete' ? 'is already applied' : `is ${status.state}`;
    throw new TroupeError('PHASE_GUARD', `The subplan "${status.goal}" ${why}`, {
      where: `plan ${status.planId}`,
      hints,
    });
  }
}

/** Returns whether a subplan started from the result of another. */
function dependsOn(result: CompletedSubplan, other: CompletedSubplan): boolean {
  const startsWith = result.startsWith.some(({ planId }) => planId === other.planId);
  return startsWith || result.tree.baseTree === other.tree.treeOid;
}

/** Returns the results that contain nothing of the culprits. */
function withoutCulprits(results: readonly CompletedSubplan[], culprits: readonly string[]): CompletedSubplan[] {
  const isExcluded = (result: CompletedSubplan): boolean =>
    culprits.includes(result.planId) || results.some(other => dependsOn(result, other) && isExcluded(other));
  return results.filter(result => !isExcluded(result));
}

/** Merges like the plan itself, in recorded order, and has the same conflicts. */
async function mergeResults(
  project: Project,
  record: PlanRecord,
  start: string,
  results: readonly CompletedSubplan[],
): Promise<CompletedWork> {
  const children = results.map(({ tree }) => tree);
  const merged = await mergeInOrder(project, { ours: start, alias: primaryProject(record).alias, children });
  if (!merged.clean) throw mergeConflictError(record, merged.child.goal, merged.paths);
  return { treeOid: merged.treeOid, subplans: results.map(({ planId }) => planId) };
}

function mergeConflictError({ planId }: PlanRecord, goal: string, paths: string[]): TroupeError {
  const what = `The work of "${goal}" conflicts with what else is finished in ${paths.join(', ')}`;
  return new TroupeError('MERGE_CONFLICT', what, {
    where: `plan ${planId}`,
    hints: [commandHint('plan tree', { planId }), commandHint('plan explain', { planId })],
    details: { paths },
  });
}
