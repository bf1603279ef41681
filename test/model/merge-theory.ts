/** What must hold of a merge: nobody's change is passed over. */
import { type AnyEventObject, assign, type SnapshotFrom } from 'xstate';
import { type MergeInput, mergeMachine } from '../../machines/index.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import { conflictOf, idOf, specOf } from '../machines/spec.ts';
import { answering } from './answering.ts';
import type { Step, World } from './explore.ts';
import { begins, claim, emitted, isAnswerOf, outputOf, sent } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Merge = typeof mergeMachine;
type Child = MergeInput['children'][number];

const child = (name: string, baseTree = 't0'): Child => ({
  planId: idOf(name),
  goal: name,
  baseTree,
  treeOid: `t${name}`,
});
const a = conflictOf('a');
const b = conflictOf('b');
const span = { start: 0, length: 1 };
const hunk = { base: span, ours: span, theirs: span, taken: null };
const hunked = { ...a, hunks: [hunk, hunk] };
const clean = { clean: true, treeOid: 't1', folded: 1, conflicts: [], engines: {} };
const marked = { clean: false, treeOid: 't2', folded: 1, conflicts: [a, b], engines: {} };
const folds = [
  clean,
  { ...clean, folded: 2 },
  marked,
  { ...marked, clean: true, conflicts: [a] },
  { ...clean, clean: false },
];
const takes = [a, b].map(({ conflictId }) => ({ type: 'resolve', conflictId, resolution: { take: 'ours' } }));
const picks = [1, 2, 3].map(number => ({
  type: 'resolve',
  conflictId: a.conflictId,
  resolution: { take: 'hunk', hunk: number, pick: 'ours' },
}));
const settled = { treeOid: 't3', decisions: [], toolCalls: 0 };
const approval = { type: 'approval.asked', approval: {} };

function merging(
  input: Partial<MergeInput> = {},
  { fold = folds, events = [] }: { fold?: unknown[]; events?: AnyEventObject[] } = {},
): World<Merge> {
  return answering(
    {
      ...{ spec: specOf(), attempt: 1, sandbox: { key: 's', path: '/s' }, guidance: [], ours: 't0' },
      ...{ children: [child('A'), child('B')], strategy: 'threeWay', ...input },
    },
    { fold, settle: [settled] },
    { events: [...takes, { type: 'pause' }, { type: 'resume' }, ...events] },
  );
}

/** One file conflicts in two places. */
const mergingHunks = merging(
  { children: [child('A')] },
  { fold: [{ ...marked, conflicts: [hunked] }], events: [...picks, approval] },
);
const sequence = (...children: Child[]) => merging({ strategy: 'sequentialApply', children });
const chained = sequence(child('A'), child('B', 'tA'));
const laterChain = sequence(child('A', 'elsewhere'), child('B', 'tA'));
const unchained = sequence(child('A'), child('B'));
const chainedByChance = merging({ children: [child('A'), child('B', 'tA')] });

const lying = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Merge>['context'] }, params: never) => boolean,
  world = merging(),
): SeededFault<Merge> => ({ guard, machine: mergeMachine.provide({ guards: { [guard]: lie } as never }), world });

const reporting = merging({ reports: true });
/** An action that does nothing. */
const silent = (action: string, world = merging()): SeededFault<Merge> => ({
  guard: `${action}, which does nothing`,
  machine: mergeMachine.provide({ actions: { [action]: () => {} } }),
  world,
});

const isAsked = ({ context }: SnapshotFrom<Merge>) => context.reports;
const foldOf = (step: Step<Merge>) => outputOf<{ clean: boolean; conflicts: Conflict[] }>(step);
const isUnclean = (step: Step<Merge>) =>
  isAnswerOf(step, 'fold') && (foldOf(step).clean === false || foldOf(step).conflicts?.length !== 0);
const isNamed = (step: Step<Merge>) => foldOf(step).conflicts?.length !== 0;
const isLinked = (children: readonly Child[]) =>
  children.every(({ baseTree }, index) => index === 0 || baseTree === children[index - 1]?.treeOid);
const isWhole = ({ children, ours }: SnapshotFrom<Merge>['context']) =>
  isLinked(children) && children[0]?.baseTree === ours;
const isOneStep = ({ context }: SnapshotFrom<Merge>) => context.strategy === 'sequentialApply';

