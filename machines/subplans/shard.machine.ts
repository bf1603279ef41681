/**
 * A shard: up to 64 children of one group, started in order when the coordinator grants a slot. Decides which child is next
 * and which children a failed one makes impossible. Does not count slots: the coordinator does, for all shards.
 * 1. A child starts only after all its dependencies have completed, and at most one per granted slot.
 * 2. Children that depend on a plan that did not complete are cancelled with that reason.
 * 3. It stays until the coordinator closes it, so that the results of its children are stored in one place only.
 */
import { assign, enqueueActions, setup } from 'xstate';
import { childMachine } from './child.machine.ts';
import type { BaseChange, ChildOutput, ShardInput, ShardMachineEvent, ShardOutput, SubplanResult } from './events.ts';
import {
  activeChildren,
  createShardContext,
  inRecordedOrder,
  isStarted,
  markCancelled,
  neverStartable,
  nextReady,
  type ShardContext,
  startInput,
  toSubplanResult,
  withDependency,
  withNewBase,
  withState,
} from './shard-context.ts';

type ChildEnded = { output: ChildOutput };

export const shardMachine = setup({
  types: {
    context: {} as ShardContext,
    events: {} as ShardMachineEvent,
    input: {} as ShardInput,
    output: {} as ShardOutput,
  },
  actors: { child: childMachine },
  guards: { isForOneChild: (_, { planId }: { planId: string | null }) => planId !== null },
  actions: {
    /** The specs go to the children; the shard stores only their ids. */
    spawnChildren: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'xstate.init') return;
      const { parentId, children, config } = event.input;
      const { timeoutSeconds, retryFailed, maxRetries, retryDelayMs } = config;
      for (const { spec, decisionId, goal, reusedTree } of children) {
        enqueue.spawnChild('child', {
          id: spec.planId,
          input: {
            parentId,
            spec,
            decisionId,
            goal,
            reusedTree,
            limits: { timeoutSeconds, retryFailed, maxRetries, retryDelayMs },
          },
        });
      }
    }),
    startNext: enqueueActions(({ context, enqueue }) => {
      const next = nextReady(context);
      if (next === undefined) {
        enqueue.assign({ slotRequested: false });
        enqueue.sendParent({ type: 'slot.declined' });
        return;
      }
      enqueue.assign({ slotRequested: false, rows: withState(context.rows, next.planId, 'started') });
      enqueue.sendTo(next.planId, { type: 'start', ...startInput(context, next) });
    }),
    requestSlot: enqueueActions(({ context, enqueue }) => {
      if (context.slotRequested || nextReady(context) === undefined) return;
      enqueue.assign({ slotRequested: true });
      enqueue.sendParent({ type: 'slot.requested', shard: context.shard, planId: null });
    }),
    recordResult: assign(({ context }, { output }: ChildEnded) => ({
      ended: [...context.ended, output],
      ancestorTrees: withDependency(context, toSubplanResult(context, output)),
    })),
    /** The child's slot is released after the shard has requested the next: so the lowest shard that requests it gets it. */
    sendResult: enqueueActions(({ context, enqueue }, { output }: ChildEnded) => {
      const { planId } = output.status;
      enqueue.sendParent({
        type: 'child.finished',
        result: toSubplanResult(context, output),
        held: output.hasSlot,
      });
      enqueue.assign({ rows: withState(context.rows, planId, 'ended') });
      enqueue.stopChild(planId);
    }),
    forwardSlotRequest: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) =>
      enqueue.sendParent({ type: 'slot.requested', shard: context.shard, planId }),
    ),
    forwardSlotRelease: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) =>
      enqueue.sendParent({ type: 'slot.released', shard: context.shard, planId }),
    ),
    /** Declines a slot for a child that has ended in the meantime. */
    forwardSlot: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) => {
      if (isStarted(context, planId)) enqueue.sendTo(planId, { type: 'slot.granted' });
      else enqueue.sendParent({ type: 'slot.declined' });
    }),
    recordDependency: assign(({ context }, { result }: { result: SubplanResult }) => ({
      ancestorTrees: withDependency(context, result),
    })),
    cancelUnstartable: enqueueActions(({ context, enqueue }, { result }: { result: SubplanResult }) => {
      if (result.state === 'complete') return;
      const reason = `It depends on "${result.goal}", which ended ${result.state}`;
      const unstartable = neverStartable(context, result.planId);
      enqueue.assign({ rows: markCancelled(context.rows, unstartable) });
      for (const planId of unstartable) enqueue.sendTo(planId, { type: 'cancel', reason });
    }),
    cancelAll: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) => {
      const all = activeChildren(context);
      enqueue.assign({ rows: markCancelled(context.rows, all) });
      for (const planId of all) enqueue.sendTo(planId, { type: 'cancel', reason });
    }),
    rebase: assign(({ context }, rebase: BaseChange) => withNewBase(context, rebase)),
    pauseChildren: enqueueActions(({ context, enqueue }) => {
      for (const planId of startedChildren(context)) enqueue.sendTo(planId, { type: 'pause' });
    }),
    resumeChildren: enqueueActions(({ context, enqueue }) => {
      for (const planId of startedChildren(context)) enqueue.sendTo(planId, { type: 'resume' });
    }),
  },
}).createMachine({
  id: 'shard',
  options: { maxIterations: 1000 },
  context: ({ input }) => createShardContext(input),
  initial: 'working',
  states: {
    working: {
      entry: ['spawnChildren', 'requestSlot'],
      on: {
        'slot.granted': [
          {
            guard: { type: 'isForOneChild', params: ({ event }) => event },
            actions: { type: 'forwardSlot', params: ({ event }) => ({ planId: event.planId ?? '' }) },
          },
          { actions: ['startNext', 'requestSlot'] },
        ],
        'slot.requested': { actions: { type: 'forwardSlotRequest', params: ({ event }) => event } },
        'slot.released': { actions: { type: 'forwardSlotRelease', params: ({ event }) => event } },
        'xstate.done.actor.*': {
          actions: [
            { type: 'recordResult', params: ({ event }) => event },
            {
              type: 'cancelUnstartable',
              params: ({ context, event }) => ({ result: toSubplanResult(context, event.output) }),
            },
            'requestSlot',
            { type: 'sendResult', params: ({ event }) => event },
          ],
        },
        'dependency.finished': {
          actions: [
            { type: 'recordDependency', params: ({ event }) => event },
            { type: 'cancelUnstartable', params: ({ event }) => event },
            'requestSlot',
          ],
        },
        rebase: { actions: { type: 'rebase', params: ({ event }) => event } },
        cancel: { actions: { type: 'cancelAll', params: ({ event }) => event } },
        pause: { actions: 'pauseChildren' },
        resume: { actions: 'resumeChildren' },
        close: 'closed',
      },
    },
    closed: { type: 'final' },
  },
  output: ({ context }) => ({ shard: context.shard, ...inRecordedOrder(context) }),
});

function startedChildren({ rows }: ShardContext): string[] {
  return rows.filter(({ state }) => state === 'started').map(({ planId }) => planId);
}
