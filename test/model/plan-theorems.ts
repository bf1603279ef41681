/** What must hold of every plan, whatever people, effects, children and crashes do, and in whatever order. */
import type { SnapshotFrom } from 'xstate';
import type { planMachine, ValidationOutput } from '../../machines/index.ts';
import { findingsOf } from '../../machines/plan/context.ts';
import { waits } from '../../machines/plan/idling.ts';
import type { PlanCommand } from '../../src/model/contract.ts';
import { idOf, profileOf, specOf } from '../machines/spec.ts';
import { withState } from './altered.ts';
import type { Step } from './explore.ts';
import { changed, lying, no, onward, quiet, yes } from './plan-lies.ts';
import { planWorld, usual } from './plan-world.ts';
import type { SeededFault, Theorem, Theory } from './theorem.ts';

type Plan = typeof planMachine;
type PlanStep = Step<Plan>;
type LandCommand = Extract<PlanCommand, { type: 'land' }>;

const auto = { profileSnapshot: profileOf({ startExecute: 0.5, startApply: 0.5 }, 'auto') };

/** With a reviewer, and a writer of the commit's message. */
const judged = { ...specOf().actors, review: 'local/reviewer', apply: 'local/writer' };

const root = planWorld({ commands: usual });
/** Corrections do not count reversions: left out here, they would only repeat everything four times. */
const changing = [...onward, 'pause', 'resume', 'cancel', 'resolve', 'rollback', 'correct'];
const asking = [...onward, 'pause', 'resume', 'cancel', 'revert', 'resolve', 'answer', 'approval.expired'];
const landing = [...onward, 'land', 'pause', 'resume', 'cancel', 'revert', 'resolve', 'rollback', 'correct'];
const worlds = [
  root,
  planWorld({ spec: { depth: 1 }, commands: usual }),
  planWorld({ spec: auto, commands: usual }),
  planWorld({ gated: true, commands: usual }),
  planWorld({ gated: true, asks: true, commands: asking }),
  planWorld({ gated: true, asks: true, spec: { depth: 1 }, commands: asking }),
  planWorld({ commands: changing }),
  planWorld({ spec: { depth: 1 }, commands: changing }),
  planWorld({ commands: asking, asks: true }),
  planWorld({ commands: [...onward, 'pause', 'resume', 'cancel', 'constrain', 'release'] }),
  planWorld({ commands: landing }),
  planWorld({ spec: { depth: 1 }, commands: [...onward, 'land', 'pause', 'resume'] }),
  planWorld({ spec: { actors: judged }, commands: [...onward, 'pause', 'resume', 'cancel', 'revert'] }),
];
/** As if a review had no say. */
const onlyChecks = (_: unknown, { outcome, results }: ValidationOutput) =>
  outcome === 'passed' && results.every(({ required, passed }) => passed || !required);
const edit = {
  type: 'edit' as const,
  edit: { correctionId: 'k', guidance: 'otherwise', decisions: [], interventionId: 'i', superseded: [] },
};
const isAt = ({ context }: SnapshotFrom<Plan>, phase: string, state: string) =>
  context.place.phase === phase && context.place.state === state;
const isSound = ({ context }: SnapshotFrom<Plan>) =>
  context.conflicts.length === 0 &&
  context.validationResults.every(({ required, passed }) => passed || !required) &&
  findingsOf(context).every(({ severity }) => severity !== 'blocking');
const arrives = ({ from, to }: PlanStep, phase: string, state: string) =>
  isAt(to, phase, state) && !isAt(from, phase, state);
const outcomeOf = ({ event }: PlanStep) => (event.output as { outcome?: string } | undefined)?.outcome;
const goesIntoApply = ({ from, to }: PlanStep) =>
  alive(from, { apply: 'entering' }) && ['queued', 'processing'].includes(to.context.place.state);
