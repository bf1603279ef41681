/** Two states of the project side by side: plans, checkpoints, and what a correction changed. */

import type { Checkpoint } from '../model/checkpoint.ts';
import type { Correction } from '../model/correction.ts';
import { Fault } from '../model/fault.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { Between } from './api.ts';
import type { PlanLedger } from './ledger.ts';
import { matchesId } from './match-id.ts';

/** The tree as far as the plan has come. */
function treeReached(record: PlanRecord): string {
  return record.resultTree ?? record.workTree ?? mainLink(record).baseTree;
}

/** The trees that are compared. @throws {Fault} UNKNOWN_PLAN, UNKNOWN_CORRECTION */
export async function spanOf(
  ledger: PlanLedger,
  record: PlanRecord,
  { from, to, correction }: Between,
): Promise<{ from: string; to: string; alias: string }> {
  const { alias, baseTree } = mainLink(record);
  if (correction !== undefined) {
    return { ...spanOfCorrection(record, await ledger.corrections(record.planId), correction), alias };
  }
  const reached = treeReached(record);
  if (from === undefined && to === undefined) return { from: baseTree, to: reached, alias };
  const named = (wanted: string | undefined) => (wanted === undefined ? reached : treeNamed(ledger, wanted));
  return { from: await named(from), to: await named(to), alias };
}

/** The tree of a plan or of a checkpoint of any plan, by id or the end of one. @throws {Fault} UNKNOWN_PLAN */
async function treeNamed(ledger: PlanLedger, wanted: string): Promise<string> {
  const records = await ledger.records();
  const plans = records.filter(({ planId }) => matchesId(planId, wanted));
  const checkpoints: Checkpoint[] = [];
  for (const { planId } of records) {
    const own = await ledger.checkpoints(planId);
    checkpoints.push(...own.filter(({ checkpointId, label }) => matchesId(checkpointId, wanted) || label === wanted));
  }
  const trees = [...plans.map(treeReached), ...checkpoints.map(({ treeOid }) => treeOid)];
  const [only] = trees;
  if (only !== undefined && trees.length === 1) return only;
  const why =
    only === undefined
      ? `No plan or checkpoint is called "${wanted}"`
      : `"${wanted}" names ${trees.length} plans and checkpoints`;
  throw new Fault('UNKNOWN_PLAN', why, {
    where: wanted,
    hints: ['troupe plan list --all', 'troupe plan checkpoint list'],
  });
}

/** From before a correction to what came of it: up to the next correction, or as far as the plan has come. @throws {Fault} UNKNOWN_CORRECTION */
function spanOfCorrection(
  record: PlanRecord,
  corrections: readonly Correction[],
  wanted: string,
): { from: string; to: string } {
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
    to: treeBefore(corrections[at + 1]) ?? treeReached(record),
  };
}
