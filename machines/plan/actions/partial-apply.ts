/** Actions for applying parts of a plan before the rest. */
import type { AppliedPart, PartialApplyRequest } from '../../../src/model/apply.ts';
import { type SerializedError, TroupeError } from '../../../src/model/errors.ts';
import type { PlanEventPayload } from '../../../src/model/event.ts';
import type { PlanSpec, ProjectLink } from '../../../src/model/plan.ts';
import { primaryProject } from '../../../src/model/primary-project.ts';
import type { PartialApplyOutput, PartialApplyResult } from '../../partial-apply.machine.ts';
import { isReviewed } from '../command-guards.ts';
import {
  appliedPartsOf,
  effectiveSpec,
  type PlanContext,
  positionBeforePause,
  type ResumePoint,
  requireActivePartialApply,
  requireSandbox,
} from '../context.ts';
import { enqueueActions } from '../typed-actions.ts';
import { checkpointCreated } from './events.ts';

export const partialApplyActions = {
  startPartialApply: enqueueActions(({ context, enqueue }, { order }: { order: PartialApplyRequest }) => {
    const { attempt, resultTree } = context;
    const { phase, state } = positionBeforePause(context);
    const rebases = context.subplansRunning || (phase === 'execute' && state === 'errored');
    enqueue.assign({ partialApply: { order, rebases } });
    enqueue.spawnChild('partialApply', {
      id: 'partialApply',
      input: {
        spec: effectiveSpec(context),
        attempt,
        order,
        sandbox: requireSandbox(context),
        resultTree: isReviewed(context) ? resultTree : null,
        rebases,
      },
    });
  }),
  /**
   * Moves the base to the applied commit. A reviewed result and a running merge stay; later work starts from the
   * new base.
   */
  recordPartialApply: enqueueActions(({ context, enqueue }, { output }: { output: PartialApplyOutput }) => {
    const { order, rebases } = requireActivePartialApply(context);
    const { spec } = context;
    enqueue.assign({ partialApply: null });
    if (output.outcome === 'rejected') {
      enqueue.emit(partApplyFailed(spec, order, output.error));
      return;
    }
    const { applied } = output;
    const { links, checkpoint, changeSet } = applied;
    const { baseTree } = primaryProject({ planId: spec.planId, projectLinks: links });
    const part = toAppliedPart(order, applied);
    enqueue.emit({ type: 'plan.part_applied', planId: spec.planId, part, from: spec.projectLinks, links });
    enqueue.emit(checkpointCreated(context, checkpoint));
    if (context.subplansRunning)
      enqueue.sendTo('subplans', { type: 'rebase', baseTree, appliedPlanIds: order.subplans });
    enqueue.assign({
      spec: withNewBase(spec, links, baseTree),
      appliedParts: [...appliedPartsOf(context), part],
      startTree: baseTree,
      ...(rebases && { merged: null }),
      ...(changeSet === null ? { workTree: baseTree, resumeFrom: resumeAfterPart(context, baseTree) } : { changeSet }),
      lastCheckpointId: checkpoint.checkpointId,
    });
  }),
  recordPartialApplyFailed: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
    enqueue.assign({ partialApply: null });
    enqueue.emit(partApplyFailed(context.spec, requireActivePartialApply(context).order, TroupeError.serialize(error)));
  }),
};

function toAppliedPart(
  { applyId, target, subplans, left }: PartialApplyRequest,
  { commits, files, after }: PartialApplyResult,
): AppliedPart {
  return { applyId, target, commits, files, subplans, left, ...(after && { after }) };
}

function partApplyFailed(
  { planId }: PlanSpec,
  { applyId }: PartialApplyRequest,
  error: SerializedError,
): PlanEventPayload {
  return { type: 'plan.part_apply_failed', planId, applyId, error };
}

/** A fork that starts again also starts from the new base: the commit it was forked from is older. */
function withNewBase(spec: PlanSpec, projectLinks: ProjectLink[], baseTree: string): PlanSpec {
  const { forkedFrom } = spec;
  return { ...spec, projectLinks, forkedFrom: forkedFrom && { ...forkedFrom, treeOid: baseTree } };
}

/** The agent's work was applied with the part: only the children that were not are still needed. */
function resumeAfterPart({ resumeFrom }: PlanContext, tree: string): ResumePoint {
  const { mergedUpTo = null, inherits = false } = resumeFrom ?? {};
  return { tree, sequence: null, mergedUpTo, isAgentWorkDone: true, inherits };
}
