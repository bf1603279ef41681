/** Theorems: how a plan is called back and ends, what it waits for, what it says of itself. */
import { waits } from '../../machines/plan/idling.ts';
import { specOf } from '../machines/spec.ts';
import { everyCommand } from './plan-answers.ts';
import { changed, changedAt, doing, lying, no, yes } from './plan-lies.ts';
import {
  alive,
  arrives,
  asks,
  enters,
  isIn,
  isMoved,
  isNewAttempt,
  isWorking,
  mayWait,
  processing,
  type Snapshot,
  theorem,
  turnsTo,
} from './plan-steps.ts';
import { planWorld } from './plan-world.ts';
import { judged } from './plan-worlds.ts';
import { claim, isAnswerOf, outcomeOf } from './steps.ts';

const edit = everyCommand.find(({ type }) => type === 'edit') as Parameters<Snapshot['can']>[0];
const everyWayOut = [
  { type: 'execute' as const },
  { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true },
  { type: 'approve' as const },
  { type: 'resume' as const },
  { type: 'cancel' as const, reason: 'enough' },
];
const isMerging = ({ from, to }: { from: Snapshot; to: Snapshot }) => enters({ from, to }, processing('placing'));
const isBack = ({ from, to }: { from: Snapshot; to: Snapshot }) => isWorking(to) && isIn(from, 'resuming');
const atWork = 'open.alive.execute.processing';

