/** Commands to a plan. */

import type { ApplyInstructions, PartialApplyRequest } from './apply.ts';
import type { ApprovalAnswer } from './approval.ts';
import type { CheckpointDraft, RollbackRequest } from './checkpoint.ts';
import type { Resolution } from './conflict.ts';
import type { CorrectionRequest, PlanEdit } from './correction.ts';
import type { DecisionDraft } from './decision.ts';
import type { Invariant } from './invariant.ts';
import type { ApplyTarget } from './target.ts';

/** The commands of a plan, as imperatives. A command that the plan's state does not allow is rejected before it is sent. */
export type PlanCommand =
  | { type: 'start' }
  | { type: 'execute' }
  | { type: 'apply'; target: ApplyTarget; approved: boolean; order?: ApplyInstructions }
  | { type: 'applyPart'; order: PartialApplyRequest }
  | { type: 'approve' }
  | { type: 'addInvariant'; invariant: Invariant }
  | { type: 'removeInvariant'; invariantId: string }
  | { type: 'answerApproval'; approvalId: string; answer: ApprovalAnswer }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel'; reason: string }
  | { type: 'revert'; decision: DecisionDraft; guidance: string }
  | { type: 'prompt'; decision: DecisionDraft; guidance: string }
  | { type: 'resolve'; conflictId: string; resolution: Resolution }
  | { type: 'checkpoint'; checkpoint: CheckpointDraft }
  | { type: 'deleteCheckpoint'; checkpointId: string }
  | { type: 'correct'; order: CorrectionRequest }
  /** The strategy as edited by a person. */
  | { type: 'edit'; edit: PlanEdit }
  | { type: 'rollback'; order: RollbackRequest; decision: DecisionDraft };
