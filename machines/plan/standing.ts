import type { SnapshotFrom } from 'xstate';
import type { RollbackOrder } from '../../src/model/checkpoint.ts';
import type { CorrectionOrder } from '../../src/model/correction.ts';
import type { PartOrder } from '../../src/model/landing.ts';
import { mainLink } from '../../src/model/link.ts';
import type { PlanCommand } from '../contract.ts';
import { unanswered } from './asking.ts';
import { approvalsOf, type Place, partOf, promptDefinition } from './context.ts';
import { isReviewed } from './guards.ts';
import type { planMachine } from './index.ts';

export type PlanSnapshot = SnapshotFrom<typeof planMachine>;

export interface Standing extends Place {
  /** A person or a profile decides what is next, also of a plan at work that waits for consent. */
  resting: boolean;
  /** The checks before a phase are under way: preflight, invariants. */
  checking: boolean;
  /** Commands that lead on from here. */
  ways: PlanCommand['type'][];
}

/** Where a plan stands and what may be asked of it there. */
export function standing(snapshot: PlanSnapshot): Standing {
  const { phase, state } = snapshot.context.place;
  return {
    phase,
    state,
    resting:
      (snapshot.hasTag('resting') && partOf(snapshot.context) === null) || approvalsOf(snapshot.context).length > 0,
    checking: snapshot.hasTag('checking'),
    ways: waysOf(snapshot),
  };
}

/** Whether a plan may be taken back does not depend on where to. */
const nowhere: RollbackOrder = {
  rollbackId: '',
  checkpointId: '',
  treeOid: '',
  sandbox: '',
  sequence: 0,
  snapshot: { lastCompletedStep: -1, confidence: 1, estimate: null, guidance: [], errorDetails: {} },
  holdsMerged: false,
  childPlanIds: [],
  force: false,
};

const nothing: CorrectionOrder = {
  ...{ correctionId: '', decisionId: '', interventionId: '', mode: 'revert', guidance: '', from: 'strategize' },
  ...{ treeOid: null, sequence: null, mergedUpTo: null, force: false },
  ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
};

const noPart: PartOrder = {
  ...{ landingId: '', attempt: 0, baseTree: '', treeOid: '', target: { kind: 'checkout' } },
  ...{ subplans: [], left: [], commit: null, after: null, checkpointId: '' },
};

/**
 * `start` is not among them: it is the word of the parent that grants turns, and `execute` says more. Nor is `edit`, which leads nowhere by itself, or `land` where there is a whole result to apply.
 */
function waysOf(snapshot: PlanSnapshot): PlanCommand['type'][] {
  if (snapshot.status !== 'active') return [];
  const { spec, attempt } = snapshot.context;
  const decision = promptDefinition(spec);
  const [conflict] = snapshot.context.conflicts;
  const approvals = approvalsOf(snapshot.context);
  const commands: PlanCommand[] = [
    { type: 'execute' },
    { type: 'apply', target: { kind: 'checkout' }, approved: true },
    ...(isReviewed(snapshot.context)
      ? []
      : [{ type: 'land' as const, order: { ...noPart, attempt, baseTree: mainLink(spec).baseTree } }]),
    { type: 'approve' },
    ...approvals.slice(0, 1).map(({ approvalId }) => ({ type: 'answer' as const, approvalId, answer: unanswered })),
    ...(conflict
      ? [{ type: 'resolve' as const, conflictId: conflict.conflictId, resolution: { take: 'ours' as const } }]
      : []),
    { type: 'resume' },
    { type: 'pause' },
    { type: 'revert', decision, guidance: '' },
    { type: 'prompt', decision, guidance: '' },
    { type: 'correct', order: nothing },
    { type: 'rollback', order: nowhere, decision },
    { type: 'cancel', reason: '' },
  ];
  return commands.filter(command => snapshot.can(command)).map(({ type }) => type);
}
