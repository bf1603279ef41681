/** Explains why a command is not allowed in a plan's state, and which command to use instead. */

import { commandHint, type Hint, uniqueHints } from '../../src/model/command-hint.ts';
import { type ErrorCode, hintsMax } from '../../src/model/errors.ts';
import { allowedCommandHints } from '../../src/model/hints.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import { resolutionError } from '../../src/model/resolution.ts';
import type { PlanCommand } from '../effects.ts';
import { hasChanges, hasReviewedResult, isApplyingPart, isResultValid, reversionsMax } from './command-guards.ts';
import { approvalsOf } from './context.ts';
import { type PlanSnapshot, type PlanStatus, planStatus } from './status.ts';

/** Why a command is not allowed, with commands to use instead. */
export interface CommandRejection {
  code: ErrorCode;
  message: string;
  hints: Hint[];
}

/** Returns null when the command is allowed. A rejected command must not be sent: the machine would ignore it. */
export function explainRejection(snapshot: PlanSnapshot, command: PlanCommand): CommandRejection | null {
  if (snapshot.status === 'active' && snapshot.can(command)) return null;
  const { planId } = snapshot.context.spec;
  const status = planStatus(snapshot);
  const alternatives = status.availableCommands.filter(type => type !== command.type);
  const hints = uniqueHints([
    ...allowedCommandHints(alternatives, planId).slice(0, hintsMax - 1),
    commandHint('plan explain', { planId }),
  ]);
  return { ...reasonOf(snapshot, status, command), hints };
}

type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;
type ApplyPartCommand = Extract<PlanCommand, { type: 'applyPart' }>;
type RejectionReason = Pick<CommandRejection, 'code' | 'message'>;
type ResolveCommand = Extract<PlanCommand, { type: 'resolve' }>;

function reasonOf(snapshot: PlanSnapshot, status: PlanStatus, command: PlanCommand): RejectionReason {
  const { context } = snapshot;
  const here = `${status.phase}.${status.state}`;
  if (status.state === 'applied') return notAllowed(command, 'the plan is already applied');
  if (status.state === 'cancelled') return notAllowed(command, 'the plan is cancelled');
  if (snapshot.status !== 'active') return notAllowed(command, `the plan ended at ${here}`);
  if (context.stopReason !== null) return busy(command, 'the plan is being stopped');

  if (isApplyingPart(context)) return busy(command, 'a part of its work is being applied');

  switch (command.type) {
    case 'applyPart':
      return applyPartRejection(snapshot, command, here);
    case 'resolve':
      return resolveRejection(snapshot, command);
    case 'revert':
      if (context.reversionCount >= reversionsMax) {
        return {
          code: 'REVERSION_LIMIT',
          message: `"revert" is not allowed: the plan was reverted ${reversionsMax} times, which is the limit`,
        };
      }
      break;
    case 'answerApproval':
      return {
        code: 'PHASE_GUARD',
        message: `No tool call waits for approval ${command.approvalId}: it was answered, or the work has ended`,
      };
    case 'removeInvariant':
      return { code: 'UNKNOWN_INVARIANT', message: `The plan has no invariant ${command.invariantId} of its own` };
    case 'correct':
      return correctRejection(snapshot, command, here);
    case 'apply':
      if (!hasReviewedResult(context)) break;
      if (!hasChanges(context)) {
        return { code: 'NOTHING_TO_APPLY', message: '"apply" is not allowed: the reviewed result changes no file' };
      }
      if (!isResultValid(context)) {
        return {
          code: 'VALIDATION_FAILED',
          message: '"apply" is not allowed: a required validation of the result failed',
        };
      }
      break;
    default:
  }
  if (approvalsOf(context).length > 0) {
    const tools = approvalsOf(context).map(({ tool }) => tool);
    return { code: 'APPROVAL_NEEDED', message: `"${command.type}" must wait: ${tools.join(', ')} needs approval` };
  }
  if (status.state === 'processing' || !status.resting) return busy(command, `it is working in ${here}`);
  return notAllowed(command, requirementOf(command, here));
}

function correctRejection({ context }: PlanSnapshot, { order, type }: CorrectCommand, here: string): RejectionReason {
  if (context.position.phase === 'apply' && context.position.state === 'processing')
    return busy({ type }, 'its result is being applied');
  const why =
    order.mode === 'append'
      ? 'an addition needs a result to be added to'
      : 'there is no strategy yet, and guidance is given with `prompt`';
  return notAllowed({ type }, `the plan is at ${here}; ${why}`);
}

function applyPartRejection(
  { context }: PlanSnapshot,
  { order, type }: ApplyPartCommand,
  here: string,
): RejectionReason {
  const { spec, workTree, attempt } = context;
  if (spec.depth > 0) return notAllowed({ type }, 'subplans are applied through their parent plan');
  if (workTree === null) return notAllowed({ type }, `the plan is at ${here}, and no part of it is finished`);
  if (order.attempt !== attempt || order.baseTree !== primaryProject(spec).baseTree)
    return busy(
      { type },
      'the plan changed since you looked at it, and another part may have been applied; look again',
    );
  return busy({ type }, `finished subplans are being merged and validated in ${here}`);
}

function resolveRejection({ context }: PlanSnapshot, { conflictId, resolution }: ResolveCommand): RejectionReason {
  const conflict = context.conflicts.find(each => each.conflictId === conflictId);
  if (conflict === undefined) {
    if (conflictId in context.resolutions) {
      return { code: 'CONFLICT_RESOLVED', message: `The conflict ${conflictId} is resolved already` };
    }
    const open = context.conflicts.map(each => each.conflictId);
    const named = open.length > 0 ? `; open are ${open.join(', ')}` : '; none is open';
    return { code: 'UNKNOWN_CONFLICT', message: `There is no conflict ${conflictId}${named}` };
  }
  const hunk = resolution.take === 'hunk' ? `hunk ${resolution.hunk} of ${conflictId}` : conflictId;
  switch (resolutionError(conflict, resolution)) {
    case 'unknown':
      return { code: 'UNKNOWN_CONFLICT', message: `There is no ${hunk}; it has ${conflict.hunks.length}` };
    case 'resolved':
      return { code: 'CONFLICT_RESOLVED', message: `The ${hunk} is resolved already` };
    default:
      return { code: 'PHASE_GUARD', message: `"resolve" is not allowed: the plan is ${context.position.state}` };
  }
}

function notAllowed({ type }: Pick<PlanCommand, 'type'>, why: string): RejectionReason {
  return { code: 'PHASE_GUARD', message: `"${type}" is not allowed: ${why}` };
}

/** Of two commands at the same time one is accepted; the other gets this reason. */
function busy({ type }: Pick<PlanCommand, 'type'>, why: string): RejectionReason {
  return { code: 'LOCK_CONFLICT', message: `"${type}" must wait: ${why}` };
}

function requirementOf({ type }: PlanCommand, here: string): string {
  const needs: Partial<Record<PlanCommand['type'], string>> = {
    execute:
      'allowed in strategize.queued and strategize.complete, after a failed Strategize or Execute, and after a rollback',
    apply: 'it needs a reviewed result, and execute is not complete',
    approve: 'nothing waits for approval',
    resume: 'the plan is not paused',
    edit: 'the strategy can only be edited before execution starts',
    checkpoint: 'there is no sandbox yet',
    rollback: 'allowed during Execute and while Apply is waiting',
    revert: 'allowed during Execute and Apply, and after a failed Strategize',
  };
  return `the plan is at ${here}${needs[type] === undefined ? '' : `; ${needs[type]}`}`;
}
