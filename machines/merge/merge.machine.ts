/**
 * Merges children's results, in recorded order, into the parent's own tree. A conflict is a state, not an error. The effects
 * `mergeNext` and `resolveConflict` create the trees; mergeNext merges several children at once when they changed different files.
 * 1. A child is merged only when none of its conflicts is open.
 * 2. Resolutions are carried out one at a time, each on the tree of the one before.
 * 3. It continues by itself when the last conflict is resolved, and always ends with an output.
 */
import { createMergeContext, firstPending } from './context.ts';
import { mergeSetup } from './setup.ts';

/** The merge machine. Its effects must be provided. */
export const mergeMachine = mergeSetup.createMachine({
  id: 'merge',
  options: { maxIterations: 1000 },
  context: ({ input }) => createMergeContext(input),
  initial: 'active',
  states: {
    active: {
      initial: 'selecting',
      on: { pause: '#merge.paused' },
      states: {
        selecting: {
          always: [
            { guard: 'isSequentialChain', target: '#merge.merged', actions: 'takeLastTree' },
            { guard: 'hasChild', target: 'merging' },
            { target: '#merge.merged' },
          ],
        },
        merging: {
          invoke: {
            id: 'mergeNext',
            src: 'mergeNext',
            input: ({ context }) => ({
              spec: context.spec,
              ours: context.tree,
              children: context.children.slice(context.childIndex),
              earlier: context.children.slice(0, context.childIndex),
              strategy: context.strategy,
            }),
            onDone: [
              {
                guard: { type: 'isClean', params: ({ event }) => event.output },
                target: 'selecting',
                actions: [
                  { type: 'setMerged', params: ({ event }) => ({ found: event.output }) },
                  { type: 'nextChild', params: ({ event }) => event.output },
                ],
              },
              {
                guard: { type: 'mustFailOnConflict', params: ({ event }) => event.output },
                target: '#merge.failed',
                actions: { type: 'setConflictError', params: ({ event }) => ({ found: event.output }) },
              },
              {
                target: 'conflicted',
                actions: [
                  { type: 'setMerged', params: ({ event }) => ({ found: event.output }) },
                  { type: 'setConflicts', params: ({ event }) => event.output },
                ],
              },
            ],
            onError: {
              target: '#merge.failed',
              actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
        conflicted: {
          initial: 'routing',
          on: {
            resolve: {
              guard: { type: 'canResolve', params: ({ event }) => event },
              target: '.routing',
              reenter: false,
              actions: { type: 'queueResolution', params: ({ event }) => event },
            },
          },
          states: {
            routing: {
              always: [
                {
                  guard: 'hasNoConflicts',
                  target: '#merge.active.selecting',
                  actions: ['reportResumed', { type: 'nextChild', params: { folded: 1 } }],
                },
                { guard: 'hasResolution', target: 'resolving' },
                { target: 'waiting' },
              ],
            },
            waiting: { tags: ['resting'], entry: 'reportConflicted' },
            resolving: {
              on: {
                resolve: {
                  guard: { type: 'canResolve', params: ({ event }) => event },
                  actions: { type: 'queueResolution', params: ({ event }) => event },
                },
                'approval.requested': { actions: { type: 'forward', params: ({ event }) => event } },
              },
              invoke: {
                id: 'resolveConflict',
                src: 'resolveConflict',
                input: ({ context }) => ({
                  spec: context.spec,
                  attempt: context.attempt,
                  sandbox: context.sandbox,
                  guidance: context.guidance,
                  tree: context.tree,
                  ...firstPending(context),
                }),
                onDone: {
                  target: 'routing',
                  actions: [{ type: 'setResolved', params: ({ event }) => ({ found: event.output }) }],
                },
                onError: {
                  target: 'routing',
                  actions: { type: 'reopenConflict', params: ({ event }) => ({ error: event.error }) },
                },
              },
            },
          },
        },
        resumePoint: { type: 'history', history: 'deep' },
      },
    },
    paused: { on: { resume: '#merge.active.resumePoint' } },
    merged: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { error, tree, toolCalls } }) =>
    error === null ? { outcome: 'merged', tree, toolCalls } : { outcome: 'failed', error, toolCalls },
});
