/**
 * Merge: children's results folded, in recorded order, into the parent's own tree. A conflict is a state, not an error.
 * Owns the order, the conflicts of the child at hand and how they are settled. Does not touch files: `fold` and `settle`
 * make trees of trees. Children that do not meet are folded several at a time.
 * 1. A child counts as folded only when none of its conflicts is open.
 * 2. Resolutions are carried out one at a time, each on the tree the one before made.
 * 3. It goes on by itself when the last conflict is settled, and always ends with an outcome.
 */
import { begin, firstPending } from './context.ts';
import { mergeSetup } from './setup.ts';

const conflicted = mergeSetup.createStateConfig({
  initial: 'deciding',
  on: {
    resolve: {
      guard: { type: 'isOpen', params: ({ event }) => event },
      target: '.deciding',
      reenter: false,
      actions: { type: 'queueResolution', params: ({ event }) => event },
    },
  },
  states: {
    deciding: {
      always: [
        {
          guard: 'isSettled',
          target: '#merge.open.choosing',
          actions: ['reportResumed', { type: 'nextChild', params: { folded: 1 } }],
        },
        { guard: 'hasResolution', target: 'settling' },
        { target: 'waiting' },
      ],
    },
    waiting: { tags: ['resting'], entry: 'reportConflicted' },
    settling: {
      on: {
        resolve: {
          guard: { type: 'isOpen', params: ({ event }) => event },
          actions: { type: 'queueResolution', params: ({ event }) => event },
        },
        'approval.asked': { actions: { type: 'passOn', params: ({ event }) => event } },
      },
      invoke: {
        id: 'settle',
        src: 'settle',
        input: ({ context }) => ({
          spec: context.spec,
          attempt: context.attempt,
          sandbox: context.sandbox,
          guidance: context.guidance,
          tree: context.tree,
          ...firstPending(context),
        }),
        onDone: {
          target: 'deciding',
          actions: [{ type: 'keepSettled', params: ({ event }) => ({ found: event.output }) }],
        },
        onError: { target: 'deciding', actions: { type: 'reopen', params: ({ event }) => ({ error: event.error }) } },
      },
    },
  },
});

const open = mergeSetup.createStateConfig({
  initial: 'choosing',
  on: { pause: '#merge.paused' },
  states: {
    choosing: {
      always: [
        { guard: 'isChained', target: '#merge.merged', actions: 'takeLast' },
        { guard: 'hasChild', target: 'folding' },
        { target: '#merge.merged' },
      ],
    },
    folding: {
      invoke: {
        id: 'fold',
        src: 'fold',
        input: ({ context }) => ({
          spec: context.spec,
          ours: context.tree,
          children: context.children.slice(context.at),
          earlier: context.children.slice(0, context.at),
          strategy: context.strategy,
        }),
        onDone: [
          {
            guard: { type: 'isClean', params: ({ event }) => event.output },
            target: 'choosing',
            actions: [
              { type: 'keepFold', params: ({ event }) => ({ found: event.output }) },
              { type: 'nextChild', params: ({ event }) => event.output },
            ],
          },
          {
            guard: { type: 'mayNotConflict', params: ({ event }) => event.output },
            target: '#merge.failed',
            actions: { type: 'keepConflictFault', params: ({ event }) => ({ found: event.output }) },
          },
          {
            target: 'conflicted',
            actions: [
              { type: 'keepFold', params: ({ event }) => ({ found: event.output }) },
              { type: 'keepConflicts', params: ({ event }) => event.output },
            ],
          },
        ],
        onError: {
          target: '#merge.failed',
          actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    conflicted,
    before: { type: 'history', history: 'deep' },
  },
});

export const mergeMachine = mergeSetup.createMachine({
  id: 'merge',
  options: { maxIterations: 1000 },
  context: ({ input }) => begin(input),
  initial: 'open',
  states: {
    open,
    paused: { on: { resume: '#merge.open.before' } },
    merged: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { fault, tree, toolCalls } }) =>
    fault === null ? { outcome: 'merged', tree, toolCalls } : { outcome: 'failed', fault, toolCalls },
});
