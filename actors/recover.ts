import type { DecisionDraft } from '../src/model/decision.ts';
import type { StoredFault } from '../src/model/fault.ts';
import type { Phase, PlanSpec } from '../src/model/plan.ts';
import { checkpointNow } from './checkpoint.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';

/** Makes of a failure what a person needs: a recorded decision that says what to type next, and the sandbox as it was. */
export const recover = provided('recover', async ({ input: { spec, phase, fault, sandbox }, step, key }, world) => {
  const { project } = projectOf(world, spec);
  const decisions = await step('decision', async () => [recovery(spec, phase, fault, world.mintId())]);
  const wanted = spec.checkpoints.autoCreateOn.includes('onError');
  const alive = wanted && sandbox !== null && (await project.sandboxes()).some(known => known.key === sandbox.key);
  const checkpoint = alive
    ? await step('checkpoint', () =>
        checkpointNow(world, spec, { key: sandbox.key, mark: `${key}/error`, trigger: 'onError' }),
      )
    : null;
  return { fault, decisions, details: {}, checkpoint };
});

function recovery(spec: PlanSpec, phase: Phase, fault: StoredFault, decisionId: string): DecisionDraft {
  return {
    decisionId,
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'error_recovery',
    question: `${phase} failed: ${fault.message}`,
    chosenOption: fault.retriable ? 'Rest, to be tried again' : 'Rest, to be corrected by a person',
    alternatives: fault.hints.map(hint => ({ description: hint, reason: 'a way on from here' })),
    confidence: 1,
    rationale: `${fault.code} is ${fault.category}${fault.retriable ? ', which another try may cure' : ', which another try would not cure'}.`,
    payload: { code: fault.code, category: fault.category, phase, hints: fault.hints },
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
