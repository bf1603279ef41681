/** Compares two states of the project: plans, checkpoints, and the effect of a correction. */

import type { Checkpoint } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import type { Correction } from '../../model/correction.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import type { DiffRange } from '../api.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { isTerminal } from '../plans/plan-status.ts';

type DiffHost = Pick<PlanHost, 'ledger' | 'project'>;

/**
 * Returns the plan's latest tree: its result; else the current content of its sandbox, however the work ended;
 * without a sandbox its last content.
 */
async function currentTree({ ledger, project }: DiffHost, record: PlanRecord): Promise<string> {
  const { planId, resultTree, sandbox, sandboxOf = null, startTree, workTree } = record;
  if (resultTree !== null) return resultTree;
  // A sandbox shared with the parent contains the work of others as well.
  if (sandbox !== null && sandboxOf === null && !isTerminal(record)) {
    const captured = await project.capture({ key: sandbox.key }).catch(ignoreTroupeError);
    if (captured !== null) return captured.tree;
  }
  if (workTree !== null && workTree !== startTree) return workTree;
  // A revert starts without a sandbox: checkpoints of earlier attempts do not count.
  const checkpoints = sandbox === null ? [] : await ledger.checkpoints(planId);
  const last = workTree === null ? checkpoints.at(-1) : checkpoints.findLast(each => isInterrupted(each, sandbox));
  return last?.treeOid ?? workTree ?? primaryProject(record).baseTree;
}

/** Returns whether the checkpoint has files of an agent whose process ended; it has started over since. */
function isInterrupted({ trigger, sandbox }: Checkpoint, current: PlanRecord['sandbox']): boolean {
  return trigger === 'afterInterruption' && sandbox === current?.key;
}

/** For a lost sandbox, or a disk that cannot be written, show what was stored before. */
function ignoreTroupeError(thrown: unknown): null {
  if (TroupeError.is(thrown)) return null;
  throw thrown;
}

/** Returns the two trees to compare. @throws {TroupeError} UNKNOWN_PLAN, UNKNOWN_CORRECTION */
export async function resolveDiffRange(
  host: DiffHost,
  record: PlanRecord,
  { from, to, correction }: DiffRange,
): Promise<{ from: string; to: string; alias: string }> {
  const { alias, baseTree } = primaryProject(record);
  if (correction !== undefined) {
    const corrections = await host.ledger.corrections(record.planId);
    return { ...(await correctionRange(host, record, { corrections, wanted: correction })), alias };
  }
  if (from === undefined && to === undefined) return { from: baseTree, to: await currentTree(host, record), alias };
  const resolveTree = (wanted: string | undefined) =>
    wanted === undefined ? currentTree(host, record) : findTree(host, wanted);
  return { from: await resolveTree(from), to: await resolveTree(to), alias };
}

/** Returns the tree of a plan or of a checkpoint of any plan, by id or the end of one. @throws {TroupeError} UNKNOWN_PLAN */
async function findTree(host: DiffHost, partialId: string): Promise<string> {
  const { ledger } = host;
  const records = await ledger.records();
  const plans = records.filter(({ planId }) => matchesId(planId, partialId));
  const checkpoints: Checkpoint[] = [];
  for (const { planId } of records) {
    const own = await ledger.checkpoints(planId);
    checkpoints.push(
      ...own.filter(({ checkpointId, label }) => matchesId(checkpointId, partialId) || label === partialId),
    );
  }
  const [plan] = plans;
  const [checkpoint] = checkpoints;
  const count = plans.length + checkpoints.length;
  if (count === 1 && plan !== undefined) return currentTree(host, plan);
  if (count === 1 && checkpoint !== undefined) return checkpoint.treeOid;
  const why =
    count === 0
      ? `No plan or checkpoint is called "${partialId}"`
      : `"${partialId}" names ${count} plans and checkpoints`;
  throw new TroupeError('UNKNOWN_PLAN', why, {
    where: partialId,
    hints: [commandHint('plan list', { options: { all: true } }), commandHint('plan checkpoint list')],
  });
}

/**
 * Returns the trees before a correction and after it: at the next correction, or the current one.
 * @throws {TroupeError} UNKNOWN_CORRECTION
 */
async function correctionRange(
  host: DiffHost,
  record: PlanRecord,
  { corrections, wanted }: { corrections: readonly Correction[]; wanted: string },
): Promise<{ from: string; to: string }> {
  const isMatch = ({ correctionId }: Correction) => matchesId(correctionId, wanted);
  const at = corrections.findIndex(isMatch);
  if (at < 0 || corrections.findLastIndex(isMatch) !== at) {
    const why = at < 0 ? `The plan has no correction "${wanted}"` : `"${wanted}" names several corrections`;
    throw new TroupeError('UNKNOWN_CORRECTION', why, {
      where: `plan ${record.planId}`,
      hints: [commandHint('plan corrections', { planId: record.planId })],
    });
  }
  const treeBefore = (correction: Correction | undefined) => correction?.before?.treeOid;
  return {
    from: treeBefore(corrections[at]) ?? primaryProject(record).baseTree,
    to: treeBefore(corrections[at + 1]) ?? (await currentTree(host, record)),
  };
}
