/** Types, guards and actions of the coordinator of a group. */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { isSlotWanted, nextToResume, type SubplansContext, toShards } from './context.ts';
import type {
  BaseChange,
  ShardOutput,
  SubplanResult,
  SubplansInput,
  SubplansMachineEvent,
  SubplansOutput,
} from './events.ts';
import { resolveDependencies } from './schedule.ts';
import { shardMachine } from './shard.machine.ts';

export const subplansSetup = setup({
  types: {
    context: {} as SubplansContext,
    events: {} as SubplansMachineEvent,
    input: {} as SubplansInput,
    output: {} as SubplansOutput,
  },
  actors: { shard: shardMachine },
  guards: {
    isUnschedulable: ({ context }) => context.scheduleError !== null,
    allEnded: ({ context: { ended, total } }) => ended === total,
    /** With an exhausted budget no child can continue, so the group must not appear to be running. */
    mustCancel: ({ context: { failFast, firstFailedId, budgetExhausted } }) =>
      budgetExhausted || (failFast && firstFailedId !== null),
    /** Every shard has reported its results, and the parent is ready to receive them. */
    isCollected: ({ context: { shardOutputs, shardCount, paused, slot, reason } }) =>
      shardOutputs.length === shardCount && !paused && (slot === 'held' || reason !== null),
    canGrantSlot: ({ context }) => isSlotWanted(context) && !context.paused && context.slot === 'held',
    /** Every started child waits, and no other may start. */
    isIdle: ({ context }) =>
      context.slot === 'held' &&
      !context.paused &&
      context.running === 0 &&
      context.waiting.length > 0 &&
      !isSlotWanted(context),
    needsSlot: ({ context }) => context.slot === 'none' && !context.paused && isSlotWanted(context),
    /** All children have ended; the work on their results is not this group's. */
    needsSlotAtEnd: ({ context: { slot, paused, reason } }) => slot === 'none' && !paused && reason === null,
  },
  actions: {
    spawnShards: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'xstate.init') return;
      const { parent, members, config, baseTree } = event.input;
      const ordered = resolveDependencies(members, config);
      if (!Array.isArray(ordered)) return;
      for (const [shard, children] of toShards(ordered).entries()) {
        enqueue.spawnChild('shard', {
          id: shardId(shard),
          input: { shard, parentId: parent.planId, children, config, baseTree },
        });
      }
    }),
    enqueueSlotRequest: assign(
      ({ context: { waitingShards, waiting } }, { shard, planId }: { shard: number; planId: string | null }) =>
        planId === null
          ? { waitingShards: [...waitingShards, shard].sort((left, right) => left - right) }
          : { waiting: [...waiting.filter(each => each.planId !== planId), { shard, planId, wantsSlot: true }] },
    ),
    /** A child that withdraws its request had already released its slot. */
    recordSlotReleased: assign(
      ({ context: { waiting, running } }, { shard, planId }: { shard: number; planId: string }) => {
        const others = waiting.filter(each => each.planId !== planId);
        const held = others.length === waiting.length;
        return { waiting: [...others, { shard, planId, wantsSlot: false }], running: held ? running - 1 : running };
      },
    ),
    /** Children that waited continue before new ones start. */
    grantSlot: enqueueActions(({ context, enqueue }) => {
      const { waitingShards, waiting, running } = context;
      const back = nextToResume(context);
      enqueue.assign({ running: running + 1 });
      if (back !== undefined) {
        enqueue.assign({ waiting: waiting.filter(each => each !== back) });
        enqueue.sendTo(shardId(back.shard), { type: 'slot.granted', planId: back.planId });
        return;
      }
      enqueue.assign({ waitingShards: waitingShards.slice(1) });
      for (const shard of waitingShards.slice(0, 1))
        enqueue.sendTo(shardId(shard), { type: 'slot.granted', planId: null });
    }),
    reclaimSlot: assign(({ context }) => ({ running: context.running - 1 })),
    releaseSlot: assign({ slot: 'none' }),
    requestSlot: assign({ slot: 'wanted' }),
    sendIdle: sendParent({ type: 'subplans.idle' }),
    sendReady: sendParent({ type: 'subplans.ready' }),
    acquireSlot: assign({ slot: 'held' }),
    countFinished: assign(({ context }, { result, held }: { result: SubplanResult; held: boolean }) => ({
      ended: context.ended + 1,
      running: context.running - (held ? 1 : 0),
      waiting: context.waiting.filter(({ planId }) => planId !== result.planId),
      budgetExhausted: context.budgetExhausted || result.isBudgetExhausted,
      firstFailedId: context.firstFailedId ?? (result.state === 'complete' ? null : result.planId),
    })),
    notifyDependents: enqueueActions(({ context, enqueue }, { result }: { result: SubplanResult }) => {
      for (const shard of context.dependentShards[result.planId] ?? []) {
        enqueue.sendTo(shardId(shard), { type: 'dependency.finished', result });
      }
    }),
    setPaused: assign({ paused: true }),
    /** The plan continues, with a slot if it needs one. */
    setResumed: assign({ paused: false, slot: 'held' }),
    forward: enqueueActions(({ context, enqueue }, { type }: { type: 'pause' | 'resume' }) => {
      for (const shard of openShards(context)) enqueue.sendTo(shardId(shard), { type });
    }),
    forwardBase: enqueueActions(({ context, enqueue }, rebase: BaseChange) => {
      for (const shard of openShards(context)) enqueue.sendTo(shardId(shard), rebase);
    }),
    setCancelReason: assign((_, { reason }: { reason: string }) => ({ reason })),
    cancelAll: enqueueActions(({ context, enqueue }) => {
      const why = context.budgetExhausted
        ? 'The budget is used up'
        : `failFast: plan ${context.firstFailedId} did not complete`;
      const reason = context.reason ?? why;
      enqueue.assign({ waitingShards: [] });
      for (const shard of openShards(context)) enqueue.sendTo(shardId(shard), { type: 'cancel', reason });
    }),
    closeShards: enqueueActions(({ context, enqueue }) => {
      for (const shard of openShards(context)) enqueue.sendTo(shardId(shard), { type: 'close' });
    }),
    collectShard: enqueueActions(({ context, enqueue }, { output }: { output: ShardOutput }) => {
      enqueue.assign({ shardOutputs: [...context.shardOutputs, output] });
      enqueue.stopChild(shardId(output.shard));
    }),
  },
});

function shardId(shard: number): string {
  return `shard-${shard}`;
}

function openShards({ shardCount, shardOutputs }: SubplansContext): number[] {
  const done = new Set(shardOutputs.map(({ shard }) => shard));
  return Array.from({ length: shardCount }, (_, shard) => shard).filter(shard => !done.has(shard));
}
