import type { EffectContext } from '../../src/durable/effect.ts';
import { type DecisionDraft, isSpawn, type SpawnPayload } from '../../src/model/decision.ts';
import type { EffectInput, EffectOutput } from '../../src/model/effects.ts';
import { omitUndefined } from '../../src/model/optional-keys.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { isExecutionDecision } from '../../src/model/spawn.ts';
import type { EffectServices } from '../services.ts';

/**
 * Plans the attempts at the goal, as subplans, in place of the work of the execution agent. Returns null for a plan without
 * attempts, and for one whose strategy split the goal: its subplans are attempted.
 */
export async function attemptGoal(
  context: EffectContext<EffectInput<'execute'>>,
  services: EffectServices,
): Promise<EffectOutput<'execute'> | null> {
  const { spec, begin } = context.input;
  const count = spec.attempts?.count ?? 1;
  if (count < 2) return null;
  const decisions = await services.ledger.decisions(spec.planId);
  if (decisions.some(decision => isSpawn(decision.type) && !isExecutionDecision(decision))) return null;
  const run = `execution:${context.key}`;
  const ids = await context.step('attempts', async () => Array.from({ length: count }, () => services.mintId()));
  const spawns = ids.map((decisionId, at) => spawnDecision(spec, { decisionId, attempt: at + 1, run }));
  return { decisions: spawns, tree: begin.tree, toolCalls: 0, run };
}

function spawnDecision(
  spec: PlanSpec,
  { decisionId, attempt, run }: { decisionId: string; attempt: number; run: string },
): DecisionDraft {
  const { planId, description: goal, resourceScopes, subplanConfig, decisionRootId } = spec;
  const payload: SpawnPayload = {
    ...{ planId, goal, resourceScopes, projectRef: null, parallel: true, maxParallel: null, mergeStrategy: null },
    ...{ dependencies: [], contextView: 'default', strategyActor: null, executionActor: null },
    ...{ guidance: [], arguments: {}, attempt },
    // Attempts in one sandbox would see each other's work.
    isolation: subplanConfig.isolation === 'none' ? 'worktree' : subplanConfig.isolation,
  };
  return {
    decisionId,
    planId,
    parentDecisionId: decisionRootId,
    type: 'subplan_parallel_spawn',
    question: 'How to reach the goal?',
    chosenOption: `Attempt ${attempt} of ${spec.attempts?.count}: ${goal}`,
    alternatives: [],
    confidence: 1,
    rationale: 'The plan asks for several attempts, of which one is chosen.',
    payload,
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: run },
    artifacts: [],
    supersededBy: null,
  };
}

/** Returns what an attempt has of its parent that another subplan has not: the whole goal and its validations. */
export function attemptSpec(
  { actors, definitionOfDone, longDescription, validations, attempts, guidance, skeleton }: PlanSpec,
  attempt: number,
): Partial<PlanSpec> {
  return {
    ...{ definitionOfDone, validations, guidance, attempts: undefined, attemptNumber: attempt },
    ...omitUndefined({ longDescription }),
    actors: { ...actors, strategy: null, review: null, apply: null },
    skeleton: [
      ...skeleton,
      `This is attempt ${attempt} of ${attempts?.count} at the goal. The others work side by side; the best result is taken.`,
    ],
  };
}
