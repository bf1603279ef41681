import type { Hint } from '../../src/model/command-hint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import type { LastLines } from '../../src/model/log-line.ts';
import type { Phase, PlanSpec } from '../../src/model/plan.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import type { EffectServices } from '../services.ts';

/** Prepares the recovery from a failure: records a decision with the next commands, and a checkpoint of the sandbox. */
export const recover = defineEffect(
  'recover',
  async ({ input: { spec, phase, error, sandbox }, step, key }, services) => {
    const { project } = resolveProject(services, spec);
    const decisions = await step('decision', async () => [recovery(spec, phase, error, services.mintId())]);
    const wanted = spec.checkpoints.autoCreateOn.includes('onError');
    const alive = wanted && sandbox !== null && (await project.sandboxes()).some(known => known.key === sandbox.key);
    const checkpoint = alive
      ? await step('checkpoint', () =>
          createCheckpoint(services, spec, { key: sandbox.key, mark: `${key}/error`, trigger: 'onError' }),
        )
      : null;
    const withLines = await step('lines', () => withLastLines(services, error));
    return { error: withLines, decisions, details: {}, checkpoint };
  },
);

const subplansMax = 10;
const linesMax = 5;

/** Adds the last log lines of failed subplans to the error. */
async function withLastLines(services: EffectServices, error: SerializedError): Promise<SerializedError> {
  const { subplans } = error.details ?? {};
  if (error.code !== 'SUBPLANS_FAILED' || !Array.isArray(subplans)) return error;
  const failed = (subplans as { planId: string; goal: string; state: string }[]).filter(
    each => each.state === 'failed',
  );
  const lastLines: LastLines[] = [];
  for (const { planId, goal } of failed.slice(0, subplansMax)) {
    const lines = await services.lastLines(planId, linesMax);
    if (lines.length > 0) lastLines.push({ planId, goal, lines });
  }
  return lastLines.length === 0 ? error : { ...error, details: { ...error.details, lastLines } };
}

/** The commands by their words alone; all of each is in the payload. */
function describeHints(hints: readonly Hint[]): string[] {
  return [...new Set(hints.map(hint => (typeof hint === 'string' ? hint : hint.command)))];
}

function recovery(spec: PlanSpec, phase: Phase, error: SerializedError, decisionId: string): DecisionDraft {
  return {
    decisionId,
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'error_recovery',
    question: `${phase} failed: ${error.message}`,
    chosenOption: error.retriable ? 'Rest, to be tried again' : 'Rest, to be corrected by a person',
    alternatives: describeHints(error.hints).map(description => ({ description, reason: 'allowed in this state' })),
    confidence: 1,
    rationale: `${error.code} is ${error.category}${error.retriable ? ', which another try may cure' : ', which another try would not cure'}.`,
    payload: { code: error.code, category: error.category, phase, hints: error.hints },
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
