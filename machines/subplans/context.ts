import { commandHint } from '../../src/model/command-hint.ts';
import { type ErrorCode, type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { ScheduledChild, ShardOutput, SubplansInput, SubplansOutput } from './events.ts';
import { isSequence, resolveDependencies } from './schedule.ts';

/** Maximum children per shard: more children under one supervisor cost more than another supervisor. */
export const shardSize = 64;

export interface WaitingChild {
  shard: number;
  planId: string;
  wantsSlot: boolean;
}

export interface SubplansContext {
  parentId: string;
  /** The number of children, and how many of them have ended. */
  total: number;
  ended: number;
  failFast: boolean;
  /** The children are attempts at one goal: one that completes is enough. */
  choosesOne: boolean;
  /** Maximum number of children working at the same time, and the current number. */
  slots: number;
  running: number;
  /**
   * Children that released their slot to wait, and whether they are ready to continue; ready ones in the order of
   * their requests.
   */
  waiting: WaitingChild[];
  /** A waiting child keeps its slot: children share their parent's sandbox, and only one may use it. */
  sharesSandbox: boolean;
  /** The plan's own slot for the whole group. Without it no child continues or starts. */
  slot: 'none' | 'wanted' | 'held';
  /** Shards that request a slot, by number, lowest first. */
  waitingShards: number[];
  /** Which shards wait for a plan of another shard. */
  dependentShards: Record<string, number[]>;
  /** The first plan that ended without completing. */
  firstFailedId: string | null;
  /** Whether a plan ended because the shared budget is exhausted. */
  budgetExhausted: boolean;
  paused: boolean;
  /** Why the group was cancelled; null when it was not. */
  reason: string | null;
  /** Why the group cannot run at all. */
  scheduleError: SerializedError | null;
  shardCount: number;
  shardOutputs: ShardOutput[];
}

export function createSubplansContext(input: SubplansInput): SubplansContext {
  const ordered = resolveDependencies(input.members, input.config);
  const members = Array.isArray(ordered) ? ordered : [];
  return {
    parentId: input.parent.planId,
    total: members.length,
    ended: 0,
    failFast: input.config.failFast,
    choosesOne: input.config.mergeStrategy === 'chooseOne',
    slots: isSequence(input.config) ? 1 : input.config.maxParallel,
    running: 0,
    waiting: [],
    sharesSandbox: input.members.some(({ spec }) => (spec.sandboxOf ?? null) !== null),
    slot: 'held',
    waitingShards: [],
    dependentShards: dependentShardsOf(toShards(members)),
    firstFailedId: null,
    budgetExhausted: false,
    paused: false,
    reason: null,
    scheduleError: Array.isArray(ordered) ? null : ordered,
    shardCount: Math.ceil(members.length / shardSize),
    shardOutputs: [],
  };
}

/** Returns the number of slots for children that have not started. */
export function freeSlots({ slots, running, waiting, sharesSandbox }: SubplansContext): number {
  return slots - running - (sharesSandbox ? waiting.length : 0);
}

/** Returns the first waiting child that is ready to continue, if there is a slot for it. */
export function nextToResume({ slots, running, waiting }: SubplansContext): WaitingChild | undefined {
  return running < slots ? waiting.find(({ wantsSlot }) => wantsSlot) : undefined;
}

/** Returns whether a child is ready to work but has no slot. */
export function isSlotWanted(context: SubplansContext): boolean {
  return nextToResume(context) !== undefined || (context.waitingShards.length > 0 && freeSlots(context) > 0);
}

export function toShards(members: readonly ScheduledChild[]): ScheduledChild[][] {
  const count = Math.ceil(members.length / shardSize);
  return Array.from({ length: count }, (_, shard) => members.slice(shard * shardSize, (shard + 1) * shardSize));
}

export function subplansOutput({
  scheduleError,
  shardOutputs,
  reason,
  parentId,
  choosesOne,
}: SubplansContext): SubplansOutput {
  const ordered = [...shardOutputs].sort((left, right) => left.shard - right.shard);
  const children: SubplanTree[] = ordered.flatMap(shard => shard.children);
  const statuses: SubplanStatus[] = ordered.flatMap(shard => shard.statuses);
  if (scheduleError !== null) return { outcome: 'failed', error: scheduleError, children, statuses };
  if (reason !== null) return { outcome: 'cancelled', reason, children, statuses };
  const incomplete = statuses.filter(({ state }) => state !== 'complete');
  if (incomplete.length === 0 || (choosesOne && children.length > 0))
    return { outcome: 'complete', children, statuses };
  return { outcome: 'failed', error: subplansFailedError(parentId, incomplete, statuses.length), children, statuses };
}

function dependentShardsOf(shards: readonly ScheduledChild[][]): Record<string, number[]> {
  const shardOf = new Map(shards.flatMap((members, shard) => members.map(({ spec }) => [spec.planId, shard] as const)));
  const watchers: Record<string, number[]> = {};
  for (const [shard, members] of shards.entries()) {
    for (const planId of new Set(members.flatMap(({ needs }) => needs))) {
      if (shardOf.get(planId) !== shard) watchers[planId] = [...(watchers[planId] ?? []), shard];
    }
  }
  return watchers;
}

const namedMax = 10;

/** Limits of the plan as a whole, which a retry would reach again: their error codes are kept. */
const planLimitCodes: readonly ErrorCode[] = ['OUT_OF_SCOPE', 'DEPTH_LIMIT', 'DEPENDENCY_CYCLE'];

/** Returns the limit that made every subplan fail; null when there are other causes. */
function sharedLimit(incomplete: readonly SubplanStatus[]): ErrorCode | null {
  const codes = new Set(incomplete.flatMap(({ error }) => error?.code ?? []));
  const [code] = codes;
  return codes.size === 1 && code !== undefined && planLimitCodes.includes(code) ? code : null;
}

function subplansFailedError(parentId: string, incomplete: readonly SubplanStatus[], total: number): SerializedError {
  const budgetError = incomplete.find(({ error }) => error?.code === 'BUDGET_EXHAUSTED')?.error ?? null;
  if (budgetError !== null) {
    const message = `${budgetError.message}: ${incomplete.length} of ${total} subplans did not complete`;
    return { ...budgetError, message, hints: [commandHint('plan tree', { planId: parentId }), ...budgetError.hints] };
  }
  const details = {
    subplans: incomplete.map(({ planId, goal, state, error }) => ({ planId, goal, state, code: error?.code ?? null })),
  };
  const named = incomplete
    .slice(0, namedMax)
    .map(({ goal, error }) => `"${goal}" (${error?.code ?? 'CANCELLED'}: ${error?.message ?? ''})`);
  const more = incomplete.length > namedMax ? ` and ${incomplete.length - namedMax} more` : '';
  const message = `${incomplete.length} of ${total} subplans did not complete: ${named.join(', ')}${more}`;
  const code = sharedLimit(incomplete);
  if (code !== null) {
    const hints = [
      commandHint('plan tree', { planId: parentId }),
      commandHint('plan revert'),
      commandHint('plan explain'),
    ];
    return new TroupeError(code, message, { where: `plan ${parentId}`, hints, details }).toJSON();
  }
  return new TroupeError('SUBPLANS_FAILED', message, {
    where: `plan ${parentId}`,
    hints: [
      commandHint('plan tree', { planId: parentId }),
      commandHint('plan explain', { planId: parentId }),
      commandHint('plan execute', { planId: parentId }),
    ],
    retriable: incomplete.some(({ state, error }) => state === 'failed' && error?.retriable === true),
    details,
  }).toJSON();
}
