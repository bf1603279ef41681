/** Actions for corrections of decisions. */
import type { CorrectionRequest, PlanEdit } from '../../../src/model/correction.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { CorrectionOutput } from '../../correction.machine.ts';
import { emptyAttempt, initialResumePoint, type PlanContext, type ResumePoint, requireCorrection } from '../context.ts';
import { assign, enqueueActions } from '../typed-actions.ts';

export const correctionActions = {
  setCorrection: assign((_, { order }: { order: CorrectionRequest }) => ({
    correction: { order, present: null, sandbox: null },
  })),
  setPreparedCorrection: assign(({ context }, { output }: { output: CorrectionOutput }) => {
    if (output.outcome !== 'corrected') return {};
    const { present, sandbox } = output;
    return { correction: { ...requireCorrection(context), present, sandbox } };
  }),
  /** Nothing depends on the strategy yet, so recording the edit is enough. */
  recordEdit: enqueueActions(({ context: { spec, attempt }, enqueue }, { edit }: { edit: PlanEdit }) => {
    const { planId, decisionRootId: decisionId } = spec;
    const { correctionId, guidance, decisions, interventionId, superseded } = edit;
    enqueue.emit({
      type: 'plan.corrected',
      planId,
      correction: {
        ...{ correctionId, planId, decisionId, mode: 'edit', guidance, from: 'strategize', interventionId },
        ...{ superseded, childPlanIds: [], kept: [], before: null, attempt },
      },
    });
    for (const decision of decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
  }),
  clearCorrection: assign({ correction: null }),
  emitCorrectionFailed: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
    const { correctionId, decisionId } = requireCorrection(context).order;
    const { planId } = context.spec;
    const failure = TroupeError.serialize(error);
    enqueue.emit({ type: 'plan.correction_failed', planId, correctionId, decisionId, error: failure });
  }),
  /** Ends the old attempt: its sandbox is captured and removed in the background, under its own key. */
  applyCorrection: enqueueActions(({ context, enqueue }) => {
    const { spec, attempt, guidance, position } = context;
    const { order, present, sandbox } = requireCorrection(context);
    const { planId } = spec;
    const { correctionId, decisionId, mode, from, interventionId, superseded, childPlanIds, kept } = order;
    enqueue.emit({
      type: 'plan.corrected',
      planId,
      correction: {
        ...{ correctionId, planId, decisionId, mode, guidance: order.guidance, from, interventionId },
        ...{ superseded, childPlanIds, kept },
        before: present && { treeOid: present.treeOid, ref: present.ref, checkpointId: present.checkpointId },
        attempt: attempt + 1,
      },
    });
    for (const decision of order.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
    if (context.sandbox !== null) {
      enqueue.spawnChild('archiveSandbox', {
        id: `dismissal-${attempt}`,
        input: { spec, sandbox: context.sandbox, reason: `corrected attempt ${attempt}` },
      });
    }
    enqueue.assign({
      ...emptyAttempt,
      sandbox,
      attempt: attempt + 1,
      strategyReady: from !== 'strategize',
      autoExecute: from === 'strategize' && position.phase !== 'strategize',
      guidance: from === 'children' ? guidance : [...guidance, order.guidance],
      resumeFrom: toResumePoint(order, context),
      reusablePlanIds: kept,
      approved: false,
      pausedFrom: null,
      error: null,
      errorMessage: null,
    });
  }),
};

function toResumePoint(order: CorrectionRequest, { spec, resumeFrom }: PlanContext): ResumePoint | null {
  const { from, treeOid, sequence, mergedUpTo } = order;
  if (treeOid === null || from === 'strategize') return initialResumePoint(spec);
  const inherits = resumeFrom?.inherits ?? false;
  return { tree: treeOid, sequence, mergedUpTo, isAgentWorkDone: from === 'children', inherits };
}
