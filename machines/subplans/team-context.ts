import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { ChildTree } from '../contract.ts';
import type { Ending, MemberOutput, Rebase, TeamInput } from './protocol.ts';

/** What a team keeps of a member while it is open: its spec and its attempts live in the member's own actor. */
export interface Row {
  planId: string;
  needs: string[];
  buildsOn: string[];
  state: 'waiting' | 'started' | 'ended';
  /** It was told to end, and needs not be told again. */
  isCalledOff: boolean;
}

export interface TeamContext {
  team: number;
  /** What members start from: the base with what they build on folded in, or the result of the one before. */
  bases: 'dependencies' | 'chain';
  baseTree: string;
  rows: Row[];
  /** Results of completed plans that rows of this team need, each after those it was built on. */
  lineages: Record<string, ChildTree[]>;
  ended: MemberOutput[];
  /** Whether a slot was asked for and not yet granted. */
  asked: boolean;
}

export function freshTeam({ team, members, config, baseTree }: TeamInput): TeamContext {
  return {
    team,
    bases: config.mergeStrategy === 'sequentialApply' ? 'chain' : 'dependencies',
    baseTree,
    rows: members.map(({ spec, needs, buildsOn }) => ({
      ...{ planId: spec.planId, needs, buildsOn },
      ...{ state: 'waiting', isCalledOff: false },
    })),
    lineages: {},
    ended: [],
    asked: false,
  };
}

/** The first member that may start now. */
export function nextReady({ rows, lineages }: TeamContext): Row | undefined {
  return rows.find(
    ({ state, isCalledOff, needs }) => state === 'waiting' && !isCalledOff && needs.every(planId => planId in lineages),
  );
}

/** Where a member starts from, and what is folded into that first. */
export function startOf(
  { bases, baseTree, lineages }: TeamContext,
  { needs, buildsOn }: Row,
): { baseTree: string; startsWith: ChildTree[] } {
  if (bases === 'dependencies') return { baseTree, startsWith: built(lineages, buildsOn) };
  return { baseTree: built(lineages, needs).at(-1)?.treeOid ?? baseTree, startsWith: [] };
}

/** How a member ended, with what its result was built on when dependents have to fold that too. */
export function endingOf({ bases, rows, lineages }: TeamContext, { status, child }: MemberOutput): Ending {
  const { planId, goal } = status;
  const isSpentUp = status.error?.code === 'BUDGET_EXHAUSTED';
  if (child === null)
    return { planId, goal, state: status.state === 'failed' ? 'failed' : 'cancelled', isSpentUp, lineage: [] };
  const buildsOn = rows.find(row => row.planId === planId)?.buildsOn ?? [];
  const before = bases === 'dependencies' ? built(lineages, buildsOn) : [];
  return { planId, goal, state: 'complete', isSpentUp: false, lineage: [...before, child] };
}

/** Keeps a result if anyone here waits for it. */
export function withDependency(
  { rows, lineages }: TeamContext,
  { planId, state, lineage }: Ending,
): TeamContext['lineages'] {
  const isNeeded = state === 'complete' && rows.some(({ needs }) => needs.includes(planId));
  return isNeeded ? { ...lineages, [planId]: lineage } : lineages;
}

/** Who starts from now on starts from there; what is in it is not folded in once more. */
export function rebased({ lineages }: TeamContext, { baseTree, landed }: Rebase): Partial<TeamContext> {
  const left = Object.entries(lineages).map(
    ([planId, lineage]) => [planId, lineage.filter(child => !landed.includes(child.planId))] as const,
  );
  return { baseTree, lineages: Object.fromEntries(left) };
}

export function withState(rows: readonly Row[], planId: string, state: Row['state']): Row[] {
  return rows.map(row => (row.planId === planId ? { ...row, state } : row));
}

export function isStarted({ rows }: TeamContext, planId: string): boolean {
  return rows.some(row => row.planId === planId && row.state === 'started');
}

/** Members that have not ended and were not told to. */
export function onDuty({ rows }: TeamContext): string[] {
  return rows.filter(({ state, isCalledOff }) => state !== 'ended' && !isCalledOff).map(row => row.planId);
}

export function calledOff(rows: readonly Row[], planIds: readonly string[]): Row[] {
  return rows.map(row => (planIds.includes(row.planId) ? { ...row, isCalledOff: true } : row));
}

/** Members that can never start, because what they need did not complete. */
export function hopeless({ rows }: TeamContext, planId: string): string[] {
  return rows
    .filter(({ state, isCalledOff, needs }) => state === 'waiting' && !isCalledOff && needs.includes(planId))
    .map(row => row.planId);
}

/** What ended, in recorded order. */
export function inOrder({ rows, ended }: TeamContext): { children: ChildTree[]; statuses: SubplanStatus[] } {
  const byId = new Map(ended.map(output => [output.status.planId, output]));
  const ordered = rows.flatMap(({ planId }) => byId.get(planId) ?? []);
  return {
    children: ordered.flatMap(({ child }) => child ?? []),
    statuses: ordered.map(({ status }) => status),
  };
}

/** The results of these plans, each after those it was built on, and none twice. */
function built(lineages: TeamContext['lineages'], planIds: readonly string[]): ChildTree[] {
  const all = planIds.flatMap(planId => lineages[planId] ?? []);
  return [...new Map(all.map(child => [child.planId, child])).values()];
}
