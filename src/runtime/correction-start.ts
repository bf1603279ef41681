/** Where a corrected plan runs again, and with which files. */
import type { Checkpoint } from '../model/checkpoint.ts';
import type { Correction, CorrectionMode, CorrectionOrder, RunAgain } from '../model/correction.ts';
import { type Decision, isSpawn } from '../model/decision.ts';
import type { PlanEvent } from '../model/event.ts';
import { mainLink } from '../model/link.ts';
import type { PlanRecord } from '../model/plan.ts';
import { positionOf } from '../model/rollbacks.ts';
import { landedOf } from './finished.ts';

/** Whether an agent in one of these roles recorded it. */
export const isOfRole = (decision: Decision, ...roles: string[]) =>
  roles.includes(decision.contextSnapshot.actorStateRef?.split(':')[0] ?? '');

export function runAgainFrom(record: PlanRecord, decision: Decision): RunAgain {
  if (record.phase === 'strategize') return 'strategize';
  if (isSpawn(decision.type) && record.workTree !== null) return 'children';
  return isOfRole(decision, 'execution', 'fix') ? 'work' : 'strategize';
}

/** What there is to go back to. */
export interface Scene {
  record: PlanRecord;
  decision: Decision;
  from: RunAgain;
  mode: CorrectionMode;
  held: readonly Decision[];
  children: readonly PlanRecord[];
  checkpoints: readonly Checkpoint[];
  corrections: readonly Correction[];
  journal: readonly PlanEvent[];
}

/** The files the next attempt begins with, and what is in them already. */
export function startOf(scene: Scene): Pick<CorrectionOrder, 'treeOid' | 'sequence' | 'mergedUpTo'> {
  const { record, decision, from, mode, held, checkpoints, journal } = scene;
  if (mode === 'append') {
    return {
      treeOid: record.resultTree,
      sequence: null,
      mergedUpTo: Math.max(...held.map(({ sequence }) => sequence)),
    };
  }
  if (from === 'strategize') return { treeOid: null, sequence: null, mergedUpTo: null };
  if (from === 'children') return { ...groupOf(scene), sequence: null };
  const decidedAt = positionOfCall(journal, decision.decisionId) ?? decision.sequence;
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
function groupOf({ record, decision, held, children, corrections }: Scene): {
  treeOid: string | null;
  mergedUpTo: number | null;
} {
  const own = children.filter(({ parentPlanId }) => parentPlanId === record.planId);
  const child = own.find(({ spawnDecisionId }) => spawnDecisionId === decision.decisionId);
  // What has landed is in the work: who runs again begins with it.
  const isFresh = child === undefined || landedOf(record).length > 0;
  let base = isFresh ? record.workTree : mainLink(child).baseTree;
  // One after another: each began with the result of the one before.
  for (const sibling of [...own].reverse()) if (sibling.resultTree === base) base = mainLink(sibling).baseTree;
  return { treeOid: base, mergedUpTo: addedAt(decision, held, corrections) };
}

/** When a decision came of an addition: the position of that; what was spawned before is in its files already. */
function addedAt(
  decision: Decision | undefined,
  held: readonly Decision[],
  corrections: readonly Correction[],
): number | null {
  const parent = held.find(({ decisionId }) => decisionId === decision?.parentDecisionId);
  if (parent === undefined) return null;
  const isAddition = corrections.some(
    ({ mode, interventionId }) => mode === 'append' && interventionId === parent.decisionId,
  );
  return isAddition ? parent.sequence : addedAt(parent, held, corrections);
}

/** What a call decided is recorded with all of the agent's work; it was decided when the call was made. */
function positionOfCall(journal: readonly PlanEvent[], decisionId: string): number | undefined {
  const call = journal.find(
    event => event.type === 'tool.called' && event.decisions.some(decision => decision.decisionId === decisionId),
  );
  return call && positionOf(call);
}
