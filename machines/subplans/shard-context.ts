import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { BaseChange, ChildOutput, ShardInput, SubplanResult } from './events.ts';

/** What a shard keeps of a member while it is open: its spec and its attempts live in the member's own actor. */
export interface ShardRow {
  planId: string;
  needs: string[];
  buildsOn: string[];
  state: 'waiting' | 'started' | 'ended';
  /** It was told to end, and needs not be told again. */
  isCancelled: boolean;
}

export interface ShardContext {
  shard: number;
  /** What members start from: the base with what they build on folded in, or the result of the one before. */
  bases: 'dependencies' | 'chain';
  baseTree: string;
  rows: ShardRow[];
  /** Results of completed plans that rows of this shard need, each after those it was built on. */
  ancestorTrees: Record<string, SubplanTree[]>;
  ended: ChildOutput[];
  /** Whether a slot was asked for and not yet granted. */
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

/** The first member that may start now. */
export function nextReady({ rows, ancestorTrees }: ShardContext): ShardRow | undefined {
  return rows.find(
    ({ state, isCancelled, needs }) =>
      state === 'waiting' && !isCancelled && needs.every(planId => planId in ancestorTrees),
  );
}

/** Where a member starts from, and what is folded into that first. */
export function startInput(
  { bases, baseTree, ancestorTrees }: ShardContext,
  { needs, buildsOn }: ShardRow,
): { baseTree: string; startsWith: SubplanTree[] } {
  if (bases === 'dependencies') return { baseTree, startsWith: builtOn(ancestorTrees, buildsOn) };
  return { baseTree: builtOn(ancestorTrees, needs).at(-1)?.treeOid ?? baseTree, startsWith: [] };
}

/** How a member ended, with what its result was built on when dependents have to fold that too. */
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

/** Keeps a result if anyone here waits for it. */
export function withDependency(
  { rows, ancestorTrees }: ShardContext,
  { planId, state, resultTrees }: SubplanResult,
): ShardContext['ancestorTrees'] {
  const isNeeded = state === 'complete' && rows.some(({ needs }) => needs.includes(planId));
  return isNeeded ? { ...ancestorTrees, [planId]: resultTrees } : ancestorTrees;
}

/** Who starts from now on starts from there; what is in it is not folded in once more. */
export function withNewBase({ ancestorTrees }: ShardContext, { baseTree, landed }: BaseChange): Partial<ShardContext> {
  const left = Object.entries(ancestorTrees).map(
    ([planId, lineage]) => [planId, lineage.filter(child => !landed.includes(child.planId))] as const,
  );
  return { baseTree, ancestorTrees: Object.fromEntries(left) };
}

export function withState(rows: readonly ShardRow[], planId: string, state: ShardRow['state']): ShardRow[] {
  return rows.map(row => (row.planId === planId ? { ...row, state } : row));
}

export function isStarted({ rows }: ShardContext, planId: string): boolean {
  return rows.some(row => row.planId === planId && row.state === 'started');
}

/** Members that have not ended and were not told to. */
export function activeChildren({ rows }: ShardContext): string[] {
  return rows.filter(({ state, isCancelled }) => state !== 'ended' && !isCancelled).map(row => row.planId);
}

export function markCancelled(rows: readonly ShardRow[], planIds: readonly string[]): ShardRow[] {
  return rows.map(row => (planIds.includes(row.planId) ? { ...row, isCancelled: true } : row));
}

/** Members that can never start, because what they need did not complete. */
export function neverStartable({ rows }: ShardContext, planId: string): string[] {
  return rows
    .filter(({ state, isCancelled, needs }) => state === 'waiting' && !isCancelled && needs.includes(planId))
    .map(row => row.planId);
}

/** What ended, in recorded order. */
export function inRecordedOrder({ rows, ended }: ShardContext): { children: SubplanTree[]; statuses: SubplanStatus[] } {
  const byId = new Map(ended.map(output => [output.status.planId, output]));
  const ordered = rows.flatMap(({ planId }) => byId.get(planId) ?? []);
  return {
    children: ordered.flatMap(({ child }) => child ?? []),
    statuses: ordered.map(({ status }) => status),
  };
}

/** The results of these plans, each after those it was built on, and none twice. */
function builtOn(lineages: ShardContext['ancestorTrees'], planIds: readonly string[]): SubplanTree[] {
  const all = planIds.flatMap(planId => lineages[planId] ?? []);
  return [...new Map(all.map(child => [child.planId, child])).values()];
}