const placing = { execute: { processing: 'placing' } };
const isAnswerOf = ({ event }: PlanStep, id: string) => event.type === `xstate.done.actor.${id}`;
const alive = (to: SnapshotFrom<Plan>, inner: unknown) => to.matches({ open: { alive: inner } } as never);

const theorem = (text: string, broken: (step: PlanStep) => boolean, faults: SeededFault<Plan>[]): Theorem<Plan> => ({
  theorem: text,
  broken,
  faults,
});

const theorems: Theorem<Plan>[] = [
  theorem(
    'No Execute before Strategize is complete',
    ({ from, to }) =>
      to.context.place.phase === 'execute' &&
      from.context.place.phase === 'strategize' &&
      !(isAt(from, 'strategize', 'complete') && from.context.strategized),
    [lying('isStrategized', yes)],
  ),
  theorem(
    'No Apply before Execute is complete',
    ({ from, to }) =>
      to.context.place.phase === 'apply' && from.context.place.phase !== 'apply' && !isAt(from, 'execute', 'complete'),
    [lying('isExecuted', yes), lying('mayApply', yes)],
  ),
  theorem(
    'Execute is complete only with every required validation passed, no finding that blocks and no conflict open',
    step => arrives(step, 'execute', 'complete') && !isSound(step.to),
    [lying('isValid', yes), lying('isValid', onlyChecks), lying('isSettled', yes)],
  ),
  theorem(
    'Applied means landed, with every required validation passed and no conflict open',
    step => arrives(step, 'apply', 'applied') && (!isSound(step.to) || step.to.context.applySummary === null),
    [lying('isLanded', yes)],
  ),
  theorem(
    'Nothing with a failed required validation, a finding that blocks or an open conflict goes into Apply',
    step => goesIntoApply(step) && !isSound(step.to),
    [lying('isSound', yes)],
  ),
  theorem(
    'Nothing goes into Apply that changes no file, unless all of it landed in parts',
    step =>
      goesIntoApply(step) && step.to.context.changeSet?.files.length === 0 && step.to.context.landings?.length === 0,
    [lying('hasChanges', yes), lying('mayApplyItself', yes, { spec: auto })],
  ),
  theorem('A plan goes back at most three times', ({ to }) => to.context.reversionCount > 3, [
    lying('mayRevert', yes, { commands: ['revert'] }),
  ]),
  theorem(
    'Nothing leaves a final state',
    ({ from, to }) =>
      (from.status === 'done' && to !== from) ||
      (['applied', 'cancelled'].includes(from.context.place.state) &&
        to.context.place.state !== from.context.place.state),
    [
      changed(
        'a way back from applied',
        config => withState(config, 'applied', () => ({ on: { revert: '#plan.open' } })),
        {
          commands: [...onward, 'revert'],
        },
      ),
    ],
  ),
  theorem(
    'What has landed is never cancelled',
    step => isAnswerOf(step, 'apply') && outcomeOf(step) === 'landed' && step.to.matches('recalling'),
    [lying('isWithdrawn', yes)],
  ),
  theorem(
    'A violated or failed reconciliation stops the plan where it is',
    step =>
      isAnswerOf(step, 'reconciliation') &&
      !step.from.matches({ open: 'correcting' }) &&
      outcomeOf(step) !== 'reconciled' &&
      (alive(step.to, { strategize: { processing: 'working' } }) ||
        alive(step.to, { execute: 'queued' }) ||
        alive(step.to, { execute: { processing: 'preparing' } }) ||
        arrives(step, 'execute', 'complete') ||
        arrives(step, 'apply', 'queued') ||
        (alive(step.from, { apply: 'entering' }) && isMoved(step)) ||
        (step.from.matches({ open: 'resuming' }) && step.to.matches({ open: 'alive' }))),
    [lying('isReconciled', yes), lying('isConstrained', yes), lying('isErrored', yes)],
  ),
  theorem(
    'A group or merge that failed is never taken for one that succeeded',
    step =>
      (isAnswerOf(step, 'subplans') &&
        outcomeOf(step) !== 'complete' &&
        alive(step.to, { execute: { processing: 'merging' } })) ||
      (isAnswerOf(step, 'merge') &&
        outcomeOf(step) === 'failed' &&
        !alive(step.to, { execute: { processing: 'recovering' } })),
    [lying('isGathered', yes), lying('isMerged', yes)],
  ),
  theorem(
    'The message of the commit is asked for of a root plan that names who writes it, and never keeps its result back',
    step =>
      (alive(step.to, { execute: { processing: 'describing' } }) &&
        (step.to.context.spec.depth > 0 ||
          step.to.context.spec.actors.apply === null ||
          step.to.context.resultTree === null)) ||
      (isAnswerOf(step, 'describe') &&
        alive(step.from, { execute: { processing: 'describing' } }) &&
        !alive(step.to, { execute: { processing: 'reconciling' } })),
    [
      lying('needsMessage', yes),
      lying('needsMessage', yes, { spec: { depth: 1, actors: judged } }),
      changed(
        'a message that failed fails the plan',
        config =>
          inExecuteProcessing(config, processing =>
            withState(processing, 'describing', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), onDone: 'recovering' },
            })),
          ),
        { spec: { actors: judged }, commands: onward },
      ),
    ],
  ),
  theorem('Only conflicts that were found are ever resolved', ({ to }) => 'unknown' in to.context.resolutions, [
    lying('isOpenConflict', yes, { commands: ['resolve'] }),
  ]),
  theorem(
    'A child asks nobody: it rests only in a conflict or a pause, and never applies',
    ({ to }) =>
      to.context.spec.depth > 0 &&
      ((to.hasTag('resting') && !['conflicted', 'paused'].includes(to.context.place.state)) ||
        to.context.place.phase === 'apply'),
    [lying('isChild', no, { spec: { depth: 1 } })],
  ),
  theorem(
    'Only a command or the profile takes a root plan out of a state in which it rests',
    ({ from, event, to }) =>
      to.context.spec.depth === 0 &&
      to.context.spec.profileSnapshot.name !== 'auto' &&
      !from.matches({ open: 'resuming' }) &&
      !from.matches({ open: 'rollingBack' }) &&
      !from.matches({ open: 'correcting' }) &&
      ((begins({ from, to }, { strategize: { complete: 'reconciling' } }) &&
        !to.context.hurried &&
        !isCommand(event.type)) ||
        (begins({ from, to }, { apply: 'entering' }) && event.type !== 'apply') ||
        (isAt(to, 'apply', 'processing') && !to.context.approved)),
    [lying('goesOn', yes), lying('mayApplyItself', yes), lying('isApproved', yes)],
  ),
  theorem(
    'A plan that needs a slot begins, and goes on after a rest, only when it has one, and works only while it has or wants one',
    ({ from, to }) => {
      const { gated, slot } = to.context;
      const isBack = isWorking(to) && from.matches({ open: 'resuming' });
      const isMerged = alive(to, placing) && !alive(from, placing);
      return (
        gated &&
        !waits(to.context) &&
        (isWorking(to) || isMerged) &&
        (slot === 'none' || (slot === 'wanted' && (isBack || isMerged)))
      );
    },
    [
      lying('lostSlot', no, { gated: true, commands: ['pause', 'resume'] }),
      lying('needsSlot', no, { gated: true, commands: ['resolve'] }),
      lying('needsSlot', no, { gated: true, spec: { depth: 1 }, commands: ['resolve'] }),
    ],
  ),
  theorem(
    'A plan that waits for a person, an agent or its subplans holds no slot, and is given none before it can go on',
    ({ to }) => to.context.gated && waits(to.context) && to.context.slot !== 'none',
    [
      lying('wantsSlot', yes, { gated: true, asks: true }),
      {
        guard: 'a plan that keeps its slot while it waits',
        machine: quiet.provide({ actions: { report: () => {} } }),
        world: planWorld({ gated: true, asks: true, commands: onward }),
      },
    ],
  ),
  theorem(
    'Tags say what the context says',
    ({ to }) =>
      [...to.tags].some(tag => {
        const [kind, word] = tag.split(':');
        return (
          (kind === 'phase' && word !== to.context.place.phase) || (kind === 'state' && word !== to.context.place.state)
        );
      }),
    [
      changed(
        'a state that says it is elsewhere',
        config => withState(config, 'completed', state => ({ ...state, tags: ['state:applied'] })),
        { spec: { depth: 1 }, commands: [] },
      ),
      lying('isApplied', yes, { spec: { depth: 1 } }),
      lying('isComplete', yes, { spec: { depth: 1 } }),
    ],
  ),
  theorem(
    'Strategize is complete only when its agent has answered, and nobody is asked whom the plan does not name',
    step =>
      (arrives(step, 'strategize', 'complete') &&
        step.from.context.place.state !== 'paused' &&
        step.to.context.spec.actors.strategy !== null &&
        !isAnswerOf(step, 'strategize')) ||
      alive(step.to, { strategize: { processing: 'estimating' } }),
    [lying('hasNoStrategist', yes), lying('hasEstimator', yes)],
  ),
  theorem(
    'Of two executes at once one is heard',
    ({ from, event, to }) =>
      event.type === 'execute' &&
      from.context.hurried &&
      from.context.place.phase === 'strategize' &&
      !from.hasTag('resting') &&
      to !== from,
    [lying('isThinking', yes)],
  ),
  theorem(
    'A group is formed only of members',
    step =>
      isAnswerOf(step, 'enlist') &&
      step.to.context.grouped &&
      (step.event.output as { members: unknown[] }).members.length === 0,
    [lying('hasMembers', yes)],
  ),
  theorem(
    'A plan is taken back to a checkpoint only from Execute and from an Apply that rests',
    ({ from, to }) => to.matches({ open: 'rollingBack' }) && !from.matches({ open: 'rollingBack' }) && !mayReturn(from),
    [lying('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['rollback', 'revert'] })],
  ),
  theorem(
    'A rollback is all or nothing: the plan waits in execute.queued with nothing of later, or is where it was',
    step =>
      endsRollback(step) &&
      (step.to.context.resumeFrom === step.from.context.resumeFrom
        ? isMoved(step) || isAnswerOf(step, 'rollback')
        : !(isAt(step.to, 'execute', 'queued') || alive(step.to, { execute: { processing: 'preparing' } })) ||
          !isFresh(step.to)),
    [
      lying('wasPaused', no, { commands: ['rollback', 'pause'] }),
      changed(
        'a rollback whose failure is taken for its success',
        config =>
          withState(config, 'open', open =>
            withState(open, 'rollingBack', rollingBack =>
              withState(rollingBack, 'returning', ({ invoke, ...state }) => ({
                ...state,
                invoke: { ...Object(invoke), onError: 'callingBack' },
              })),
            ),
          ),
        { commands: [...onward, 'rollback'] },
      ),
    ],
  ),
  theorem(
    'Children are called back before a rollback is over',
    ({ from, to }) =>
      from.matches({ open: 'rollingBack' }) && isAt(to, 'execute', 'queued') && 'subplans' in to.children,
    [lying('isGrouped', no, { commands: ['rollback'] })],
  ),
  theorem(
    'A decision is corrected only where there is a strategy to change, files to take back or a result to add to',
    ({ from, event, to }) =>
      to.matches({ open: 'correcting' }) &&
      !from.matches({ open: 'correcting' }) &&
      !mayChange(from, event as Extract<PlanCommand, { type: 'correct' }>),
    [lying('mayCorrect', ({ context }) => context.strategized, { commands: ['correct'] })],
  ),
  theorem(
    'A correction is all or nothing: a new attempt with nothing of the old one, or the plan is where it was',
    step =>
      isNewAttempt(step) && step.from.context.recall === null
        ? isRefusal(step) || !isFresh(step.to) || step.to.context.attempt !== step.from.context.attempt + 1
        : isRefusal(step) && isMoved(step) && !step.to.matches({ open: 'resuming' }),
    [lying('isCorrected', yes, { commands: ['correct'] })],
  ),
  theorem(
    'What is decided otherwise in Strategize is thought through again before anything executes',
    ({ to }) => alive(to, 'execute') && !to.context.strategized,
    [lying('hasStrategy', yes, { commands: ['correct'] })],
  ),
  theorem(
    'The agent works, unless its work is in the files already',
    step =>
      isAnswerOf(step, 'prepare') &&
      alive(step.to, { execute: { processing: 'working' } }) === (step.from.context.resumeFrom?.isWorked === true),
    [lying('isWorked', yes), lying('isWorked', no, { commands: ['correct'] })],
  ),
  theorem(
    'A checkpoint is made by command only of a sandbox that is there',
    ({ event, from, to }) => event.type === 'checkpoint' && to !== from && from.context.sandbox === null,
    [lying('hasSandbox', yes, { commands: ['checkpoint'] })],
  ),
  theorem(
    'Only what was asked is answered, and once',
    ({ from, event, to }) =>
      to !== from &&
      ['answer', 'approval.expired'].includes(event.type) &&
      !from.context.approvals?.some(({ approvalId }) => approvalId === event.approvalId),
    [lying('isAsked', yes, { commands: asking, asks: true })],
  ),
  theorem(
    'Only a rule that a plan has of its own is taken from it, and only a command gives it one or takes it',
    ({ from, event, to }) =>
      (event.type === 'release' && to !== from && from.context.spec.invariants.length === 0) ||
      (from.context.spec.invariants !== to.context.spec.invariants && !['constrain', 'release'].includes(event.type)),
    [lying('isBoundBy', yes, { commands: ['release'] })],
  ),
  theorem(
    'A part lands only of what is finished of a root plan as it is now, one at a time',
    ({ from, event, to }) => isLanding(to) && !isLanding(from) && !mayLand(from, event as LandCommand),
    [lying('mayLand', yes, { commands: ['land', 'pause'] })],
  ),
  theorem(
    'While a part lands, nothing else of the plan lands, is taken back, is merged or begins again',
    ({ from, to }) =>
      isLanding(from) &&
      isLanding(to) &&
      (begins({ from, to }, { apply: 'entering' }) ||
        begins({ from, to }, { execute: 'queued' }) ||
        begins({ from, to }, { execute: { processing: 'merging' } }) ||
        to.matches({ open: 'rollingBack' }) ||
        to.matches({ open: 'correcting' }) ||
        to.matches({ open: 'resuming' }) ||
        to.context.recall === 'revert'),
    [
      lying('landsNothing', yes, { commands: ['land', 'pause', 'resume'] }),
      lying('mayRevert', yes, { commands: ['land', 'revert'] }),
      lying('mayRollBack', ({ context }) => context.sandbox !== null, { commands: ['land', 'rollback'] }),
      lying('mayCorrect', ({ context }) => context.strategized, { commands: ['land', 'correct'] }),
      lying('mayApply', ({ context }) => context.place.state === 'complete', { commands: ['land'] }),
    ],
  ),
  theorem('No plan ends while a part is on its way home', ({ to }) => to.status === 'done' && isLanding(to), [
    lying('isLanding', no, { commands: ['land', 'cancel'] }),
  ]),
  theorem(
    'Nobody is asked for a plan that is not at work',
    ({ to }) => (to.context.approvals?.length ?? 0) > 0 && !asks(to),
    [
      changed(
        'work that ends and leaves its question',
        config =>
          withState(config, 'open', open =>
            withState(open, 'alive', alive =>
              withState(alive, 'execute', execute =>
                withState(execute, 'processing', processing =>
                  withState(processing, 'working', state => ({ ...state, exit: [] })),
                ),
              ),
            ),
          ),
        { commands: onward, asks: true },
      ),
    ],
  ),
  theorem(
    'A plan is called back only by someone, and each attempt after the first comes of a reversion or a correction',
    step =>
      (step.to.matches('recalling') && step.to.context.recall === null) ||
      (isNewAttempt(step) &&
        step.event.type !== 'revert' &&
        step.from.context.recall !== 'revert' &&
        !step.from.matches({ open: 'correcting' })),
    [lying('isRecalled', yes), lying('isReverting', yes, { commands: ['cancel'] })],
  ),
  theorem(
    'Cancelled means that someone cancelled it',
    ({ to }) => to.context.place.state === 'cancelled' && to.context.recall !== 'cancel',
    [lying('isCancelled', yes, { spec: { depth: 1 }, commands: ['expire'] })],
  ),
  theorem(
    'No plan ends before its sandbox is put away, nor one called back before what it may have been looking at is',
    ({ event, from, to }) =>
      to.status === 'done' &&
      from.status === 'active' &&
      (to.context.sandbox !== null || (to.context.recall !== null && to.context.rooted)) &&
      !event.type.endsWith('.actor.dismiss'),
    [lying('hasNoSandbox', yes), lying('isUntouched', yes, { commands: ['cancel'] })],
  ),
  theorem(
    'A strategy is edited only while it waits for somebody to go on',
    ({ to }) => to.can(edit) !== alive(to, { strategize: { complete: 'resting' } }),
    [
      changed(
        'an edit at any time',
        config => ({
          ...config,
          on: {
            ...Object(config.on),
            edit: { actions: { type: 'keepEdit', params: ({ event }: { event: unknown }) => event } },
          },
        }),
        { commands: onward },
      ),
    ],
  ),
  theorem(
    'Every resting state has a command that leads out',
    ({ to }) => to.hasTag('resting') && !everyWayOut.some(command => to.can(command)),
    [
      changed(
        'no cancel',
        config => withState(config, 'open', ({ on, ...state }) => ({ ...state, on: without(on, 'cancel') })),
        {
          commands: [...onward, 'revert'],
        },
      ),
    ],
  ),
  theorem(
    'A plan that neither rests nor has ended waits for an answer, or for its turn',
    ({ to }) =>
      to.status === 'active' &&
      !to.hasTag('resting') &&
      !to.can({ type: 'start' }) &&
      !Object.keys(to.children).some(id => !id.startsWith('dismissal-')),
    [
      lying('isGrouped', yes, { commands: ['cancel'] }),
      changed(
        'a parting that does not go on',
        config =>
          withState(config, 'parting', ({ states, ...state }) => ({
            ...state,
            states: { ...Object(states), deciding: {} },
          })),
        { commands: onward },
      ),
    ],
  ),
];

export const planTheory: Theory<Plan> = { machine: quiet, worlds, theorems };

const planId = idOf('P');
const everyWayOut = [
  { type: 'execute' as const },
  { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true },
  { type: 'approve' as const },
  { type: 'resume' as const },
  { type: 'cancel' as const, reason: planId },
];

/** Files to take back, and nothing on its way home. */
function mayReturn({ context }: SnapshotFrom<Plan>): boolean {
  const { phase, state } = context.place;
  return context.sandbox !== null && phase !== 'strategize' && !(phase === 'apply' && state === 'processing');
}

/** A rollback is over, and not because the plan is called back or its children died of a mistake of ours. */
function endsRollback({ from, event, to }: PlanStep): boolean {
  const isLost = /^xstate\.error\.actor\.(subplans|merge)$/.test(event.type);
  return (
    from.matches({ open: 'rollingBack' }) && !to.matches({ open: 'rollingBack' }) && !to.matches('recalling') && !isLost
  );
}

/** An answer that refuses a correction, or the death of it. */
function isRefusal(step: PlanStep): boolean {
  return (
    (isAnswerOf(step, 'correction') && outcomeOf(step) === 'refused') ||
    step.event.type === 'xstate.error.actor.correction'
  );
}

function mayChange({ context }: SnapshotFrom<Plan>, { order }: Extract<PlanCommand, { type: 'correct' }>): boolean {
  const { place, strategized, sandbox, resultTree } = context;
  if ((place.phase === 'apply' && place.state === 'processing') || place.state === 'applied') return false;
  if (order.mode === 'append') return resultTree !== null && place.state !== 'processing';
  return strategized && (order.from === 'strategize' || (sandbox !== null && place.phase !== 'strategize'));
}

const isLanding = ({ context }: SnapshotFrom<Plan>) => (context.part ?? null) !== null;

/** Children are at work, or the plan rests with what it has. */
function mayLand(from: SnapshotFrom<Plan>, { order }: LandCommand): boolean {
  const { spec, workTree, attempt, grouped, pausedFrom, place } = from.context;
  const { phase, state } = pausedFrom ?? place;
  const rests = phase === 'execute' ? ['complete', 'errored', 'conflicted'] : ['constrained', 'errored'];
  const isFinished = workTree !== null && (grouped || (phase !== 'strategize' && rests.includes(state)));
  const isOfNow = order.attempt === attempt && order.baseTree === spec.projectLinks[0]?.baseTree;
  return spec.depth === 0 && isFinished && isOfNow && !isLanding(from);
}

function isFresh({ context }: SnapshotFrom<Plan>): boolean {
  const { resultTree, workTree, mergedTree, conflicts, validationResults, approved, error, pausedFrom, rollback } =
    context;
  return (
    [resultTree, workTree, mergedTree, error, pausedFrom, rollback].every(value => value === null) &&
    conflicts.length === 0 &&
    validationResults.length === 0 &&
    !approved
  );
}

function begins({ from, to }: Pick<PlanStep, 'from' | 'to'>, inner: unknown): boolean {
  return alive(to, inner) && !alive(from, inner);
}

/** With a change to what Execute does at work. */
function inExecuteProcessing(
  config: Record<string, unknown>,
  edit: (processing: Record<string, unknown>) => Record<string, unknown>,
) {
  const within = (name: string, inner: typeof edit) => (state: Record<string, unknown>) =>
    withState(state, name, inner);
  return within('open', within('alive', within('execute', within('processing', edit))))(config);
}

const isMoved = ({ from, to }: PlanStep) =>
  from.context.place.phase !== to.context.place.phase || from.context.place.state !== to.context.place.state;

const isNewAttempt = ({ from, to }: PlanStep) => to.context.attempt !== from.context.attempt;

function isCommand(type: string): boolean {
  return !type.startsWith('xstate.') && !type.startsWith('merge.');
}

/** Where an agent is at work that may ask. */
function asks(to: SnapshotFrom<Plan>): boolean {
  return (
    alive(to, { strategize: { processing: 'working' } }) ||
    alive(to, { execute: { processing: 'working' } }) ||
    alive(to, { execute: { processing: 'validating' } }) ||
    alive(to, { execute: { conflicted: 'settling' } })
  );
}

/** At work in Execute; folding what children made is no work of the plan's own. */
function isWorking(to: SnapshotFrom<Plan>): boolean {
  return (
    alive(to, { execute: 'processing' }) &&
    !['merging', 'admitting', 'recovering'].some(state => alive(to, { execute: { processing: state } }))
  );
}

function without(on: unknown, command: string): Record<string, unknown> {
  const { [command]: _gone, ...others } = Object(on) as Record<string, unknown>;
  return others;
}
