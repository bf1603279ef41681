/** Properties: how a plan is called back and ends, what it waits for, what it says of itself. */
import { isWaiting } from '../../../machines/plan/actions/activity.ts';
import { commandGuards } from '../../../machines/plan/command-guards.ts';
import type { PlanCommand } from '../../../src/model/effects.ts';
import { sampleSpec } from '../../machines/fixtures.ts';
import { claim, isAnswerOf, outcomeOf, sent } from '../steps.ts';
import { everyCommand } from './inputs.ts';
import { always, never, withAction, withConfig, withConfigAt, withGuard } from './mutations.ts';
import {
  changesPosition,
  entersLifecycle,
  entersPosition,
  entersTopLevel,
  isIn,
  isInLifecycle,
  isNewAttempt,
  isWorking,
  mayWait,
  needsPerson,
  processing,
  property,
  type Snapshot,
} from './steps.ts';
import { planWorld } from './world.ts';
import { judged } from './worlds.ts';

const edit = everyCommand.find(({ type }) => type === 'edit') as Parameters<Snapshot['can']>[0];
const everyExit = [
  { type: 'execute' as const },
  { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true },
  { type: 'approve' as const },
  { type: 'resume' as const },
  { type: 'cancel' as const, reason: 'enough' },
];

/** The listed command that is given to this plan: with what it asks of, where that depends on the plan. */
function commandFor(type: string, { context }: Snapshot): PlanCommand {
  const command = everyCommand.find(each => each.type === type) as PlanCommand;
  const { attempt, spec, conflicts, approvals } = context;
  if (command.type === 'applyPart') {
    const baseTree = spec.projectLinks[0]?.baseTree ?? '';
    return { ...command, order: { ...command.order, attempt, baseTree } };
  }
  if (command.type === 'resolve') return { ...command, conflictId: conflicts[0]?.conflictId ?? 'none' };
  if (command.type === 'answerApproval') return { ...command, approvalId: approvals?.[0]?.approvalId ?? 'none' };
  return command;
}

const isMerging = ({ from, to }: { from: Snapshot; to: Snapshot }) =>
  entersLifecycle({ from, to }, processing('restoringTree'));
const isReverted = ({ from, to }: { from: Snapshot; to: Snapshot }) => isWorking(to) && isIn(from, 'resuming');
const atWork = 'active.lifecycle.execute.processing';

