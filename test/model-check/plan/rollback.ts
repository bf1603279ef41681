/** Properties: back to a checkpoint, a decision changed afterwards, parts that land before the rest. */
import { reversionsMax } from '../../../machines/plan/command-guards.ts';
import type { PlanCommand } from '../../../src/model/effects.ts';
import { claim, emitted, invokeInputOf, isAnswerOf } from '../steps.ts';
import { always, never, withAction, withConfigAt, withGuard } from './mutations.ts';
import {
  changesPosition,
  endsRollback,
  entersLifecycle,
  entersResultReconciliation,
  entersTopLevel,
  isApplyingPart,
  isAt,
  isIn,
  isInLifecycle,
  isNewAttempt,
  isRefusal,
  isResetForAttempt,
  losesChildren,
  mayApplyPart,
  mayCorrect,
  mayRollBack,
  processing,
  property,
} from './steps.ts';
import { asking, forked } from './worlds.ts';

type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;
type ApplyPartCommand = Extract<PlanCommand, { type: 'applyPart' }>;

export const rollbackProperties = [
  property(
    'A plan is taken back to a checkpoint only from Execute and from an Apply that rests',
    [
      claim(
        step => entersTopLevel(step, 'rollingBack'),
        ({ from }) => mayRollBack(from),
      ),
    ],
    [withGuard('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['rollback', 'revert'] })],
  ),
  property(
    'A rollback is all or nothing: the plan waits in execute.queued with nothing of later, or is where it was',
    [
      claim(
        step => endsRollback(step) && step.to.context.resumeFrom === step.from.context.resumeFrom,
        step => !changesPosition(step) && !isAnswerOf(step, 'rollback'),
      ),
      claim(
        step => endsRollback(step) && step.to.context.resumeFrom !== step.from.context.resumeFrom,
        ({ to }) =>
          (isAt(to, 'execute', 'queued') || isInLifecycle(to, processing('preparing'))) && isResetForAttempt(to),
      ),
      claim(
        step => endsRollback(step) && step.event.type === 'xstate.error.actor.rollback',
        step => emitted(step, 'plan.rollback_failed').length === 1 && step.to.context.rollback === null,
      ),
      claim(
        step => endsRollback(step) && step.event.type !== 'xstate.error.actor.rollback',
        step => emitted(step, 'plan.rolled_back').length === 1,
      ),
    ],
    [
      withGuard('wasPaused', never, { commands: ['rollback', 'pause'] }),
      withConfigAt(
        'a rollback whose failure is taken for its success',
        'active.rollingBack.restoring',
        ({ invoke, ...state }) => ({ ...state, invoke: { ...Object(invoke), onError: 'stoppingChildren' } }),
        { commands: ['rollback'] },
      ),
      withAction('an unreported failure', 'emitRollbackFailed', () => {}, { commands: ['rollback'] }),
    ],
  ),
  property(
    'Children are called back before a rollback is over, and before a correction is',
    [
      claim(
        ({ from, to }) => isIn(from, 'rollingBack') && isAt(to, 'execute', 'queued'),
        ({ to }) => !('subplans' in to.children) && !('merge' in to.children),
      ),
      claim(
        step => isNewAttempt(step),
        ({ to }) => !('subplans' in to.children) && !('merge' in to.children),
      ),
      claim(
        ({ from, to }) => 'subplans' in from.children && isIn(to, { rollingBack: 'stoppingSubplans' }),
        ({ to }) => 'subplans' in to.children,
      ),
    ],
    [
      withGuard('hasRunningSubplans', never, { commands: ['rollback'] }),
      withGuard('hasRunningSubplans', never, { commands: ['correct'] }),
      withAction('a merge that lives on', 'stopMerge', () => {}, { commands: ['rollback'] }),
    ],
  ),
  property(
    'A decision is corrected only where there is a strategy to change, files to take back or a result to add to',
    [
      claim(
        step => entersTopLevel(step, 'correcting'),
        ({ from, event }) => mayCorrect(from, event as CorrectCommand),
      ),
    ],
    [withGuard('mayCorrect', ({ context }) => context.strategyReady, { commands: ['correct'] })],
  ),
  property(
    'A correction is all or nothing: a new attempt with nothing of the old one, or the plan is where it was',
    [
      claim(
        step => isNewAttempt(step) && isIn(step.from, 'correcting'),
        step =>
          !isRefusal(step) && isResetForAttempt(step.to) && step.to.context.attempt === step.from.context.attempt + 1,
      ),
      claim(
        step => isNewAttempt(step) && isIn(step.from, 'correcting'),
        step => emitted(step, 'plan.corrected').length === 1,
      ),
      claim(isRefusal, step => !changesPosition(step) || isIn(step.to, 'resuming')),
      claim(isRefusal, step => emitted(step, 'plan.correction_failed').length === 1 || step.to.matches('stopping')),
    ],
    [
      withGuard('isCorrected', always, { commands: ['correct'] }),
      withAction('an unreported rejection', 'emitCorrectionFailed', () => {}, { commands: ['correct'] }),
    ],
  ),
  property(
    'What is decided otherwise in Strategize is thought through again before anything executes',
    [
      claim(
        step => entersLifecycle(step, 'execute'),
        ({ to }) => to.context.strategyReady,
      ),
      claim(
        ({ from, to }) => isIn(from, 'correcting') && isIn(to, 'lifecycle') && !to.context.strategyReady,
        ({ to }) => isInLifecycle(to, { strategize: { queued: 'checking' } }),
      ),
      claim(
        step =>
          isIn(step.from, { correcting: 'reconciling' }) &&
          isIn(step.to, 'lifecycle') &&
          step.to.context.strategyReady &&
          !losesChildren(step),
        ({ to }) => isInLifecycle(to, 'execute'),
      ),
    ],
    [
      withGuard('hasStrategy', always, { commands: ['correct'] }),
      withGuard('hasStrategy', never, { commands: ['correct'] }),
    ],
  ),
  property(
    'The agent works, unless its work is in the files already',
    [
      claim(
        step => isAnswerOf(step, 'prepare') && step.from.context.resumeFrom?.isAgentWorkDone === true,
        ({ to }) => isInLifecycle(to, processing('creatingSubplans')) && to.context.workTree !== null,
      ),
      claim(
        step => isAnswerOf(step, 'prepare') && step.from.context.resumeFrom?.isAgentWorkDone !== true,
        ({ to }) => isInLifecycle(to, processing('working')),
      ),
    ],
    [
      withGuard('isAgentWorkDone', always, { spec: forked }),
      withGuard('isAgentWorkDone', never, { commands: ['correct'] }),
    ],
  ),
  property(
    'Only finished subplans of a root plan in its current state are applied in part, one part at a time',
    [
      claim(
        ({ from, to }) => isApplyingPart(to) && !isApplyingPart(from),
        ({ from, event }) => mayApplyPart(from, event as ApplyPartCommand),
      ),
      claim(
        step => step.event.type === 'applyPart',
        step => invokeInputOf(step, 'partialApply') !== null && !isApplyingPart(step.from),
      ),
    ],
    [withGuard('mayApplyPart', always, { commands: ['applyPart', 'pause'] })],
  ),
  property(
    'While a part is applied, nothing else of the plan is applied, resolved, rolled back, merged or started again',
    [
      claim(
        ({ from, to }) => isApplyingPart(from) && isApplyingPart(to),
        ({ from, to, event }) =>
          !entersResultReconciliation({ from, to }) &&
          !entersLifecycle({ from, to }, { execute: 'queued' }) &&
          !entersLifecycle({ from, to }, processing('merging')) &&
          !isIn(to, 'rollingBack') &&
          !isIn(to, 'correcting') &&
          !isIn(to, 'resuming') &&
          event.type !== 'resolve' &&
          to.context.stopReason !== 'revert',
      ),
    ],
    [
      withGuard('isNotApplyingPart', always, { commands: ['applyPart', 'pause', 'resume'] }),
      withGuard(
        'mayRevert',
        ({ context }) => context.position.phase === 'execute' && context.reversionCount < reversionsMax,
        { commands: ['applyPart', 'revert'] },
      ),
      withGuard('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['applyPart', 'rollback'] }),
      withGuard('mayCorrect', ({ context }) => context.strategyReady, { commands: ['applyPart', 'correct'] }),
      withGuard('mayApply', ({ context }) => context.resting && context.position.state === 'complete', {
        commands: ['applyPart'],
      }),
      withGuard(
        'mayResolve',
        (({ context }: { context: { conflicts: { conflictId: string }[] } }, event: { conflictId: string }) =>
          context.conflicts.some(({ conflictId }) => conflictId === event.conflictId)) as never,
        { commands: ['applyPart', 'resolve'] },
      ),
    ],
  ),
  property(
    'The plan leaves a partial apply only with its outcome, and records it as applied or with the reason why not',
    [
      claim(
        step => step.event.type === 'xstate.done.actor.partialApply' && step.event.output.outcome === 'applied',
        step =>
          !isApplyingPart(step.to) &&
          step.to.context.appliedParts?.length === (step.from.context.appliedParts?.length ?? 0) + 1 &&
          emitted(step, 'plan.part_applied').length === 1,
      ),
      claim(
        step => step.event.type === 'xstate.done.actor.partialApply' && step.event.output.outcome === 'rejected',
        step =>
          !isApplyingPart(step.to) &&
          step.to.context.appliedParts?.length === step.from.context.appliedParts?.length &&
          emitted(step, 'plan.part_apply_failed').length === 1,
      ),
      claim(
        step => step.event.type === 'xstate.error.actor.partialApply',
        step => !isApplyingPart(step.to) && emitted(step, 'plan.part_apply_failed').length === 1,
      ),
    ],
    [withAction('a part that is never over', 'recordPartialApplyFailed', () => {}, { commands: ['applyPart'] })],
  ),
  property(
    'No plan ends while a part is on its way home',
    [
      claim(
        ({ to }) => to.status === 'done',
        ({ to }) => !isApplyingPart(to),
      ),
      claim(
        ({ from, to }) => to.matches({ stopping: 'finishingPartialApply' } as never) && !from.matches('stopping'),
        step => isApplyingPart(step.to) === step.to.matches({ stopping: 'finishingPartialApply' } as never),
      ),
    ],
    [withGuard('isNotApplyingPart', always, { commands: ['applyPart', 'cancel'] })],
  ),
  property(
    'A command creates a checkpoint only of a sandbox that exists, and emits it; a deletion is emitted, too',
    [
      claim(
        ({ event }) => event.type === 'checkpoint',
        step => step.from.context.sandbox !== null && emitted(step, 'checkpoint.created').length === 1,
      ),
      claim(
        ({ event }) => event.type === 'deleteCheckpoint',
        step => emitted(step, 'checkpoint.deleted').length === 1,
      ),
    ],
    [
      withGuard('hasSandbox', always, { commands: ['checkpoint'] }),
      withAction('an unreported checkpoint', 'recordCheckpoint', () => {}, { commands: ['checkpoint'] }),
    ],
  ),
  property(
    'Only what was asked is answered, and once',
    [
      claim(
        ({ event }) => ['answerApproval', 'approval.expired'].includes(event.type),
        ({ from, event, to }) =>
          (from.context.approvals?.some(({ approvalId }) => approvalId === event.approvalId) ?? false) &&
          to.context.approvals?.every(({ approvalId }) => approvalId !== event.approvalId) === true,
      ),
      claim(
        ({ event }) => event.type === 'answerApproval',
        step => emitted(step, 'approval.answered').length === 1,
      ),
    ],
    [
      withGuard('isApprovalPending', always, { commands: asking, asks: true }),
      withAction('an answer that is forgotten', 'closeApproval', () => {}, { commands: asking, asks: true }),
    ],
  ),
  property(
    'Only a rule that a plan has of its own is taken from it, and only a command gives it one or takes it',
    [
      claim(
        ({ event }) => event.type === 'removeInvariant',
        ({ from }) => from.context.spec.invariants.length > 0,
      ),
      claim(
        ({ from, to }) => from.context.spec.invariants !== to.context.spec.invariants,
        ({ event }) => ['addInvariant', 'removeInvariant'].includes(event.type),
      ),
      claim(
        ({ event }) => event.type === 'addInvariant',
        ({ to }) => to.context.spec.invariants.length === 1,
      ),
    ],
    [
      withGuard('hasInvariant', always, { commands: ['removeInvariant'] }),
      withAction('a rule that is not kept', 'addInvariant', () => {}, { commands: ['addInvariant'] }),
    ],
  ),
];
