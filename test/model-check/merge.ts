/** What must hold of a merge: no change is lost. */
import { type AnyEventObject, assign, type SnapshotFrom } from 'xstate';
import { type MergeInput, mergeMachine } from '../../machines/index.ts';
import type { Conflict } from '../../src/model/conflict.ts';
import { sampleConflict, sampleSpec, ulidOf } from '../machines/fixtures.ts';
import type { Step, World } from './explore.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, emitted, invokeInputOf, isAnswerOf, isInit, outputOf, sent, takes } from './steps.ts';
import { withAnswers } from './with-answers.ts';

type Merge = typeof mergeMachine;
type Child = MergeInput['children'][number];

const child = (name: string, baseTree = 't0'): Child => ({
  planId: ulidOf(name),
  goal: name,
  baseTree,
  treeOid: `t${name}`,
});
const a = sampleConflict('a');
const b = sampleConflict('b');
const span = { start: 0, length: 1 };
const hunk = { base: span, ours: span, theirs: span, taken: null };
const hunked = { ...a, hunks: [hunk, hunk] };
const clean = { clean: true, treeOid: 't1', folded: 1, conflicts: [], engines: {} };
const marked = { clean: false, treeOid: 't2', folded: 1, conflicts: [a, b], engines: {} };
const mergeResults = [
  clean,
  { ...clean, folded: 2 },
  marked,
  { ...marked, clean: true, conflicts: [a] },
  { ...clean, clean: false },
];
const resolutions = [a, b].map(({ conflictId }) => ({ type: 'resolve', conflictId, resolution: { take: 'ours' } }));
const picks = [1, 2, 3].map(number => ({
  type: 'resolve',
  conflictId: a.conflictId,
  resolution: { take: 'hunk', hunk: number, pick: 'ours' },
}));
const resolved = { treeOid: 't3', decisions: [], toolCalls: 0 };
const approval = { type: 'approval.requested', approval: {} };

function merging(
  input: Partial<MergeInput> = {},
  { mergeNext = mergeResults, events = [] }: { mergeNext?: unknown[]; events?: AnyEventObject[] } = {},
): World<Merge> {
  return withAnswers(
    {
      ...{ spec: sampleSpec(), attempt: 1, sandbox: { key: 's', path: '/s' }, guidance: [], ours: 't0' },
      ...{ children: [child('A'), child('B')], strategy: 'threeWay', ...input },
    },
    { mergeNext, resolveConflict: [resolved] },
    { events: [...resolutions, { type: 'pause' }, { type: 'resume' }, ...events] },
  );
}

/** One file conflicts in two places. */
const mergingHunks = merging(
  { children: [child('A')] },
  { mergeNext: [{ ...marked, conflicts: [hunked] }], events: [...picks, approval] },
);
const sequence = (...children: Child[]) => merging({ strategy: 'sequentialApply', children });
const chained = sequence(child('A'), child('B', 'tA'));
const laterChain = sequence(child('A', 'elsewhere'), child('B', 'tA'));
const unchained = sequence(child('A'), child('B'));
const chainedByChance = merging({ children: [child('A'), child('B', 'tA')] });

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Merge>['context'] }, params: never) => boolean,
  world = merging(),
): SeededMutation<Merge> => ({ guard, machine: mergeMachine.provide({ guards: { [guard]: lie } as never }), world });

const reporting = merging({ reports: true });
/** An action that does nothing. */
const withoutAction = (action: string, world = merging()): SeededMutation<Merge> => ({
  guard: `${action}, which does nothing`,
  machine: mergeMachine.provide({ actions: { [action]: () => {} } }),
  world,
});

const isAsked = ({ context }: SnapshotFrom<Merge>) => context.reports;
const foldOf = (step: Step<Merge>) => outputOf<{ clean: boolean; conflicts: Conflict[] }>(step);
const isUnclean = (step: Step<Merge>) =>
  isAnswerOf(step, 'mergeNext') && (foldOf(step).clean === false || foldOf(step).conflicts?.length !== 0);
const isNamed = (step: Step<Merge>) => foldOf(step).conflicts?.length !== 0;
const isLinked = (children: readonly Child[]) =>
  children.every(({ baseTree }, index) => index === 0 || baseTree === children[index - 1]?.treeOid);
const isWhole = ({ children, ours }: SnapshotFrom<Merge>['context']) =>
  isLinked(children) && children[0]?.baseTree === ours;
const isOneStep = ({ context }: SnapshotFrom<Merge>) => context.strategy === 'sequentialApply';

