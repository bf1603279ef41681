/** What the plan chart keeps and says when one of its decisions is corrected. */
import { assign, enqueueActions } from 'xstate';
import type { CorrectionOrder, PlanEdit } from '../../src/model/correction.ts';
import { Fault } from '../../src/model/fault.ts';
import type { CorrectionOutput } from '../correction.ts';
import { beginningOf, correctionOf, type PlanContext, type Resumption, untouched } from './context.ts';
import { planReturning } from './returning.ts';
import { recordedCheckpoint } from './telling.ts';

export const planChanging = planReturning.extend({
  actions: {
    keepCorrection: assign((_, { order }: { order: CorrectionOrder }) => ({
      correction: { order, present: null, sandbox: null },
    })),
    keepCorrected: assign(({ context }, { output }: { output: CorrectionOutput }) => {
      if (output.outcome !== 'corrected') return {};
      const { present, sandbox } = output;
      return { correction: { ...correctionOf(context), present, sandbox } };
    }),
    /** Nothing was done yet that could fall with it: what is recorded is all there is to it. */
    keepEdit: enqueueActions(({ context: { spec, attempt }, enqueue }, { edit }: { edit: PlanEdit }) => {
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
    dropCorrection: assign({ correction: null }),
    tellUncorrected: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { correctionId, decisionId } = correctionOf(context).order;
      const { planId } = context.spec;
      const fault = Fault.store(error);
      enqueue.emit({ type: 'plan.correction_failed', planId, correctionId, decisionId, fault });
    }),
    /** The old attempt is over: its sandbox is captured and removed beside the work, under its own key. */
    correct: enqueueActions(({ context, enqueue }) => {
      const { spec, attempt, guidance, place } = context;
      const { order, present, sandbox } = correctionOf(context);
      const { planId } = spec;
      const { correctionId, decisionId, mode, from, interventionId, superseded, childPlanIds, kept } = order;
      if (present !== null) enqueue.emit(recordedCheckpoint(context, present));
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
        enqueue.spawnChild('dismiss', {
          id: `dismissal-${attempt}`,
          input: { spec, sandbox: context.sandbox, reason: `corrected attempt ${attempt}` },
        });
      }
      enqueue.assign({
        ...untouched,
        sandbox,
        attempt: attempt + 1,
        strategized: from !== 'strategize',
        hurried: from === 'strategize' && place.phase !== 'strategize',
        guidance: from === 'children' ? guidance : [...guidance, order.guidance],
        resumeFrom: resumptionOf(order, context),
        kept,
        approved: false,
        pausedFrom: null,
        error: null,
        errorMessage: null,
      });
    }),
  },
});

function resumptionOf(order: CorrectionOrder, { spec, resumeFrom }: PlanContext): Resumption | null {
  const { from, treeOid, sequence, mergedUpTo } = order;
  if (treeOid === null || from === 'strategize') return beginningOf(spec);
  const inherits = resumeFrom?.inherits ?? false;
  return { tree: treeOid, sequence, mergedUpTo, isWorked: from === 'children', inherits };
}
