/** Theorems: back to a checkpoint, a decision changed afterwards, parts that land before the rest. */
import type { PlanCommand } from '../../src/model/contract.ts';
import { changedAt, doing, lying, no, yes } from './plan-lies.ts';
import {
  alive,
  endsRollback,
  enters,
  isAt,
  isFresh,
  isIn,
  isLanding,
  isMoved,
  isNewAttempt,
  isRefusal,
  losesChildren,
  mayChange,
  mayLand,
  mayReturn,
  processing,
  theorem,
  turnsTo,
} from './plan-steps.ts';
import { asking, forked } from './plan-worlds.ts';
import { begunWith, claim, emitted, isAnswerOf } from './steps.ts';

type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;
type LandCommand = Extract<PlanCommand, { type: 'land' }>;

export const returnTheorems = [
  theorem(
    'A plan is taken back to a checkpoint only from Execute and from an Apply that rests',
    [
      claim(
        step => turnsTo(step, 'rollingBack'),
        ({ from }) => mayReturn(from),
      ),
    ],
    [lying('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['rollback', 'revert'] })],
  ),
  theorem(
    'A rollback is all or nothing: the plan waits in execute.queued with nothing of later, or is where it was',
    [
      claim(
        step => endsRollback(step) && step.to.context.resumeFrom === step.from.context.resumeFrom,
        step => !isMoved(step) && !isAnswerOf(step, 'rollback'),
      ),
      claim(
        step => endsRollback(step) && step.to.context.resumeFrom !== step.from.context.resumeFrom,
        ({ to }) => (isAt(to, 'execute', 'queued') || alive(to, processing('preparing'))) && isFresh(to),
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
      lying('wasPaused', no, { commands: ['rollback', 'pause'] }),
      changedAt(
        'a rollback whose failure is taken for its success',
        'open.rollingBack.returning',
        ({ invoke, ...state }) => ({ ...state, invoke: { ...Object(invoke), onError: 'callingBack' } }),
        { commands: ['rollback'] },
      ),
      doing('a failure of which nobody hears', 'tellUnreturned', () => {}, { commands: ['rollback'] }),
    ],
  ),
  theorem(
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
        ({ from, to }) => 'subplans' in from.children && isIn(to, { rollingBack: { callingBack: 'dispersing' } }),
        ({ to }) => 'subplans' in to.children,
      ),
    ],
    [
      lying('isGrouped', no, { commands: ['rollback'] }),
      lying('isGrouped', no, { commands: ['correct'] }),
      doing('a merge that lives on', 'stopMerge', () => {}, { commands: ['rollback'] }),
    ],
  ),
  theorem(
    'A decision is corrected only where there is a strategy to change, files to take back or a result to add to',
    [
      claim(
        step => turnsTo(step, 'correcting'),
        ({ from, event }) => mayChange(from, event as CorrectCommand),
      ),
    ],
    [lying('mayCorrect', ({ context }) => context.strategized, { commands: ['correct'] })],
  ),
  theorem(
    'A correction is all or nothing: a new attempt with nothing of the old one, or the plan is where it was',
    [
      claim(
        step => isNewAttempt(step) && isIn(step.from, 'correcting'),
        step => !isRefusal(step) && isFresh(step.to) && step.to.context.attempt === step.from.context.attempt + 1,
      ),
      claim(
        step => isNewAttempt(step) && isIn(step.from, 'correcting'),
        step => emitted(step, 'plan.corrected').length === 1,
      ),
      claim(isRefusal, step => !isMoved(step) || isIn(step.to, 'resuming')),
      claim(isRefusal, step => emitted(step, 'plan.correction_failed').length === 1 || step.to.matches('recalling')),
    ],
    [
      lying('isCorrected', yes, { commands: ['correct'] }),
      doing('a refusal of which nobody hears', 'tellUncorrected', () => {}, { commands: ['correct'] }),
    ],
  ),
  theorem(
    'What is decided otherwise in Strategize is thought through again before anything executes',
    [
      claim(
        step => enters(step, 'execute'),
        ({ to }) => to.context.strategized,
      ),
      claim(
        ({ from, to }) => isIn(from, 'correcting') && isIn(to, 'alive') && !to.context.strategized,
        ({ to }) => alive(to, { strategize: { queued: 'checking' } }),
      ),
      claim(
        step =>
          isIn(step.from, { correcting: 'reconciling' }) &&
          isIn(step.to, 'alive') &&
          step.to.context.strategized &&
          !losesChildren(step),
        ({ to }) => alive(to, 'execute'),
      ),
    ],
    [lying('hasStrategy', yes, { commands: ['correct'] }), lying('hasStrategy', no, { commands: ['correct'] })],
  ),
  theorem(
    'The agent works, unless its work is in the files already',
    [
      claim(
        step => isAnswerOf(step, 'prepare') && step.from.context.resumeFrom?.isWorked === true,
        ({ to }) => alive(to, processing('enlisting')) && to.context.workTree !== null,
      ),
      claim(
        step => isAnswerOf(step, 'prepare') && step.from.context.resumeFrom?.isWorked !== true,
        ({ to }) => alive(to, processing('working')),
      ),
    ],
    [lying('isWorked', yes, { spec: forked }), lying('isWorked', no, { commands: ['correct'] })],
  ),
  theorem(
    'A part lands only of what is finished of a root plan as it is now, one at a time',
    [
      claim(
        ({ from, to }) => isLanding(to) && !isLanding(from),
        ({ from, event }) => mayLand(from, event as LandCommand),
      ),
      claim(
        step => step.event.type === 'land',
        step => begunWith(step, 'landing') !== null && !isLanding(step.from),
      ),
    ],
    [lying('mayLand', yes, { commands: ['land', 'pause'] })],
  ),
  theorem(
    'While a part lands, nothing else of the plan lands, is resolved, is taken back, is merged or begins again',
    [
      claim(
        ({ from, to }) => isLanding(from) && isLanding(to),
        ({ from, to, event }) =>
          !enters({ from, to }, { apply: 'entering' }) &&
          !enters({ from, to }, { execute: 'queued' }) &&
          !enters({ from, to }, processing('merging')) &&
          !isIn(to, 'rollingBack') &&
          !isIn(to, 'correcting') &&
          !isIn(to, 'resuming') &&
          event.type !== 'resolve' &&
          to.context.recall !== 'revert',
      ),
    ],
    [
      lying('landsNothing', yes, { commands: ['land', 'pause', 'resume'] }),
      lying('mayRevert', yes, { commands: ['land', 'revert'] }),
      lying('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['land', 'rollback'] }),
      lying('mayCorrect', ({ context }) => context.strategized, { commands: ['land', 'correct'] }),
      lying('mayApply', ({ context }) => context.place.state === 'complete', { commands: ['land'] }),
      lying(
        'isOpenConflict',
        (({ context }: { context: { conflicts: { conflictId: string }[] } }, event: { conflictId: string }) =>
          context.conflicts.some(({ conflictId }) => conflictId === event.conflictId)) as never,
        { commands: ['land', 'resolve'] },
      ),
    ],
  ),
  theorem(
    'A part that lands is over for the plan when it says so, and lands in its history or says why not',
    [
      claim(
        step => step.event.type === 'xstate.done.actor.landing' && step.event.output.outcome === 'landed',
        step =>
          !isLanding(step.to) &&
          step.to.context.landings?.length === (step.from.context.landings?.length ?? 0) + 1 &&
          emitted(step, 'plan.part_landed').length === 1,
      ),
      claim(
        step => step.event.type === 'xstate.done.actor.landing' && step.event.output.outcome === 'refused',
        step =>
          !isLanding(step.to) &&
          step.to.context.landings?.length === step.from.context.landings?.length &&
          emitted(step, 'plan.part_refused').length === 1,
      ),
      claim(
        step => step.event.type === 'xstate.error.actor.landing',
        step => !isLanding(step.to) && emitted(step, 'plan.part_refused').length === 1,
      ),
    ],
    [doing('a part that is never over', 'losePart', () => {}, { commands: ['land'] })],
  ),
  theorem(
    'No plan ends while a part is on its way home',
    [
      claim(
        ({ to }) => to.status === 'done',
        ({ to }) => !isLanding(to),
      ),
      claim(
        ({ from, to }) => to.matches({ recalling: 'landing' } as never) && !from.matches('recalling'),
        ({ to }) => isLanding(to),
      ),
    ],
    [lying('isLanding', no, { commands: ['land', 'cancel'] })],
  ),
  theorem(
    'A checkpoint is made by command only of a sandbox that is there, and told; one that is deleted is told, too',
    [
      claim(
        ({ event }) => event.type === 'checkpoint',
        step => step.from.context.sandbox !== null && emitted(step, 'checkpoint.created').length === 1,
      ),
      claim(
        ({ event }) => event.type === 'forget',
        step => emitted(step, 'checkpoint.deleted').length === 1,
      ),
    ],
    [
      lying('hasSandbox', yes, { commands: ['checkpoint'] }),
      doing('a checkpoint of which nobody hears', 'recordCheckpoint', () => {}, { commands: ['checkpoint'] }),
    ],
  ),
  theorem(
    'Only what was asked is answered, and once',
    [
      claim(
        ({ event }) => ['answer', 'approval.expired'].includes(event.type),
        ({ from, event, to }) =>
          (from.context.approvals?.some(({ approvalId }) => approvalId === event.approvalId) ?? false) &&
          to.context.approvals?.every(({ approvalId }) => approvalId !== event.approvalId) === true,
      ),
      claim(
        ({ event }) => event.type === 'answer',
        step => emitted(step, 'approval.answered').length === 1,
      ),
    ],
    [
      lying('isAsked', yes, { commands: asking, asks: true }),
      doing('an answer that is forgotten', 'answer', () => {}, { commands: asking, asks: true }),
    ],
  ),
  theorem(
    'Only a rule that a plan has of its own is taken from it, and only a command gives it one or takes it',
    [
      claim(
        ({ event }) => event.type === 'release',
        ({ from }) => from.context.spec.invariants.length > 0,
      ),
      claim(
        ({ from, to }) => from.context.spec.invariants !== to.context.spec.invariants,
        ({ event }) => ['constrain', 'release'].includes(event.type),
      ),
      claim(
        ({ event }) => event.type === 'constrain',
        ({ to }) => to.context.spec.invariants.length === 1,
      ),
    ],
    [
      lying('isBoundBy', yes, { commands: ['release'] }),
      doing('a rule that is not kept', 'constrain', () => {}, { commands: ['constrain'] }),
    ],
  ),
];
