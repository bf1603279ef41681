/** The decisions a correction records: the person's guidance, and replacements for the superseded ones. */
import type { CorrectionMode } from '../../model/correction.ts';
import { type Decision, type DecisionDraft, SpawnPayload } from '../../model/decision.ts';
import { remapIds } from '../../model/remap-ids.ts';

const decisionDefaults = {
  alternatives: [],
  confidence: 1,
  rationale: 'Requested by the user',
  dependsOn: [],
  contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
  artifacts: [],
  supersededBy: null,
} satisfies Partial<DecisionDraft>;

export function userIntervention(
  decision: Decision,
  input: { decisionId: string; correctionId: string; mode: CorrectionMode; guidance: string },
): DecisionDraft {
  const { decisionId, correctionId, mode, guidance } = input;
  return {
    ...decisionDefaults,
    decisionId,
    planId: decision.planId,
    parentDecisionId: mode === 'append' ? decision.decisionId : (decision.parentDecisionId ?? decision.decisionId),
    type: 'user_intervention',
    question: mode === 'append' ? 'What should be added?' : `What should be different than "${decision.chosenOption}"?`,
    chosenOption: guidance,
    payload: { correctionId, mode, decisionId: decision.decisionId },
  };
}

/**
 * Returns a subplan whose goal is the guidance. It has the same settings as the others, so that all can run again as
 * one group.
 */
export function addedSubplan(
  { decisionId: parentDecisionId, planId }: DecisionDraft,
  { decisionId, alias, guidance, parallel }: { decisionId: string; alias: string; guidance: string; parallel: boolean },
): DecisionDraft {
  const payload: SpawnPayload = {
    ...{ planId, goal: guidance, resourceScopes: [], projectRef: alias, parallel },
    ...{ maxParallel: null, mergeStrategy: null, dependencies: [], contextView: 'default' },
    ...{ strategyActor: null, executionActor: null, guidance: [], arguments: {} },
  };
  return {
    ...decisionDefaults,
    ...{ decisionId, planId, parentDecisionId, payload },
    type: parallel ? 'subplan_parallel_spawn' : 'subplan_spawn',
    question: 'Subplan',
    chosenOption: guidance,
  };
}

/** Returns replacements of the subplans: the corrected one with the guidance, and those that depend on it. */
export function replacementSpawns(
  spawns: readonly Decision[],
  corrected: Decision,
  { decisionId: interventionId }: DecisionDraft,
  guidance: string,
  mintId: () => string,
): DecisionDraft[] {
  const names = new Map(spawns.map(({ decisionId }) => [decisionId, mintId()]));
  return spawns.map(spawn => {
    const { sequence: _position, createdAt: _time, decisionId, ...draft } = spawn;
    const isCorrected = decisionId === corrected.decisionId;
    const next = remapIds({ ...draft, decisionId: names.get(decisionId) ?? decisionId }, names);
    const payload = SpawnPayload.parse(next.payload);
    return {
      ...next,
      parentDecisionId: isCorrected ? interventionId : next.parentDecisionId,
      payload: isCorrected ? { ...payload, guidance: [...payload.guidance, guidance] } : payload,
    };
  });
}
