/** Determines where a corrected plan restarts, and with which files. */

import { appliedSubplanIds } from '../../model/applied-subplan-ids.ts';
import type { Checkpoint } from '../../model/checkpoint.ts';
import type { Correction, CorrectionMode, CorrectionRequest, RestartPoint } from '../../model/correction.ts';
import { type Decision, isSpawn } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { sequenceOf } from '../../model/rollback-history.ts';

/** Returns whether an agent in one of these roles recorded the decision. */
export const isRecordedByRole = (decision: Decision, ...roles: string[]) =>
  roles.includes(decision.contextSnapshot.actorStateRef?.split(':')[0] ?? '');

export function restartPhase(record: PlanRecord, decision: Decision): RestartPoint {
  if (record.phase === 'strategize') return 'strategize';
  if (isSpawn(decision.type) && record.workTree !== null) return 'children';
  return isRecordedByRole(decision, 'execution', 'fix') ? 'work' : 'strategize';
}

/** The state from which the restart point is determined. */
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

/** Returns the files the next attempt starts with, and what they already contain. */
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

/** Returns the tree that the children of a spawn decision started from, and the children it contained. */
function groupBase({ record, decision, effective, children, corrections }: RestartInput): {
  treeOid: string | null;
  mergedUpTo: number | null;
} {
  const own = children.filter(({ parentPlanId }) => parentPlanId === record.planId);
  const child = own.find(({ spawnDecisionId }) => spawnDecisionId === decision.decisionId);
  // Applied work is part of the base: children that run again start from it.
  const isFresh = child === undefined || appliedSubplanIds(record).length > 0;
  let base = isFresh ? record.workTree : primaryProject(child).baseTree;
  // In sequence: each started from the result of the one before.
  for (const sibling of [...own].reverse()) if (sibling.resultTree === base) base = primaryProject(sibling).baseTree;
  return { treeOid: base, mergedUpTo: additionSequence(decision, effective, corrections) };
}

/**
 * For a decision that an appended correction caused: the position of that correction; earlier spawns are already in
 * its files.
 */
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

/** A call's decision is recorded when the agent finishes, but it was made at the time of the call. */
function callSequence(journal: readonly PlanEvent[], decisionId: string): number | undefined {
  const call = journal.find(
    event => event.type === 'tool.called' && event.decisions.some(decision => decision.decisionId === decisionId),
  );
  return call && sequenceOf(call);
}
