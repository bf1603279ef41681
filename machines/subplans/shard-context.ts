import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { BaseChange, ChildOutput, ShardInput, SubplanResult } from './events.ts';

/** A shard's record of an unfinished child: its spec and attempts are in the child's own actor. */
export interface ShardRow {
  planId: string;
  needs: string[];
  buildsOn: string[];
  state: 'waiting' | 'started' | 'ended';
  /** Cancellation was sent and need not be sent again. */
  isCancelled: boolean;
}

export interface ShardContext {
  shard: number;
  /** The base of children: the common base with their dependencies merged in, or the result of the one before. */
  bases: 'dependencies' | 'chain';
  baseTree: string;
  rows: ShardRow[];
  /** Results of completed plans that rows of this shard need, each after those it was built on. */
  ancestorTrees: Record<string, SubplanTree[]>;
  ended: ChildOutput[];
  /** Whether a slot was requested and not granted yet. */
  slotRequested: boolean;
}

export function createShardContext({ shard, children, config, baseTree }: ShardInput): ShardContext {
  return {
    shard,
    bases: config.mergeStrategy === 'sequentialApply' ? 'chain' : 'dependencies',
    baseTree,
    rows: children.map(({ spec, needs, buildsOn }) => ({
      ...{ planId: spec.planId, needs, buildsOn },
      ...{ state: 'waiting', isCancelled: false },
    })),
    ancestorTrees: {},
    ended: [],
    slotRequested: false,
  };
}

/** Returns the first child that may start now. */
export function nextReady({ rows, ancestorTrees }: ShardContext): ShardRow | undefined {
  return rows.find(
    ({ state, isCancelled, needs }) =>
      state === 'waiting' && !isCancelled && needs.every(planId => planId in ancestorTrees),
  );
}

/** Returns the base of a child, and the results to merge into it first. */
export function startInput(
  { bases, baseTree, ancestorTrees }: ShardContext,
  { needs, buildsOn }: ShardRow,
): { baseTree: string; startsWith: SubplanTree[] } {
  if (bases === 'dependencies') return { baseTree, startsWith: builtOn(ancestorTrees, buildsOn) };
  return { baseTree: builtOn(ancestorTrees, needs).at(-1)?.treeOid ?? baseTree, startsWith: [] };
}

/** Returns the result of a child, with the results it was built on when dependents have to merge them too. */
export function toSubplanResult(
  { bases, rows, ancestorTrees }: ShardContext,
  { status, child }: ChildOutput,
): SubplanResult {
  const { planId, goal } = status;
  const isSpentUp = status.error?.code === 'BUDGET_EXHAUSTED';
  if (child === null)
    return {
      planId,
      goal,
      state: status.state === 'failed' ? 'failed' : 'cancelled',
      isBudgetExhausted: isSpentUp,
      resultTrees: [],
    };
  const buildsOn = rows.find(row => row.planId === planId)?.buildsOn ?? [];
  const before = bases === 'dependencies' ? builtOn(ancestorTrees, buildsOn) : [];
  return { planId, goal, state: 'complete', isBudgetExhausted: false, resultTrees: [...before, child] };
}

/** Stores a result if a child of this shard waits for it. */
export function withDependency(
  { rows, ancestorTrees }: ShardContext,
  { planId, state, resultTrees }: SubplanResult,
): ShardContext['ancestorTrees'] {
  const isNeeded = state === 'complete' && rows.some(({ needs }) => needs.includes(planId));
  return isNeeded ? { ...ancestorTrees, [planId]: resultTrees } : ancestorTrees;
}

/** Children that start later start from the new base; work that it contains is not merged again. */
export function withNewBase(
  { ancestorTrees }: ShardContext,
  { baseTree, appliedPlanIds }: BaseChange,
): Partial<ShardContext> {
  const left = Object.entries(ancestorTrees).map(
    ([planId, lineage]) => [planId, lineage.filter(child => !appliedPlanIds.includes(child.planId))] as const,
  );
  return { baseTree, ancestorTrees: Object.fromEntries(left) };
}

export function withState(rows: readonly ShardRow[], planId: string, state: ShardRow['state']): ShardRow[] {
  return rows.map(row => (row.planId === planId ? { ...row, state } : row));
}

export function isStarted({ rows }: ShardContext, planId: string): boolean {
  return rows.some(row => row.planId === planId && row.state === 'started');
}

/** Returns the children that have not ended and were not cancelled. */
export function activeChildren({ rows }: ShardContext): string[] {
  return rows.filter(({ state, isCancelled }) => state !== 'ended' && !isCancelled).map(row => row.planId);
}

export function markCancelled(rows: readonly ShardRow[], planIds: readonly string[]): ShardRow[] {
  return rows.map(row => (planIds.includes(row.planId) ? { ...row, isCancelled: true } : row));
}

/** Returns the children that can never start, because a dependency did not complete. */
export function neverStartable({ rows }: ShardContext, planId: string): string[] {
  return rows
    .filter(({ state, isCancelled, needs }) => state === 'waiting' && !isCancelled && needs.includes(planId))
    .map(row => row.planId);
}

/** Returns the ended children, in recorded order. */
export function inRecordedOrder({ rows, ended }: ShardContext): { children: SubplanTree[]; statuses: SubplanStatus[] } {
  const byId = new Map(ended.map(output => [output.status.planId, output]));
  const ordered = rows.flatMap(({ planId }) => byId.get(planId) ?? []);
  return {
    children: ordered.flatMap(({ child }) => child ?? []),
    statuses: ordered.map(({ status }) => status),
  };
}

/** Returns the results of these plans, each after those it was built on, without duplicates. */
function builtOn(lineages: ShardContext['ancestorTrees'], planIds: readonly string[]): SubplanTree[] {
  const all = planIds.flatMap(planId => lineages[planId] ?? []);
  return [...new Map(all.map(child => [child.planId, child])).values()];
}
