/** Where a corrected plan runs again, and with which files. */
import type { Checkpoint } from '../../model/checkpoint.ts';
import type { Correction, CorrectionMode, CorrectionRequest, RestartPoint } from '../../model/correction.ts';
import { type Decision, isSpawn } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { sequenceOf } from '../../model/rollback-history.ts';
import { appliedSubplanIds } from '../apply/completed-subplans.ts';

/** Whether an agent in one of these roles recorded it. */
export const isRecordedByRole = (decision: Decision, ...roles: string[]) =>
  roles.includes(decision.contextSnapshot.actorStateRef?.split(':')[0] ?? '');

export function restartPhase(record: PlanRecord, decision: Decision): RestartPoint {
  if (record.phase === 'strategize') return 'strategize';
  if (isSpawn(decision.type) && record.workTree !== null) return 'children';
  return isRecordedByRole(decision, 'execution', 'fix') ? 'work' : 'strategize';
}

/** What there is to go back to. */
export interface RestartInput {
  record: PlanRecord;
  decision: Decision;
  from: RestartPoint;
  mode: CorrectionMode;
  effective: readonly Decision[];
  children: readonly PlanRecord[];
  checkpoints: readonly Checkpoint[];
  corrections: readonly Correction[];
  journal: readonly PlanEvent[];
}

/** The files the next attempt begins with, and what is in them already. */
export function resolveRestart(input: RestartInput): Pick<CorrectionRequest, 'treeOid' | 'sequence' | 'mergedUpTo'> {
  const { record, decision, from, mode, effective, checkpoints, journal } = input;
  if (mode === 'append') {
    return {
      treeOid: record.resultTree,
      sequence: null,
      mergedUpTo: Math.max(...effective.map(({ sequence }) => sequence)),
    };
  }
  if (from === 'strategize') return { treeOid: null, sequence: null, mergedUpTo: null };
  if (from === 'children') return { ...groupBase(input), sequence: null };
  const decidedAt = callSequence(journal, decision.decisionId) ?? decision.sequence;
  const restored = checkpoints
    .filter(({ sandbox, decisionSequence }) => sandbox === record.sandbox?.key && decisionSequence < decidedAt)
    .sort((left, right) => left.decisionSequence - right.decisionSequence)
    .at(-1);
  return {
    treeOid: restored?.treeOid ?? record.startTree,
    sequence: restored?.decisionSequence ?? null,
    mergedUpTo: null,
  };
}

/** The work that the children of a spawn decision began with, and the children whose work was in it. */
function groupBase({ record, decision, effective, children, corrections }: RestartInput): {
  treeOid: string | null;
  mergedUpTo: number | null;
} {
  const own = children.filter(({ parentPlanId }) => parentPlanId === record.planId);
  const child = own.find(({ spawnDecisionId }) => spawnDecisionId === decision.decisionId);
  // What has landed is in the work: who runs again begins with it.
  const isFresh = child === undefined || appliedSubplanIds(record).length > 0;
  let base = isFresh ? record.workTree : primaryProject(child).baseTree;
  // One after another: each began with the result of the one before.
  for (const sibling of [...own].reverse()) if (sibling.resultTree === base) base = primaryProject(sibling).baseTree;
  return { treeOid: base, mergedUpTo: additionSequence(decision, effective, corrections) };
}

/** When a decision came of an addition: the position of that; what was spawned before is in its files already. */
function additionSequence(
  decision: Decision | undefined,
  effective: readonly Decision[],
  corrections: readonly Correction[],
): number | null {
  const parent = effective.find(({ decisionId }) => decisionId === decision?.parentDecisionId);
  if (parent === undefined) return null;
  const isAddition = corrections.some(
    ({ mode, interventionId }) => mode === 'append' && interventionId === parent.decisionId,
  );
  return isAddition ? parent.sequence : additionSequence(parent, effective, corrections);
}

/** What a call decided is recorded with all of the agent's work; it was decided when the call was made. */
function callSequence(journal: readonly PlanEvent[], decisionId: string): number | undefined {
  const call = journal.find(
    event => event.type === 'tool.called' && event.decisions.some(decision => decision.decisionId === decisionId),
  );
  return call && sequenceOf(call);
}