export const lifeTheorems = [
  theorem(
    'A plan goes back at most three times',
    [
      claim(
        ({ from, to }) => to.context.reversionCount > from.context.reversionCount,
        ({ from, to }) =>
          to.context.reversionCount <= 3 && to.context.reversionCount === from.context.reversionCount + 1,
      ),
    ],
    [lying('mayRevert', yes, { commands: ['revert'] })],
  ),
  theorem(
    'Nothing leaves a final state',
    [
      claim(
        ({ from }) => ['applied', 'cancelled'].includes(from.context.place.state),
        step => !isMoved(step),
      ),
      claim(
        ({ to, isNew }) => isNew && to.status === 'done',
        ({ to }) => !everyCommand.some(command => to.can(command as never)),
      ),
    ],
    [
      changed('a way back from applied', config => ({
        ...config,
        states: {
          ...Object(config.states),
          applied: { ...Object(Object(config.states).applied), on: { revert: '#plan.open' } },
        },
      })),
    ],
  ),
  theorem(
    'What has landed is never cancelled',
    [
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) === 'landed',
        ({ to }) => !to.matches('recalling'),
      ),
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) === 'landed' && step.from.context.recall === 'cancel',
        ({ to }) => ['applied', 'constrained'].includes(to.context.place.state),
      ),
      claim(
        step => isAnswerOf(step, 'apply') && outcomeOf(step) !== 'landed' && step.from.context.recall === 'cancel',
        ({ to }) => to.matches('recalling'),
      ),
    ],
    [lying('isWithdrawn', yes), lying('isWithdrawn', no, { commands: ['cancel'] })],
  ),
  theorem(
    'The message of the commit is asked for of a root plan that names who writes it, and never keeps its result back',
    [
      claim(
        step => enters(step, processing('describing')),
        ({ to: { context } }) =>
          context.spec.depth === 0 && context.spec.actors.apply !== null && context.resultTree !== null,
      ),
      claim(
        step => isAnswerOf(step, 'describe') && alive(step.from, processing('describing')),
        ({ to }) => alive(to, processing('reconciling')) && to.context.commitMessage !== null,
      ),
      claim(
        step =>
          isAnswerOf(step, 'review') &&
          step.to.context.spec.depth === 0 &&
          step.to.context.spec.actors.apply !== null &&
          step.to.context.changeSet?.files.length !== 0,
        ({ to }) => alive(to, processing('describing')),
      ),
    ],
    [
      lying('needsMessage', yes),
      lying('needsMessage', no, { spec: { actors: judged } }),
      lying('needsMessage', yes, { spec: { depth: 1, actors: judged } }),
      changedAt(
        'a message that failed fails the plan',
        `${atWork}.describing`,
        ({ invoke, ...state }) => ({ ...state, invoke: { ...Object(invoke), onDone: 'recovering' } }),
        { spec: { actors: judged } },
      ),
    ],
  ),
  theorem(
    'Only conflicts that are open are ever resolved',
    [
      claim(
        ({ event }) => event.type === 'resolve',
        ({ from, event, to }) =>
          from.context.conflicts.some(({ conflictId }) => conflictId === event.conflictId) &&
          event.conflictId in to.context.resolutions,
      ),
    ],
    [lying('isOpenConflict', yes, { commands: ['resolve'] })],
  ),
  theorem(
    'A child asks nobody: it rests only in a conflict or a pause, and never applies',
    [
      claim(
        ({ to }) => to.context.spec.depth > 0 && to.hasTag('resting'),
        ({ to }) => ['conflicted', 'paused'].includes(to.context.place.state),
      ),
      claim(
        step => step.to.context.spec.depth > 0 && isMoved(step),
        ({ to }) => to.context.place.phase !== 'apply',
      ),
      claim(
        step => step.to.context.spec.depth > 0 && arrives(step, 'execute', 'complete'),
        ({ to }) => to.matches('parting'),
      ),
    ],
    [lying('isChild', no, { spec: { depth: 1 } })],
  ),
  theorem(
    'Only a child ends by failing, or because its time is over; a root plan waits for a person',
    [
      claim(
        ({ from, event }) => event.type === 'expire' && !from.matches('recalling'),
        ({ to }) => to.context.spec.depth > 0,
      ),
      claim(
        ({ from, to }) => to.matches('failed') && from.status === 'active',
        ({ to }) => to.context.spec.depth > 0 || to.context.recall !== null,
      ),
    ],
    [lying('isChild', yes, { commands: ['expire'] })],
  ),
  theorem(
    'A plan that needs a slot begins, and goes on after a rest, only when it has one, and works only while it has or wants one',
    [
      claim(
        step => step.to.context.gated && !waits(step.to.context) && (isWorking(step.to) || isMerging(step)),
        ({ to }) => to.context.slot !== 'none',
      ),
      claim(
        step => step.to.context.gated && !waits(step.to.context) && (isBack(step) || isMerging(step)),
        ({ to }) => to.context.slot === 'held',
      ),
    ],
    [
      lying('lostSlot', no, { gated: true, commands: ['pause', 'resume'] }),
      lying('needsSlot', no, { gated: true, commands: ['resolve'] }),
      lying('needsSlot', no, { gated: true, spec: { depth: 1 }, commands: ['resolve'] }),
    ],
  ),
  theorem(
    'A plan that waits for a person, an agent or its subplans holds no slot, and is given none before it can go on',
    [
      claim(
        ({ to }) => to.context.gated && waits(to.context),
        ({ to }) => to.context.slot === 'none',
      ),
      claim(
        ({ from, event, to }) => to.context.gated && event.type === 'start' && from.context.slot !== to.context.slot,
        ({ to }) => to.context.slot === 'held' && !waits(to.context),
      ),
    ],
    [
      lying('wantsSlot', yes, { gated: true, asks: true }),
      {
        ...doing('a plan that keeps its slot while it waits', 'report'),
        world: planWorld({ gated: true, asks: true, commands: ['start', 'execute'] }),
      },
    ],
  ),
  theorem(
    'A plan that has its slot back goes on, and is not asked for one that it has',
    [
      claim(
        step =>
          turnsTo(step, { resuming: { admitting: 'waiting' } }) ||
          (enters(step, { execute: { processing: { admitting: 'waiting' } } }) && !isIn(step.from, 'resuming')),
        ({ to }) => to.context.gated && to.context.slot !== 'held',
      ),
    ],
    [lying('lostSlot', yes, { commands: ['pause', 'resume'] }), lying('needsSlot', yes, { commands: ['resolve'] })],
  ),
  theorem(
    'Tags say what the context says',
    [
      claim(
        ({ isNew }) => isNew,
        ({ to }) =>
          [...to.tags].every(tag => {
            const [kind, word] = tag.split(':');
            if (kind === 'phase') return word === to.context.place.phase;
            return kind !== 'state' || word === to.context.place.state;
          }),
      ),
      claim(
        ({ to, isNew }) => isNew && !to.matches('recalling') && !to.matches('parting') && isIn(to, 'alive'),
        ({ to }) => to.hasTag(`state:${to.context.place.state}`) || alive(to, { apply: 'entering' }),
      ),
    ],
    [
      changedAt('a state that says it is elsewhere', 'completed', state => ({ ...state, tags: ['state:applied'] }), {
        spec: { depth: 1 },
      }),
      changedAt(
        'a state that does not say where it is',
        'open.alive.execute.conflicted',
        ({ entry: _, ...state }) => state,
      ),
      lying('isApplied', yes, { spec: { depth: 1 } }),
      lying('isComplete', yes, { spec: { depth: 1 } }),
    ],
  ),
  theorem(
    'Of two executes at once one is heard',
    [
      claim(
        ({ to, isNew }) =>
          isNew &&
          to.context.hurried &&
          to.context.place.phase === 'strategize' &&
          isIn(to, 'alive') &&
          !to.hasTag('resting'),
        ({ to }) => !to.can({ type: 'execute' }),
      ),
    ],
    [lying('isThinking', yes)],
  ),
  theorem(
    'A group is formed only of members, and always of those there are',
    [
      claim(
        step => isAnswerOf(step, 'enlist'),
        ({ event, to }) =>
          to.context.grouped === event.output.members.length > 0 && 'subplans' in to.children === to.context.grouped,
      ),
    ],
    [lying('hasMembers', yes), lying('hasMembers', no)],
  ),
  theorem(
    'Nobody is asked for a plan that is not at work, and nothing is waited for by one',
    [
      claim(
        ({ to }) => (to.context.approvals?.length ?? 0) > 0,
        ({ to }) => asks(to),
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
        ({ event, to }) => event.type === 'step.completed' && to.context.place.state === 'processing',
        ({ event, to }) => to.context.lastCompletedStep >= event.step,
      ),
    ],
    [
      changedAt('work that ends and leaves its question', `${atWork}.working`, state => ({ ...state, exit: [] }), {
        asks: true,
      }),
      changedAt('checks that end and are waited for', `${atWork}.validating`, state => ({ ...state, exit: [] }), {
        waits: true,
      }),
      changedAt(
        'thinking that ends and is waited for',
        'open.alive.strategize.processing.working',
        state => ({ ...state, exit: [] }),
        {
          waits: true,
        },
      ),
      changedAt(
        'a guess that ends and is waited for',
        'open.alive.strategize.processing.estimating',
        ({ exit: _, ...state }) => state,
        {
          waits: true,
          spec: { actors: { ...specOf().actors, estimation: 'local/guess' } },
        },
      ),
      doing('a step that is not kept', 'keepStep', () => {}, { waits: true }),
    ],
  ),
  theorem(
    'A plan is called back only by someone, and each attempt after the first comes of a reversion or a correction',
    [
      claim(
        ({ from, to }) => to.matches('recalling') && !from.matches('recalling'),
        ({ to }) => to.context.recall !== null,
      ),
      claim(
        isNewAttempt,
        ({ from, event }) => event.type === 'revert' || from.context.recall === 'revert' || isIn(from, 'correcting'),
      ),
    ],
    [lying('isRecalled', yes), lying('isReverting', yes, { commands: ['cancel'] })],
  ),
  theorem(
    'A reversion that nothing crosses leads back to Strategize with a new attempt',
    [
      claim(
        ({ from, event, to }) => event.type === 'revert' && !('subplans' in from.children) && to.context.part === null,
        step => alive(step.to, { strategize: 'queued' }) && isNewAttempt(step) && step.to.context.sandbox === null,
      ),
    ],
    [lying('isReverting', no, { commands: ['revert'] })],
  ),
  theorem(
    'Cancelled means that someone cancelled it, and whoever is cancelled ends so',
    [
      claim(
        ({ from, to }) => to.context.place.state === 'cancelled' && from.context.place.state !== 'cancelled',
        ({ to }) => to.context.recall === 'cancel',
      ),
      claim(
        ({ from, to }) => from.status === 'active' && to.status === 'done' && to.context.recall === 'cancel',
        ({ to }) => ['cancelled', 'applied'].includes(to.context.place.state),
      ),
    ],
    [
      lying('isCancelled', yes, { spec: { depth: 1 }, commands: ['expire'] }),
      lying('isCancelled', no, { commands: ['cancel'] }),
    ],
  ),
  theorem(
    'No plan ends before its sandbox is put away, nor one called back before what it may have been looking at is',
    [
      claim(
        ({ from, to }) =>
          to.status === 'done' &&
          from.status === 'active' &&
          (to.context.sandbox !== null || (to.context.recall !== null && to.context.rooted)),
        ({ event }) => event.type.endsWith('.actor.dismiss'),
      ),
    ],
    [lying('hasNoSandbox', yes), lying('isUntouched', yes, { commands: ['cancel'] })],
  ),
  theorem(
    'A strategy is edited only while it waits for somebody to go on',
    [
      claim(
        ({ to, isNew }) => isNew && alive(to, { strategize: { complete: 'resting' } }),
        ({ to }) => to.can(edit),
      ),
      claim(
        ({ to, isNew }) => isNew && !alive(to, { strategize: { complete: 'resting' } }),
        ({ to }) => !to.can(edit),
      ),
    ],
    [
      changed('an edit at any time', config => ({
        ...config,
        on: {
          ...Object(config.on),
          edit: { actions: { type: 'keepEdit', params: ({ event }: { event: unknown }) => event } },
        },
      })),
    ],
  ),
  theorem(
    'Every resting state has a command that leads out',
    [
      claim(
        ({ to, isNew }) => isNew && to.hasTag('resting'),
        ({ to }) => everyWayOut.some(command => to.can(command)),
      ),
    ],
    [
      changedAt(
        'no cancel',
        'open',
        ({ on, ...state }) => {
          const { cancel: _, ...others } = Object(on) as Record<string, unknown>;
          return { ...state, on: others };
        },
        { commands: ['revert'] },
      ),
    ],
  ),
  theorem(
    'A plan that neither rests nor has ended waits for an answer, or for its turn',
    [
      claim(
        ({ to, isNew }) => isNew && to.status === 'active' && !to.hasTag('resting'),
        ({ to }) => to.can({ type: 'start' }) || Object.keys(to.children).some(id => !id.startsWith('dismissal-')),
      ),
    ],
    [
      changedAt('a parting that does not go on', 'parting.deciding', () => ({})),
      changedAt('a failure that is not recovered from', `${atWork}.recovering`, () => ({})),
    ],
  ),
];
