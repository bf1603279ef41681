/** Why a command is not allowed where a plan stands, in plain words and with the command to type instead. */
import { onward } from '../../src/model/advice.ts';
import { objection } from '../../src/model/conflict.ts';
import { type FaultCode, hintsMax } from '../../src/model/fault.ts';
import { mainLink } from '../../src/model/link.ts';
import type { PlanCommand } from '../contract.ts';
import { approvalsOf, partOf } from './context.ts';
import { guards, reversionsMax } from './guards.ts';
import { type PlanSnapshot, type Standing, standing } from './standing.ts';

export interface Refusal {
  code: FaultCode;
  message: string;
  hints: string[];
}

/** null when the plan obeys. A command that is refused must not be sent: the chart would ignore it. */
export function refusal(snapshot: PlanSnapshot, command: PlanCommand): Refusal | null {
  if (snapshot.status === 'active' && snapshot.can(command)) return null;
  const { planId } = snapshot.context.spec;
  const stand = standing(snapshot);
  const others = stand.ways.filter(way => way !== command.type);
  const hints = [...new Set([...onward(others, planId).slice(0, hintsMax - 1), `troupe plan explain ${planId}`])];
  return { ...reasonOf(snapshot, stand, command), hints };
}

type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;
type LandCommand = Extract<PlanCommand, { type: 'land' }>;
type Reason = Pick<Refusal, 'code' | 'message'>;
type Resolve = Extract<PlanCommand, { type: 'resolve' }>;

function reasonOf(snapshot: PlanSnapshot, stand: Standing, command: PlanCommand): Reason {
  const { context } = snapshot;
  const here = `${stand.phase}.${stand.state}`;
  if (stand.state === 'applied') return refused(command, 'the plan is applied, and nothing leads on from there');
  if (stand.state === 'cancelled') return refused(command, 'the plan is cancelled, and nothing leads on from there');
  if (snapshot.status !== 'active') return refused(command, `the plan ended at ${here}`);
  if (context.recall !== null) return busy(command, 'the plan is being called back');

  if (partOf(context) !== null) return busy(command, 'a part of its work is being landed');

  switch (command.type) {
    case 'land':
      return unlandable(snapshot, command, here);
    case 'resolve':
      return resolving(snapshot, command);
    case 'revert':
      if (context.reversionCount >= reversionsMax) {
        return {
          code: 'REVERSION_LIMIT',
          message: `"revert" is refused: the plan was taken back ${reversionsMax} times, and that is the limit`,
        };
      }
      break;
    case 'answer':
      return {
        code: 'PHASE_GUARD',
        message: `Nothing waits for the answer to ${command.approvalId}: it was given, or the work is over`,
      };
    case 'release':
      return { code: 'UNKNOWN_INVARIANT', message: `The plan has no invariant ${command.invariantId} of its own` };
    case 'correct':
      return uncorrectable(snapshot, command, here);
    case 'apply':
      if (!guards.isExecuted({ context })) break;
      if (!guards.hasChanges({ context })) {
        return { code: 'NOTHING_TO_APPLY', message: '"apply" is refused: the reviewed result changes no file' };
      }
      if (!guards.isSound({ context })) {
        return { code: 'VALIDATION_FAILED', message: '"apply" is refused: a required validation of the result failed' };
      }
      break;
    default:
  }
  if (approvalsOf(context).length > 0) {
    const asking = approvalsOf(context).map(({ tool }) => tool);
    return { code: 'APPROVAL_NEEDED', message: `"${command.type}" must wait: ${asking.join(', ')} needs approval` };
  }
  if (stand.state === 'processing' || !stand.resting) return busy(command, `it is at work in ${here}`);
  return refused(command, wanted(command, here));
}

function uncorrectable({ context }: PlanSnapshot, { order, type }: CorrectCommand, here: string): Reason {
  if (context.place.phase === 'apply' && context.place.state === 'processing')
    return busy({ type }, 'its result is being landed');
  const why =
    order.mode === 'append'
      ? 'an addition needs a result to be added to'
      : 'there is no strategy yet, and guidance is given with `prompt`';
  return refused({ type }, `the plan is at ${here}; ${why}`);
}

function unlandable({ context }: PlanSnapshot, { order, type }: LandCommand, here: string): Reason {
  const { spec, workTree, attempt } = context;
  if (spec.depth > 0) return refused({ type }, 'what a subplan made is brought home by the plan it belongs to');
  if (workTree === null) return refused({ type }, `the plan is at ${here}, and nothing of it is finished`);
  if (order.attempt !== attempt || order.baseTree !== mainLink(spec).baseTree)
    return busy({ type }, 'the plan moved on since it was looked at, and another part may have landed; look again');
  return busy({ type }, `what was finished is being put together and checked in ${here}`);
}

function resolving({ context }: PlanSnapshot, { conflictId, resolution }: Resolve): Reason {
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
  switch (objection(conflict, resolution)) {
    case 'unknown':
      return { code: 'UNKNOWN_CONFLICT', message: `There is no ${hunk}; it has ${conflict.hunks.length}` };
    case 'settled':
      return { code: 'CONFLICT_RESOLVED', message: `The ${hunk} is resolved already` };
    default:
      return { code: 'PHASE_GUARD', message: `"resolve" is refused: the plan is ${context.place.state}` };
  }
}

function refused({ type }: Pick<PlanCommand, 'type'>, why: string): Reason {
  return { code: 'PHASE_GUARD', message: `"${type}" is refused: ${why}` };
}

/** Whoever comes second is told so: of two at the same time one wins. */
function busy({ type }: Pick<PlanCommand, 'type'>, why: string): Reason {
  return { code: 'LOCK_CONFLICT', message: `"${type}" must wait: ${why}` };
}

function wanted({ type }: PlanCommand, here: string): string {
  const needs: Partial<Record<PlanCommand['type'], string>> = {
    execute:
      'it leads on from strategize.queued, strategize.complete, a failed Strategize or Execute, and from where a plan was taken back to',
    apply: 'it needs a reviewed result, and execute is not complete',
    approve: 'nothing waits for approval',
    resume: 'the plan is not paused',
    edit: 'only a strategy that nothing was done about yet is edited',
    checkpoint: 'there is no sandbox yet',
    rollback: 'it leads back from Execute, and from an Apply that rests',
    revert: 'it leads back from Execute, from Apply and from a failed Strategize',
  };
  return `the plan is at ${here}${needs[type] === undefined ? '' : `; ${needs[type]}`}`;
}
