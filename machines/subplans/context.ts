import { type ErrorCode, type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { ScheduledChild, ShardOutput, SubplansInput, SubplansOutput } from './events.ts';
import { isSequence, resolveDependencies } from './schedule.ts';

/** How many members a shard has at most: more children under one supervisor cost more than another supervisor. */
export const shardSize = 64;

export interface WaitingChild {
  shard: number;
  planId: string;
  wantsSlot: boolean;
}

export interface SubplansContext {
  parentId: string;
  /** How many members there are, and how many of them have ended. */
  total: number;
  ended: number;
  failFast: boolean;
  /** How many may be at work at once, and how many are. */
  slots: number;
  running: number;
  /** Members that gave their slot back to wait, and whether they could go on by now; those that could in the order of asking. */
  waiting: WaitingChild[];
  /** A waiting member keeps its place: members work in the one sandbox of their parent, and only one may be in it. */
  sharesSandbox: boolean;
  /** What the plan above has for all of them. Without it no member continues or starts. */
  slot: 'none' | 'wanted' | 'held';
  /** Teams that want a slot, by number, lowest first. */
  waitingShards: number[];
  /** Which shards wait for a plan of another shard. */
  dependentShards: Record<string, number[]>;
  /** The first plan that ended without completing. */
  firstFailedId: string | null;
  /** Whether a plan ended because the budget they all live on is used up. */
  budgetExhausted: boolean;
  paused: boolean;
  /** Why the group was cancelled; null while it was not. */
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

/** Slots for members that are yet to start. */
export function freeSlots({ slots, running, waiting, sharesSandbox }: SubplansContext): number {
  return slots - running - (sharesSandbox ? waiting.length : 0);
}

/** The first member that has waited and could go on, where there is room for it. */
export function nextToResume({ slots, running, waiting }: SubplansContext): WaitingChild | undefined {
  return running < slots ? waiting.find(({ wantsSlot }) => wantsSlot) : undefined;
}

/** Whether anybody could be at work who is not. */
export function isSlotWanted(context: SubplansContext): boolean {
  return nextToResume(context) !== undefined || (context.waitingShards.length > 0 && freeSlots(context) > 0);
}

export function toShards(members: readonly ScheduledChild[]): ScheduledChild[][] {
  const count = Math.ceil(members.length / shardSize);
  return Array.from({ length: count }, (_, shard) => members.slice(shard * shardSize, (shard + 1) * shardSize));
}

export function subplansOutput({ scheduleError, shardOutputs, reason, parentId }: SubplansContext): SubplansOutput {
  const ordered = [...shardOutputs].sort((left, right) => left.shard - right.shard);
  const children: SubplanTree[] = ordered.flatMap(shard => shard.children);
  const statuses: SubplanStatus[] = ordered.flatMap(shard => shard.statuses);
  if (scheduleError !== null) return { outcome: 'failed', error: scheduleError, children, statuses };
  if (reason !== null) return { outcome: 'cancelled', reason, children, statuses };
  const incomplete = statuses.filter(({ state }) => state !== 'complete');
  if (incomplete.length === 0) return { outcome: 'complete', children, statuses };
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

/** Limits of the plan as a whole, which another try of the subplan would meet again: they keep their names. */
const planLimitCodes: readonly ErrorCode[] = ['OUT_OF_SCOPE', 'DEPTH_LIMIT', 'DEPENDENCY_CYCLE'];

/** The one limit that every subplan failed by; null where there are others. */
function sharedLimit(incomplete: readonly SubplanStatus[]): ErrorCode | null {
  const codes = new Set(incomplete.flatMap(({ error }) => error?.code ?? []));
  const [code] = codes;
  return codes.size === 1 && code !== undefined && planLimitCodes.includes(code) ? code : null;
}

function subplansFailedError(parentId: string, incomplete: readonly SubplanStatus[], total: number): SerializedError {
  const budgetError = incomplete.find(({ error }) => error?.code === 'BUDGET_EXHAUSTED')?.error ?? null;
  if (budgetError !== null) {
    const message = `${budgetError.message}: ${incomplete.length} of ${total} subplans did not complete`;
    return { ...budgetError, message, hints: [`troupe plan tree ${parentId}`, ...budgetError.hints] };
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
    const hints = [`troupe plan tree ${parentId}`, 'troupe plan revert', 'troupe plan explain'];
    return new TroupeError(code, message, { where: `plan ${parentId}`, hints, details }).toJSON();
  }
  return new TroupeError('SUBPLANS_FAILED', message, {
    where: `plan ${parentId}`,
    hints: [`troupe plan tree ${parentId}`, `troupe plan explain ${parentId}`, `troupe plan execute ${parentId}`],
    retriable: incomplete.some(({ state, error }) => state === 'failed' && error?.retriable === true),
    details,
  }).toJSON();
}
