import type { DecisionDraft } from '../src/model/decision.ts';
import type { StoredFault } from '../src/model/fault.ts';
import type { LastLines } from '../src/model/log-line.ts';
import type { Phase, PlanSpec } from '../src/model/plan.ts';
import { checkpointNow } from './checkpoint.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import type { World } from './world.ts';

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
  const withLines = await step('lines', () => withLastLines(world, fault));
  return { fault: withLines, decisions, details: {}, checkpoint };
});

const subplansMax = 10;
const linesMax = 5;

/** Where failed subplans are the failure, it carries the last lines that they printed. */
async function withLastLines(world: World, fault: StoredFault): Promise<StoredFault> {
  const { subplans } = fault.details ?? {};
  if (fault.code !== 'SUBPLANS_FAILED' || !Array.isArray(subplans)) return fault;
  const failed = (subplans as { planId: string; goal: string; state: string }[]).filter(
    each => each.state === 'failed',
  );
  const lastLines: LastLines[] = [];
  for (const { planId, goal } of failed.slice(0, subplansMax)) {
    const lines = await world.lastLines(planId, linesMax);
    if (lines.length > 0) lastLines.push({ planId, goal, lines });
  }
  return lastLines.length === 0 ? fault : { ...fault, details: { ...fault.details, lastLines } };
}

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
