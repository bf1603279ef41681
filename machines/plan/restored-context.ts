/** The context of a plan after a rollback: the one stored at the checkpoint, but for the fields listed here. */
import type { RollbackRequest, StoredContext } from '../../src/model/checkpoint.ts';
import { createPlanContext, type PlanContext } from './context.ts';

type Reasons = { readonly [Field in keyof PlanContext]?: string };

const byCommand = 'A command or an applied part changed it, and a rollback undoes neither';
const isApplied = 'What is applied stays applied';
const isRedone = 'Execute makes it again from the files of the checkpoint';
const ofOneResult = 'An apply and its approval are for one result, which is gone';
const hasStopped = 'What it describes has stopped';
const isOver = 'The plan has left the state that it describes';

/**
 * The fields that a rollback does not take from the checkpoint, each with the reason. The journal, the spent budget and the
 * list of checkpoints are not part of the context, so they stay too.
 */
export const notRestored = {
  /** These keep their present value. */
  kept: {
    spec: byCommand,
    invariants: byCommand,
    attempt: 'It counts, and names the sandbox',
    reversionCount: 'It counts',
    sandbox: 'The folder stays; the rollback restored the files in it',
    appliedParts: isApplied,
    applySummary: isApplied,
    position: 'Entering execute.queued sets it and records the change',
    slot: 'The parent grants slots and takes them back',
  },
  /** These get the value that they have in a new plan. */
  cleared: {
    workTree: isRedone,
    merged: isRedone,
    mergedTree: isRedone,
    resultTree: isRedone,
    changeSet: isRedone,
    results: isRedone,
    subplanStatuses: isRedone,
    conflicts: isRedone,
    resolutions: isRedone,
    validationResults: isRedone,
    bisection: isRedone,
    findings: isRedone,
    commitMessage: isRedone,
    applyTarget: ofOneResult,
    applyRequest: ofOneResult,
    approved: ofOneResult,
    partialApply: hasStopped,
    subplansRunning: hasStopped,
    subplansWait: hasStopped,
    mergeRunning: hasStopped,
    waiting: hasStopped,
    approvals: hasStopped,
    queue: hasStopped,
    resting: isOver,
    pausedFrom: isOver,
    rollback: isOver,
    correction: isOver,
    stopReason: isOver,
    cancelReason: isOver,
    error: isOver,
    errorMessage: isOver,
  },
  /** These name the checkpoint. */
  set: {
    lastCheckpointId: 'It is the checkpoint',
    lastTree: 'The sandbox has the files of the checkpoint',
    resumeFrom: 'Execute starts at the checkpoint',
  },
} satisfies Record<string, Reasons>;

/** Returns the context to continue with after a rollback. */
export function restoreContext(present: PlanContext, stored: StoredContext, order: RollbackRequest): PlanContext {
  const checkpointed = stored as Partial<PlanContext>;
  const { checkpointId, treeOid, sequence, includesMerged } = order;
  return {
    // A field that the checkpoint does not have must not keep its present value.
    ...(Object.fromEntries(Object.keys(present).map(field => [field, undefined])) as Partial<PlanContext>),
    ...checkpointed,
    ...pick(present, notRestored.kept),
    ...pick(createPlanContext({ spec: present.spec }), notRestored.cleared),
    lastCheckpointId: checkpointId,
    lastTree: treeOid,
    resumeFrom: {
      tree: treeOid,
      sequence,
      mergedUpTo: includesMerged ? sequence : null,
      isAgentWorkDone: false,
      inherits: checkpointed.resumeFrom?.inherits ?? false,
    },
  } as PlanContext;
}

function pick(context: PlanContext, fields: Reasons): Partial<PlanContext> {
  return Object.fromEntries(Object.entries(context).filter(([field]) => field in fields));
}
