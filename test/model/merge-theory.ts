/** What must hold of a merge: nobody's change is passed over. */
import { mergeMachine } from '../../machines/index.ts';
import { conflictOf, idOf, specOf } from '../machines/spec.ts';
import { answering, lyingAtOnce } from './answering.ts';
import type { Theory } from './theorem.ts';

const child = (name: string) => ({ planId: idOf(name), goal: name, baseTree: 't0', treeOid: `t${name}` });
const a = conflictOf('a');
const b = conflictOf('b');
const span = { start: 0, length: 1 };
const hunk = { base: span, ours: span, theirs: span, taken: null };
const hunked = { ...a, hunks: [hunk, hunk] };
const clean = { clean: true, treeOid: 't1', folded: 1, conflicts: [], engines: {} };
const marked = { clean: false, treeOid: 't2', folded: 1, conflicts: [a, b], engines: {} };
const takes = [a, b].map(({ conflictId }) => ({ type: 'resolve', conflictId, resolution: { take: 'ours' } }));
const picks = [1, 2, 3].map(number => ({
  type: 'resolve',
  conflictId: a.conflictId,
  resolution: { take: 'hunk', hunk: number, pick: 'ours' },
}));
/** A merge in which one file conflicts in two places. */
const mergingHunks = answering<typeof mergeMachine>(
  {
    spec: specOf(),
    attempt: 1,
    sandbox: { key: 's', path: '/s' },
    guidance: [],
    ours: 't0',
    children: [child('A')],
    strategy: 'threeWay',
  },
  { fold: [{ ...marked, conflicts: [hunked] }], settle: [{ treeOid: 't3', decisions: [], toolCalls: 0 }] },
  { events: [...picks, ...takes.slice(0, 1)] },
);
const merging = (input: object) =>
  answering<typeof mergeMachine>(
    {
      spec: specOf(),
      attempt: 1,
      sandbox: { key: 's', path: '/s' },
      guidance: [],
      ours: 't0',
      children: [child('A'), child('B')],
      strategy: 'threeWay',
      ...input,
    },
    {
      fold: [clean, { ...clean, folded: 2 }, marked, { ...clean, clean: false }],
      settle: [{ treeOid: 't3', decisions: [], toolCalls: 0 }],
    },
    { events: [...takes, { type: 'pause' }, { type: 'resume' }] },
  );

export const mergeTheory: Theory<typeof mergeMachine> = {
  machine: mergeMachine,
  worlds: [
    merging({}),
    merging({ strategy: 'failOnConflict' }),
    merging({ strategy: 'lastWins' }),
    merging({ policy: 'preferOurs' }),
    merging({ policy: 'actor' }),
    merging({ strategy: 'sequentialApply' }),
    mergingHunks,
  ],
  theorems: [
    {
      theorem: 'Merged means that every child is folded and no conflict is open',
      broken: ({ to }) =>
        to.value === 'merged' && (to.context.conflicts.length > 0 || to.context.at !== to.context.children.length),
      faults: [
        {
          guard: 'hasChild',
          machine: mergeMachine.provide({ guards: { hasChild: ({ context }) => context.at < 1 } }),
          world: merging({}),
        },
        {
          guard: 'isSettled',
          machine: mergeMachine.provide({ guards: { isSettled: () => true } }),
          world: merging({}),
        },
      ],
    },
    {
      theorem: 'A fold that was not clean is never passed over',
      broken: ({ event, to }) =>
        (event.output as { clean?: boolean } | undefined)?.clean === false && to.matches({ open: 'folding' }),
      faults: [
        { guard: 'isClean', machine: mergeMachine.provide({ guards: { isClean: () => true } }), world: merging({}) },
      ],
    },
    {
      theorem: 'Where conflicts are refused, none is ever waited for',
      broken: ({ to }) => to.context.strategy === 'failOnConflict' && to.matches({ open: 'conflicted' }),
      faults: [
        {
          guard: 'mayNotConflict',
          machine: mergeMachine.provide({ guards: { mayNotConflict: () => false } }),
          world: merging({ strategy: 'failOnConflict' }),
        },
      ],
    },
    {
      theorem: 'Only children that built on each other are taken as one',
      broken: ({ from, to }) =>
        from.matches('nowhere' as never) && to.value === 'merged' && to.context.strategy !== 'sequentialApply',
      faults: [lyingAtOnce('isChained', mergeMachine.provide({ guards: { isChained: () => true } }), merging({}))],
    },
    {
      theorem: 'A hunk is settled once, and with it a conflict only when no hunk is open',
      broken: ({ to }) => {
        const keys = to.context.queue.map(({ conflictId, resolution }) =>
          resolution.take === 'hunk' ? `${conflictId}#${resolution.hunk}` : conflictId,
        );
        const settled = to.context.conflicts.some(
          ({ hunks }) => hunks.length > 0 && hunks.every(({ taken }) => taken !== null),
        );
        return settled || new Set(keys).size < keys.length;
      },
      faults: [
        { guard: 'isOpen', machine: mergeMachine.provide({ guards: { isOpen: () => true } }), world: mergingHunks },
      ],
    },
    {
      theorem: 'A conflict is settled once at a time',
      broken: ({ to }) => {
        const whole = to.context.queue.filter(({ resolution }) => resolution.take !== 'hunk');
        return new Set(whole.map(({ conflictId }) => conflictId)).size < whole.length;
      },
      faults: [
        {
          guard: 'hasResolution',
          machine: mergeMachine.provide({ guards: { hasResolution: () => true } }),
          world: merging({}),
        },

        { guard: 'isOpen', machine: mergeMachine.provide({ guards: { isOpen: () => true } }), world: merging({}) },
      ],
    },
  ],
};