export const mergeTheory: Theory<Merge> = {
  machine: mergeMachine,
  worlds: [
    merging(),
    merging({ strategy: 'failOnConflict' }),
    merging({ strategy: 'lastWins' }),
    merging({ policy: 'preferOurs' }),
    merging({ policy: 'preferTheirs' }),
    merging({ policy: 'actor' }),
    merging({ children: [] }),
    reporting,
    chained,
    laterChain,
    unchained,
    chainedByChance,
    mergingHunks,
  ],
  theorems: [
    {
      theorem: 'Merged means that every child is folded and no conflict is open',
      claims: [
        claim(
          ({ to }) => to.value === 'merged',
          ({ to: { context } }) => context.conflicts.length === 0 && context.at === context.children.length,
        ),
      ],
      faults: [
        lying('hasChild', ({ context }) => context.at < 1),
        lying('hasChild', () => false),
        lying('isSettled', () => true),
      ],
    },
    {
      theorem: 'A fold that was not clean is never passed over',
      claims: [
        claim(
          step => isUnclean(step) && foldOf(step).clean === false,
          ({ to }) => to.matches({ open: 'conflicted' }) || to.value === 'failed',
        ),
        claim(
          step => isUnclean(step) && foldOf(step).clean === true,
          ({ to }) => to.matches({ open: 'conflicted' }) || to.value === 'failed',
        ),
      ],
      faults: [
        lying('isClean', () => true),
        lying('isClean', (_, { clean: isClean }: { clean: boolean }) => isClean),
        lying('isClean', (_, { conflicts }: { conflicts: Conflict[] }) => conflicts.length === 0),
      ],
    },
    {
      theorem: 'Where conflicts are refused, or none is named that could be settled, the merge fails; else it waits',
      claims: [
        claim(
          step => isUnclean(step) && step.to.context.strategy === 'failOnConflict',
          ({ to }) => to.value === 'failed' && to.context.fault !== null,
        ),
        claim(
          step => isUnclean(step) && !isNamed(step),
          ({ to }) => to.value === 'failed' && to.context.fault !== null,
        ),
        claim(
          step => isUnclean(step) && isNamed(step) && step.to.context.strategy !== 'failOnConflict',
          ({ to }) => to.matches({ open: 'conflicted' }),
        ),
      ],
      faults: [
        lying('mayNotConflict', () => false, merging({ strategy: 'failOnConflict' })),
        lying('mayNotConflict', ({ context }) => context.strategy === 'failOnConflict'),
        lying('mayNotConflict', () => true),
      ],
    },
    {
      theorem: 'Only children that built on each other, from the tree they are merged into, are taken as one',
      claims: [
        claim(
          step => begins(step) && step.to.value === 'merged' && step.to.context.children.length > 0,
          ({ to }) => isOneStep(to) && isWhole(to.context) && to.context.tree === to.context.children.at(-1)?.treeOid,
        ),
        claim(
          step => begins(step) && isOneStep(step.to) && isWhole(step.to.context),
          ({ to }) => to.value === 'merged',
        ),
        claim(
          step => begins(step) && isOneStep(step.to) && !isWhole(step.to.context),
          ({ to }) => to.matches({ open: 'folding' }),
        ),
      ],
      faults: [
        lying('isChained', () => true, merging()),
        lying('isChained', () => false, chained),
        lying('isChained', ({ context }) => isWhole(context), chainedByChance),
        lying('isChained', ({ context }) => isOneStep({ context } as never) && isLinked(context.children), laterChain),
        lying('isChained', isOneStep as never, unchained),
      ],
    },
    {
      theorem: 'A hunk is settled once, and with it a conflict only when no hunk is open',
      claims: [
        claim(
          ({ event, to }) =>
            event.type === 'resolve' && to.context.queue.some(({ resolution: { take } }) => take === 'hunk'),
          ({ to }) => {
            const keys = to.context.queue.map(({ conflictId, resolution }) =>
              resolution.take === 'hunk' ? `${conflictId}#${resolution.hunk}` : conflictId,
            );
            return new Set(keys).size === keys.length;
          },
        ),
        claim(
          step => isAnswerOf(step, 'settle') && step.from.context.conflicts.some(({ hunks }) => hunks.length > 0),
          ({ to }) =>
            to.context.conflicts.every(({ hunks }) => hunks.length === 0 || hunks.some(({ taken }) => taken === null)),
        ),
      ],
      faults: [lying('isOpen', () => true, mergingHunks)],
    },
    {
      theorem: 'A conflict is settled once at a time, and what is asked is carried out',
      claims: [
        claim(
          ({ event }) => event.type === 'resolve',
          ({ to }) => {
            const whole = to.context.queue.filter(({ resolution }) => resolution.take !== 'hunk');
            return new Set(whole.map(({ conflictId }) => conflictId)).size === whole.length;
          },
        ),
        claim(
          ({ to }) => to.matches({ open: { conflicted: 'waiting' } }),
          ({ to }) => to.context.queue.length === 0,
        ),
      ],
      faults: [lying('hasResolution', () => false), lying('isOpen', () => true)],
    },
    {
      theorem: 'What was folded or settled is what the merge goes on from, and it is told',
      claims: [
        claim(
          step => isAnswerOf(step, 'fold') && !isUnclean(step),
          step =>
            !step.to.matches({ open: 'conflicted' }) &&
            step.to.context.tree === step.event.output.treeOid &&
            step.to.context.at ===
              Math.min(step.from.context.at + step.event.output.folded, step.to.context.children.length) &&
            emitted(step, 'merge.folded').length > 0,
        ),
        claim(
          step => isAnswerOf(step, 'settle'),
          step =>
            step.to.context.tree === settled.treeOid && step.to.context.queue.length < step.from.context.queue.length,
        ),
        claim(
          ({ to }) => to.matches({ open: 'conflicted' }),
          ({ to }) => to.context.conflicts.length > 0,
        ),
        claim(
          ({ from, to }) =>
            isAsked(to) &&
            to.matches({ open: { conflicted: 'waiting' } }) &&
            !from.matches({ open: { conflicted: 'waiting' } }),
          step => sent(step).some(({ event }) => event.type === 'merge.conflicted'),
        ),
        claim(
          ({ from, to }) => from.context.reported && !to.context.reported,
          step => sent(step).some(({ event }) => event.type === 'merge.resumed'),
        ),
        claim(
          ({ from, to }) => from.context.reported && from.matches({ open: 'conflicted' }) && to.value === 'merged',
          ({ to }) => !to.context.reported,
        ),
        claim(
          ({ event }) => event.type === 'approval.asked',
          step => sent(step).some(({ event }) => event === step.event),
        ),
      ],
      faults: [
        lying('isClean', () => false),
        lying('isSettled', () => false),
        ...['keepFold', 'nextChild', 'keepSettled'].map(action => silent(action)),
        ...['reportConflicted', 'reportResumed'].map(action => silent(action, reporting)),
        silent('passOn', mergingHunks),
      ],
    },
    {
      theorem: 'An open conflict can be resolved, and a merge that fails says why',
      claims: [
        claim(
          ({ to, isNew }) => isNew && to.matches({ open: { conflicted: 'waiting' } }),
          ({ to }) =>
            to.can({
              type: 'resolve',
              conflictId: to.context.conflicts[0]?.conflictId ?? '',
              resolution: { take: 'ours' },
            }),
        ),
        claim(
          ({ event, from }) => event.type === 'resolve' && from.matches({ open: 'conflicted' }),
          ({ from, to }) => to.context.queue.length === from.context.queue.length + 1,
        ),
        claim(
          ({ to }) => to.value === 'failed',
          ({ to }) => to.context.fault !== null,
        ),
      ],
      faults: [lying('isOpen', () => false), silent('queueResolution'), silent('keepFault')],
    },
    {
      theorem: 'A resolution that could not be carried out leaves its conflict open',
      claims: [
        claim(
          ({ event }) => event.type === 'xstate.error.actor.settle',
          ({ from, to }) =>
            to.matches({ open: 'conflicted' }) &&
            to.context.conflicts.length === from.context.conflicts.length &&
            to.context.queue.every(({ conflictId }) => conflictId !== from.context.queue[0]?.conflictId),
        ),
      ],
      faults: [
        silent('reopen'),
        {
          guard: 'a failure that counts as settled',
          machine: mergeMachine.provide({
            actions: { reopen: assign({ conflicts: [], queue: [] }) },
          }),
          world: merging(),
        },
      ],
    },
  ],
};