export const mergeModel: Model<Merge> = {
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
  properties: [
    {
      property: 'Merged means that every child is folded and no conflict is open',
      claims: [
        claim(
          ({ to }) => to.value === 'merged',
          ({ to: { context } }) => context.conflicts.length === 0 && context.childIndex === context.children.length,
        ),
      ],
      mutations: [
        withGuard('hasChild', ({ context }) => context.childIndex < 1),
        withGuard('hasChild', () => false),
        withGuard('hasNoConflicts', () => true),
      ],
    },
    {
      property: 'A fold that was not clean is never passed over',
      claims: [
        claim(
          step => isUnclean(step) && foldOf(step).clean === false,
          ({ to }) => to.matches({ active: 'conflicted' }) || to.value === 'failed',
        ),
        claim(
          step => isUnclean(step) && foldOf(step).clean === true,
          ({ to }) => to.matches({ active: 'conflicted' }) || to.value === 'failed',
        ),
      ],
      mutations: [
        withGuard('isClean', () => true),
        withGuard('isClean', (_, { clean: isClean }: { clean: boolean }) => isClean),
        withGuard('isClean', (_, { conflicts }: { conflicts: Conflict[] }) => conflicts.length === 0),
      ],
    },
    {
      property: 'Where conflicts are rejected, or none is named that can be resolved, the merge fails; else it waits',
      claims: [
        claim(
          step => isUnclean(step) && step.to.context.strategy === 'failOnConflict',
          ({ to }) => to.value === 'failed' && to.context.error !== null,
        ),
        claim(
          step => isUnclean(step) && !isNamed(step),
          ({ to }) => to.value === 'failed' && to.context.error !== null,
        ),
        claim(
          step => isUnclean(step) && isNamed(step) && step.to.context.strategy !== 'failOnConflict',
          ({ to }) => to.matches({ active: 'conflicted' }),
        ),
      ],
      mutations: [
        withGuard('mustFailOnConflict', () => false, merging({ strategy: 'failOnConflict' })),
        withGuard('mustFailOnConflict', ({ context }) => context.strategy === 'failOnConflict'),
        withGuard('mustFailOnConflict', () => true),
      ],
    },
    {
      property: 'Only children that built on each other, from the tree they are merged into, are taken as one',
      claims: [
        claim(
          step => isInit(step) && step.to.value === 'merged' && step.to.context.children.length > 0,
          ({ to }) => isOneStep(to) && isWhole(to.context) && to.context.tree === to.context.children.at(-1)?.treeOid,
        ),
        claim(
          step => isInit(step) && isOneStep(step.to) && isWhole(step.to.context),
          ({ to }) => to.value === 'merged',
        ),
        claim(
          step => isInit(step) && isOneStep(step.to) && !isWhole(step.to.context),
          ({ to }) => to.matches({ active: 'merging' }),
        ),
      ],
      mutations: [
        withGuard('isSequentialChain', () => true, merging()),
        withGuard('isSequentialChain', () => false, chained),
        withGuard('isSequentialChain', ({ context }) => isWhole(context), chainedByChance),
        withGuard(
          'isSequentialChain',
          ({ context }) => isOneStep({ context } as never) && isLinked(context.children),
          laterChain,
        ),
        withGuard('isSequentialChain', isOneStep as never, unchained),
      ],
    },
    {
      property: 'A hunk is resolved once, and with it a conflict only when no hunk is open',
      claims: [
        claim(
          ({ event, to }) =>
            event.type === 'resolve' &&
            to.context.pendingResolutions.some(({ resolution: { take } }) => take === 'hunk'),
          ({ to }) => {
            const keys = to.context.pendingResolutions.map(({ conflictId, resolution }) =>
              resolution.take === 'hunk' ? `${conflictId}#${resolution.hunk}` : conflictId,
            );
            return new Set(keys).size === keys.length;
          },
        ),
        claim(
          step =>
            isAnswerOf(step, 'resolveConflict') && step.from.context.conflicts.some(({ hunks }) => hunks.length > 0),
          ({ to }) =>
            to.context.conflicts.every(({ hunks }) => hunks.length === 0 || hunks.some(({ taken }) => taken === null)),
        ),
      ],
      mutations: [withGuard('canResolve', () => true, mergingHunks)],
    },
    {
      property: 'A conflict has one resolution at a time, and each requested resolution runs, after a pause too',
      claims: [
        takes(({ value }) => value === 'paused', { type: 'resume' }),
        claim(
          ({ event, from }) => event.type === 'resolve' && from.matches({ active: { conflicted: 'resolving' } }),
          step => invokeInputOf(step, 'resolveConflict') === null,
        ),
        claim(
          ({ event }) => event.type === 'resolve',
          ({ to }) => {
            const whole = to.context.pendingResolutions.filter(({ resolution }) => resolution.take !== 'hunk');
            return new Set(whole.map(({ conflictId }) => conflictId)).size === whole.length;
          },
        ),
        claim(
          ({ to }) => to.matches({ active: { conflicted: 'waiting' } }),
          ({ to }) => to.context.pendingResolutions.length === 0,
        ),
      ],
      mutations: [withGuard('hasResolution', () => false), withGuard('canResolve', () => true)],
    },
    {
      property: 'The merge continues from what was merged or resolved, and emits it',
      claims: [
        claim(
          step => isAnswerOf(step, 'mergeNext') && !isUnclean(step),
          step =>
            !step.to.matches({ active: 'conflicted' }) &&
            step.to.context.tree === step.event.output.treeOid &&
            step.to.context.childIndex ===
              Math.min(step.from.context.childIndex + step.event.output.folded, step.to.context.children.length) &&
            emitted(step, 'merge.child_merged').length > 0,
        ),
        claim(
          step => isAnswerOf(step, 'resolveConflict'),
          step =>
            step.to.context.tree === resolved.treeOid &&
            step.to.context.pendingResolutions.length < step.from.context.pendingResolutions.length,
        ),
        claim(
          ({ to }) => to.matches({ active: 'conflicted' }),
          ({ to }) => to.context.conflicts.length > 0,
        ),
        claim(
          ({ from, to }) =>
            isAsked(to) &&
            to.matches({ active: { conflicted: 'waiting' } }) &&
            !from.matches({ active: { conflicted: 'waiting' } }),
          step => sent(step).some(({ event }) => event.type === 'merge.conflicted'),
        ),
        claim(
          ({ from, to }) => from.context.reported && !to.context.reported,
          step => sent(step).some(({ event }) => event.type === 'merge.resumed'),
        ),
        claim(
          ({ from, to }) => from.context.reported && from.matches({ active: 'conflicted' }) && to.value === 'merged',
          ({ to }) => !to.context.reported,
        ),
        claim(
          ({ event }) => event.type === 'approval.requested',
          step => sent(step).some(({ event }) => event === step.event),
        ),
      ],
      mutations: [
        withGuard('isClean', () => false),
        withGuard('hasNoConflicts', () => false),
        ...['setMerged', 'nextChild', 'setResolved'].map(action => withoutAction(action)),
        ...['reportConflicted', 'reportResumed'].map(action => withoutAction(action, reporting)),
        withoutAction('forward', mergingHunks),
      ],
    },
    {
      property: 'An open conflict can be resolved, and a merge that fails says why',
      claims: [
        claim(
          ({ to, isNew }) => isNew && to.matches({ active: { conflicted: 'waiting' } }),
          ({ to }) =>
            to.can({
              type: 'resolve',
              conflictId: to.context.conflicts[0]?.conflictId ?? '',
              resolution: { take: 'ours' },
            }),
        ),
        claim(
          ({ event, from }) => event.type === 'resolve' && from.matches({ active: 'conflicted' }),
          ({ from, to }) => to.context.pendingResolutions.length === from.context.pendingResolutions.length + 1,
        ),
        claim(
          ({ to }) => to.value === 'failed',
          ({ to }) => to.context.error !== null,
        ),
      ],
      mutations: [withGuard('canResolve', () => false), withoutAction('queueResolution'), withoutAction('setError')],
    },
    {
      property: 'A resolution that could not be carried out leaves its conflict open',
      claims: [
        claim(
          ({ event }) => event.type === 'xstate.error.actor.resolveConflict',
          ({ from, to }) =>
            to.matches({ active: 'conflicted' }) &&
            to.context.conflicts.length === from.context.conflicts.length &&
            to.context.pendingResolutions.every(
              ({ conflictId }) => conflictId !== from.context.pendingResolutions[0]?.conflictId,
            ),
        ),
      ],
      mutations: [
        withoutAction('reopenConflict'),
        {
          guard: 'a failure that counts as resolved',
          machine: mergeMachine.provide({
            actions: { reopenConflict: assign({ conflicts: [], pendingResolutions: [] }) },
          }),
          world: merging(),
        },
      ],
    },
  ],
};
