import type { SnapshotFrom } from 'xstate';
import type { PartialApplyRequest } from '../../src/model/apply.ts';
import type { RollbackRequest } from '../../src/model/checkpoint.ts';
import type { CorrectionRequest } from '../../src/model/correction.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import type { PlanCommand } from '../effects.ts';
import { expiredAnswer } from './actions/approvals.ts';
import { activePartialApply, approvalsOf, type PlanPosition, promptDefinition } from './context.ts';
import { isReviewed } from './guards.ts';
import type { planMachine } from './plan.machine.ts';

/** A snapshot of the plan machine. */
export type PlanSnapshot = SnapshotFrom<typeof planMachine>;

/** Position of a plan, and the available commands. */
export interface PlanStatus extends PlanPosition {
  /** A person or a profile decides what comes next, also while a working plan waits for an approval. */
  resting: boolean;
  /** The checks before a phase are running: preflight, invariants. */
  checking: boolean;
  /** Commands that are available in this state. */
  availableCommands: PlanCommand['type'][];
}

/** Returns a plan's position, and the commands that are available there. */
export function planStatus(snapshot: PlanSnapshot): PlanStatus {
  const { phase, state } = snapshot.context.position;
  return {
    phase,
    state,
    resting:
      (snapshot.hasTag('resting') && activePartialApply(snapshot.context) === null) ||
      approvalsOf(snapshot.context).length > 0,
    checking: snapshot.hasTag('checking'),
    availableCommands: availableCommandTypes(snapshot),
  };
}

/** Whether a rollback is allowed does not depend on the checkpoint. */
const anyRollback: RollbackRequest = {
  rollbackId: '',
  checkpointId: '',
  treeOid: '',
  sandbox: '',
  sequence: 0,
  snapshot: { lastCompletedStep: -1, confidence: 1, estimate: null, guidance: [], errorDetails: {} },
  includesMerged: false,
  childPlanIds: [],
  force: false,
};

const anyCorrection: CorrectionRequest = {
  ...{ correctionId: '', decisionId: '', interventionId: '', mode: 'revert', guidance: '', from: 'strategize' },
  ...{ treeOid: null, sequence: null, mergedUpTo: null, force: false },
  ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
};

const anyPart: PartialApplyRequest = {
  ...{ applyId: '', attempt: 0, baseTree: '', treeOid: '', target: { kind: 'checkout' } },
  ...{ subplans: [], left: [], commit: null, after: null, checkpointId: '' },
};

/**
 * Without `start`, which only the parent sends to grant a slot (you run `execute`), without `edit`, which changes no
 * state, and without `applyPart` when a complete result can be applied.
 */
function availableCommandTypes(snapshot: PlanSnapshot): PlanCommand['type'][] {
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
      : [{ type: 'applyPart' as const, order: { ...anyPart, attempt, baseTree: primaryProject(spec).baseTree } }]),
    { type: 'approve' },
    ...approvals
      .slice(0, 1)
      .map(({ approvalId }) => ({ type: 'answerApproval' as const, approvalId, answer: expiredAnswer })),
    ...(conflict
      ? [{ type: 'resolve' as const, conflictId: conflict.conflictId, resolution: { take: 'ours' as const } }]
      : []),
    { type: 'resume' },
    { type: 'pause' },
    { type: 'revert', decision, guidance: '' },
    { type: 'prompt', decision, guidance: '' },
    { type: 'correct', order: anyCorrection },
    { type: 'rollback', order: anyRollback, decision },
    { type: 'cancel', reason: '' },
  ];
  return commands.filter(command => snapshot.can(command)).map(({ type }) => type);
}
