/** Two states of the project side by side: plans, checkpoints, and what a correction changed. */

import type { Checkpoint } from '../model/checkpoint.ts';
import type { Correction } from '../model/correction.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { Between } from './api.ts';
import { isEnded } from './ended.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';

type Sources = Pick<PlanHost, 'ledger' | 'project'>;

/**
 * The tree as far as the plan has come: its result; without one what its sandbox holds now, however the work ended; without
 * a sandbox what it held last.
 */
async function treeReached({ ledger, project }: Sources, record: PlanRecord): Promise<string> {
  const { planId, resultTree, sandbox, sandboxOf = null, workTree } = record;
  if (resultTree !== null) return resultTree;
  // A guest's sandbox is its parent's, where others work as well.
  if (sandbox !== null && sandboxOf === null && !isEnded(record)) {
    const held = await project.capture({ key: sandbox.key }).catch(withoutSandbox);
    if (held !== null) return held.tree;
  }
  if (workTree !== null) return workTree;
  // Of the attempts before: a revert begins again with none.
  const last = sandbox === null ? undefined : (await ledger.checkpoints(planId)).at(-1);
  return last?.treeOid ?? mainLink(record).baseTree;
}

/** A sandbox that is lost, or a disk that takes nothing: what was kept before is shown. */
function withoutSandbox(thrown: unknown): null {
  if (Fault.is(thrown)) return null;
  throw thrown;
}

/** The trees that are compared. @throws {Fault} UNKNOWN_PLAN, UNKNOWN_CORRECTION */
export async function spanOf(
  host: Sources,
  record: PlanRecord,
  { from, to, correction }: Between,
): Promise<{ from: string; to: string; alias: string }> {
  const { alias, baseTree } = mainLink(record);
  if (correction !== undefined) {
    const corrections = await host.ledger.corrections(record.planId);
    return { ...(await spanOfCorrection(host, record, { corrections, wanted: correction })), alias };
  }
  if (from === undefined && to === undefined) return { from: baseTree, to: await treeReached(host, record), alias };
  const named = (wanted: string | undefined) =>
    wanted === undefined ? treeReached(host, record) : treeNamed(host, wanted);
  return { from: await named(from), to: await named(to), alias };
}

/** The tree of a plan or of a checkpoint of any plan, by id or the end of one. @throws {Fault} UNKNOWN_PLAN */
async function treeNamed(host: Sources, wanted: string): Promise<string> {
  const { ledger } = host;
  const records = await ledger.records();
  const plans = records.filter(({ planId }) => matchesId(planId, wanted));
  const checkpoints: Checkpoint[] = [];
  for (const { planId } of records) {
    const own = await ledger.checkpoints(planId);
    checkpoints.push(...own.filter(({ checkpointId, label }) => matchesId(checkpointId, wanted) || label === wanted));
  }
  const [plan] = plans;
  const [checkpoint] = checkpoints;
  const count = plans.length + checkpoints.length;
  if (count === 1 && plan !== undefined) return treeReached(host, plan);
  if (count === 1 && checkpoint !== undefined) return checkpoint.treeOid;
  const why =
    count === 0 ? `No plan or checkpoint is called "${wanted}"` : `"${wanted}" names ${count} plans and checkpoints`;
  throw new Fault('UNKNOWN_PLAN', why, {
    where: wanted,
    hints: ['troupe plan list --all', 'troupe plan checkpoint list'],
  });
}

/** From before a correction to what came of it: up to the next correction, or as far as the plan has come. @throws {Fault} UNKNOWN_CORRECTION */
async function spanOfCorrection(
  host: Sources,
  record: PlanRecord,
  { corrections, wanted }: { corrections: readonly Correction[]; wanted: string },
): Promise<{ from: string; to: string }> {
  const isMeant = ({ correctionId }: Correction) => matchesId(correctionId, wanted);
  const at = corrections.findIndex(isMeant);
  if (at < 0 || corrections.findLastIndex(isMeant) !== at) {
    const why = at < 0 ? `The plan has no correction "${wanted}"` : `"${wanted}" names several corrections`;
    throw new Fault('UNKNOWN_CORRECTION', why, {
      where: `plan ${record.planId}`,
      hints: [`troupe plan corrections ${record.planId}`],
    });
  }
  const treeBefore = (correction: Correction | undefined) => correction?.before?.treeOid;
  return {
    from: treeBefore(corrections[at]) ?? mainLink(record).baseTree,
    to: treeBefore(corrections[at + 1]) ?? (await treeReached(host, record)),
  };
}