export const lifecycleProperties = [
  property(
    'A plan goes back at most three times',
    [
      claim(
        ({ from, to }) => to.context.reversionCount > from.context.reversionCount,
        ({ from, to }) =>
          to.context.reversionCount <= 3 && to.context.reversionCount === from.context.reversionCount + 1,
      ),
    ],
    [withGuard('mayRevert', always, { commands: ['revert'] })],
  ),
  property(
    'Nothing leaves a final state',
    [
      claim(
        ({ from }) => ['applied', 'cancelled'].includes(from.context.position.state),
        step => !changesPosition(step),
      ),
      claim(
        ({ to, isNew }) => isNew && to.status === 'done',
        ({ to }) => !everyCommand.some(command => to.can(command as never)),
      ),
    ],
    [
      withConfig('a way back from applied', config => ({
        ...config,
        states: {
          ...Object(config.states),
          applied: { ...Object(Object(config.states).applied), on: { revert: '#plan.active' } },
        },
      })),
    ],
  ),
  property(
    'What has been applied is never cancelled',
    [
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) === 'applied',
        ({ to }) => !to.matches('stopping'),
      ),
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) === 'applied' && step.from.context.stopReason === 'cancel',
        ({ to }) => ['applied', 'constrained'].includes(to.context.position.state),
      ),
      claim(
        step => entersPosition(step, 'apply', 'constrained'),
        ({ to }) => to.context.stopReason === null,
      ),
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) !== 'applied' && step.from.context.stopReason === 'cancel',
        ({ to }) => to.matches('stopping'),
      ),
      claim(
        ({ from, event }) => isInLifecycle(from, { apply: 'processing' }) && event.type === 'cancel',
        step => isInLifecycle(step.to, { apply: 'processing' }) && sent(step).some(({ to }) => to === 'apply'),
      ),
    ],
    [
      withGuard('isStoppedBeforeApply', always),
      withGuard('isStoppedBeforeApply', never, { commands: ['cancel'] }),
      withAction('an apply that does not learn that it is cancelled', 'cancelApply', () => {}, {
        commands: ['cancel'],
      }),
    ],
  ),
  property(
    'The message of the commit is asked for of a root plan that names who writes it, and never keeps its result back',
    [
      claim(
        step => entersLifecycle(step, processing('describing')),
        ({ to: { context } }) =>
          context.spec.depth === 0 && context.spec.actors.apply !== null && context.resultTree !== null,
      ),
      claim(
        step => isAnswerOf(step, 'describe') && isInLifecycle(step.from, processing('describing')),
        ({ to }) => isInLifecycle(to, processing('reconciling')) && to.context.commitMessage !== null,
      ),
      claim(
        step =>
          isAnswerOf(step, 'review') &&
          step.to.context.spec.depth === 0 &&
          step.to.context.spec.actors.apply !== null &&
          step.to.context.changeSet?.files.length !== 0,
        ({ to }) => isInLifecycle(to, processing('describing')),
      ),
    ],
    [
      withGuard('needsMessage', always),
      withGuard('needsMessage', never, { spec: { actors: judged } }),
      withGuard('needsMessage', always, { spec: { depth: 1, actors: judged } }),
      withConfigAt(
        'a message that failed fails the plan',
        `${atWork}.describing`,
        ({ invoke, ...state }) => ({ ...state, invoke: { ...Object(invoke), onDone: 'recovering' } }),
        { spec: { actors: judged } },
      ),
    ],
  ),
  property(
    'Only conflicts that are open are ever resolved',
    [
      claim(
        ({ event }) => event.type === 'resolve',
        ({ from, event, to }) =>
          from.context.conflicts.some(({ conflictId }) => conflictId === event.conflictId) &&
          event.conflictId in to.context.resolutions,
      ),
    ],
    [withGuard('mayResolve', always, { commands: ['resolve'] })],
  ),
  property(
    'A child does not wait for a person: it rests only in a conflict or a pause, and never applies',
    [
      claim(
        ({ to }) => to.context.spec.depth > 0 && to.hasTag('resting'),
        ({ to }) => ['conflicted', 'paused'].includes(to.context.position.state),
      ),
      claim(
        step => step.to.context.spec.depth > 0 && changesPosition(step),
        ({ to }) => to.context.position.phase !== 'apply',
      ),
      claim(
        step => step.to.context.spec.depth > 0 && entersPosition(step, 'execute', 'complete'),
        ({ to }) => to.matches('finishing'),
      ),
    ],
    [withGuard('isSubplan', never, { spec: { depth: 1 } })],
  ),
  property(
    'Only a child ends by failing, or because its time is over; a root plan waits for a person',
    [
      claim(
        ({ from, event }) => event.type === 'expire' && !from.matches('stopping'),
        ({ to }) => to.context.spec.depth > 0,
      ),
      claim(
        ({ from, to }) => to.matches('failed') && from.status === 'active',
        ({ to }) => to.context.spec.depth > 0 || to.context.stopReason !== null,
      ),
    ],
    [withGuard('isSubplan', always, { commands: ['expire'] })],
  ),
  property(
    'A plan that needs a slot begins, and goes on after a rest, only when it has one, and works only while it has or wants one',
    [
      claim(
        step => step.to.context.usesSlots && !isWaiting(step.to.context) && (isWorking(step.to) || isMerging(step)),
        ({ to }) => to.context.slot !== 'none',
      ),
      claim(
        step => step.to.context.usesSlots && !isWaiting(step.to.context) && (isReverted(step) || isMerging(step)),
        ({ to }) => to.context.slot === 'held',
      ),
    ],
    [
      withGuard('needsSlotToResume', never, { usesSlots: true, commands: ['pause', 'resume'] }),
      withGuard('needsSlot', never, { usesSlots: true, commands: ['resolve'] }),
      withGuard('needsSlot', never, { usesSlots: true, spec: { depth: 1 }, commands: ['resolve'] }),
    ],
  ),
  property(
    'A plan that waits for a person, an agent or its subplans holds no slot, and is given none before it can go on',
    [
      claim(
        ({ to }) => to.context.usesSlots && isWaiting(to.context),
        ({ to }) => to.context.slot === 'none',
      ),
      claim(
        ({ from, event, to }) =>
          to.context.usesSlots && event.type === 'start' && from.context.slot !== to.context.slot,
        ({ to }) => to.context.slot === 'held' && !isWaiting(to.context),
      ),
    ],
    [
      withGuard('isWaitingForSlot', always, { usesSlots: true, asks: true }),
      {
        ...withAction('a plan that keeps its slot while it waits', 'reportActivity'),
        world: planWorld({ usesSlots: true, asks: true, commands: ['start', 'execute'] }),
      },
    ],
  ),
  property(
    'A plan that has its slot back goes on, and is not asked for one that it has',
    [
      claim(
        step =>
          entersTopLevel(step, { resuming: 'waitingForSlot' }) ||
          (entersLifecycle(step, { execute: { processing: 'waitingForSlot' } }) && !isIn(step.from, 'resuming')),
        ({ to }) => to.context.usesSlots && to.context.slot !== 'held',
      ),
    ],
    [
      withGuard('needsSlotToResume', always, { commands: ['pause', 'resume'] }),
      withGuard('needsSlot', always, { commands: ['resolve'] }),
    ],
  ),
  property(
    'Tags say what the context says',
    [
      claim(
        ({ isNew }) => isNew,
        ({ to }) =>
          [...to.tags].every(tag => {
            const [kind, word] = tag.split(':');
            if (kind === 'phase') return word === to.context.position.phase;
            return kind !== 'state' || word === to.context.position.state;
          }),
      ),
      claim(
        ({ to, isNew }) => isNew && !to.matches('stopping') && !to.matches('finishing') && isIn(to, 'lifecycle'),
        ({ to }) => to.hasTag(`state:${to.context.position.state}`) && to.hasTag(`phase:${to.context.position.phase}`),
      ),
    ],
    [
      withConfigAt('a state that says it is elsewhere', 'completed', state => ({ ...state, tags: ['state:applied'] }), {
        spec: { depth: 1 },
      }),
      withConfigAt(
        'a state that does not say where it is',
        'active.lifecycle.execute.conflicted',
        ({ entry: _, ...state }) => state,
      ),
      withGuard('isApplied', always, { spec: { depth: 1 } }),
      withGuard('isComplete', always, { spec: { depth: 1 } }),
    ],
  ),
  property(
    'Of two executes at once one has an effect',
    [
      claim(
        ({ to, isNew }) =>
          isNew &&
          to.context.autoExecute &&
          to.context.position.phase === 'strategize' &&
          isIn(to, 'lifecycle') &&
          !to.hasTag('resting'),
        ({ to }) => !to.can({ type: 'execute' }),
      ),
    ],
    [withGuard('mayExecute', always)],
  ),
  property(
    'The commands that a plan lists are those that it accepts, and it rests where its state says so',
    [
      claim(
        ({ isNew, to }) => isNew && to.status === 'active',
        ({ to }) =>
          Object.entries(commandGuards).every(([type, may]) => to.can(commandFor(type, to)) === may(to.context)),
      ),
      claim(
        ({ isNew, to }) => isNew && to.status === 'active',
        ({ to }) => to.hasTag('resting') === to.context.resting,
      ),
    ],
    [
      withGuard('mayPause', always, { commands: ['pause'] }),
      withGuard('mayCancel', always, { commands: ['cancel'] }),
      withGuard('mayPrompt', always, { commands: ['prompt', 'cancel'] }),
      withGuard('mayResume', always, { commands: ['pause', 'resume', 'applyPart'] }),
      withGuard('mayExecute', never),
      withConfigAt(
        'a plan that rests and does not know it',
        'active.lifecycle.execute.complete.resting',
        ({ entry: _, ...state }) => state,
      ),
    ],
  ),
  property(
    'A group is formed only of members, and always of those there are',
    [
      claim(
        step => isAnswerOf(step, 'createSubplans'),
        ({ event, to }) =>
          to.context.subplansRunning === event.output.members.length > 0 &&
          'subplans' in to.children === to.context.subplansRunning,
      ),
    ],
    [withGuard('hasSubplansToRun', always), withGuard('hasSubplansToRun', never)],
  ),
  property(
    'A plan that is not active has no open approval, and waits for nothing',
    [
      claim(
        ({ to }) => (to.context.approvals?.length ?? 0) > 0,
        ({ to }) => needsPerson(to),
      ),
      claim(
        ({ to }) => to.context.waiting !== null,
        ({ to }) => mayWait(to),
      ),
      claim(
        ({ to }) => to.context.queue !== null && to.context.queue !== undefined,
        ({ to }) => mayWait(to),
      ),
      claim(
        ({ event, to }) => event.type === 'step.completed' && to.context.position.state === 'processing',
        ({ event, to }) => to.context.lastCompletedStep >= event.step,
      ),
    ],
    [
      withConfigAt('work that ends and leaves its question', `${atWork}.working`, state => ({ ...state, exit: [] }), {
        asks: true,
      }),
      withConfigAt('checks that end and are waited for', `${atWork}.validating`, state => ({ ...state, exit: [] }), {
        waits: true,
      }),
      withConfigAt(
        'thinking that ends and is waited for',
        'active.lifecycle.strategize.processing.working',
        state => ({ ...state, exit: [] }),
        {
          waits: true,
        },
      ),
      withConfigAt(
        'a guess that ends and is waited for',
        'active.lifecycle.strategize.processing.estimating',
        ({ exit: _, ...state }) => state,
        {
          waits: true,
          spec: { actors: { ...sampleSpec().actors, estimation: 'local/guess' } },
        },
      ),
      withAction('a step that is not kept', 'setCompletedStep', () => {}, { waits: true }),
    ],
  ),
  property(
    'A plan is called back only by someone, and each attempt after the first comes of a reversion or a correction',
    [
      claim(
        ({ from, to }) => to.matches('stopping') && !from.matches('stopping'),
        ({ to }) => to.context.stopReason !== null,
      ),
      claim(
        isNewAttempt,
        ({ from, event }) =>
          event.type === 'revert' || from.context.stopReason === 'revert' || isIn(from, 'correcting'),
      ),
    ],
    [withGuard('isStopping', always), withGuard('isReverting', always, { commands: ['cancel'] })],
  ),
  property(
    'A reversion that nothing crosses leads back to Strategize with a new attempt',
    [
      claim(
        ({ from, event, to }) =>
          event.type === 'revert' && !('subplans' in from.children) && to.context.partialApply === null,
        step =>
          isInLifecycle(step.to, { strategize: 'queued' }) && isNewAttempt(step) && step.to.context.sandbox === null,
      ),
    ],
    [withGuard('isReverting', never, { commands: ['revert'] })],
  ),
  property(
    'A plan is cancelled only by a cancel command, and a cancelled plan ends as cancelled',
    [
      claim(
        ({ from, to }) => to.context.position.state === 'cancelled' && from.context.position.state !== 'cancelled',
        ({ to }) => to.context.stopReason === 'cancel',
      ),
      claim(
        ({ from, to }) => from.status === 'active' && to.status === 'done' && to.context.stopReason === 'cancel',
        ({ to }) => ['cancelled', 'applied'].includes(to.context.position.state),
      ),
    ],
    [
      withGuard('isCancelled', always, { spec: { depth: 1 }, commands: ['expire'] }),
      withGuard('isCancelled', never, { commands: ['cancel'] }),
    ],
  ),
  property(
    'No plan that has started ends before its sandbox is put away, or what it may have been reading is',
    [
      claim(
        ({ from, to }) =>
          to.status === 'done' &&
          from.status === 'active' &&
          (to.context.sandbox !== null || to.context.promptRecorded),
        ({ event }) => event.type.endsWith('.actor.archiveSandbox'),
      ),
    ],
    [
      withConfigAt('an end without the sandbox put away', 'finishing', state => ({ ...state, initial: 'finished' })),
      withGuard('isNotStarted', always, { commands: ['cancel'] }),
    ],
  ),
  property(
    'A strategy is edited only while it waits for a command to continue',
    [
      claim(
        ({ to, isNew }) => isNew && isInLifecycle(to, { strategize: { complete: 'resting' } }),
        ({ to }) => to.can(edit),
      ),
      claim(
        ({ to, isNew }) => isNew && !isInLifecycle(to, { strategize: { complete: 'resting' } }),
        ({ to }) => !to.can(edit),
      ),
    ],
    [
      withConfig('an edit at any time', config => ({
        ...config,
        on: {
          ...Object(config.on),
          edit: { actions: { type: 'recordEdit', params: ({ event }: { event: unknown }) => event } },
        },
      })),
    ],
  ),
  property(
    'Every resting state has a command that leads out',
    [
      claim(
        ({ to, isNew }) => isNew && to.hasTag('resting'),
        ({ to }) => everyExit.some(command => to.can(command)),
      ),
    ],
    [
      withConfigAt(
        'no cancel',
        'active',
        ({ on, ...state }) => {
          const { cancel: _, ...others } = Object(on) as Record<string, unknown>;
          return { ...state, on: others };
        },
        { commands: ['revert'] },
      ),
    ],
  ),
  property(
    'A plan that neither rests nor has ended waits for an answer, or for its turn',
    [
      claim(
        ({ to, isNew }) => isNew && to.status === 'active' && !to.hasTag('resting'),
        ({ to }) => to.can({ type: 'start' }) || Object.keys(to.children).some(id => !id.startsWith('dismissal-')),
      ),
    ],
    [
      withConfigAt('a parting that does not go on', 'finishing.finished', () => ({})),
      withConfigAt('a failure that is not recovered from', `${atWork}.recovering`, () => ({})),
    ],
  ),
];
