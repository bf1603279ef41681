import { Fault, type FaultCode, type StoredFault } from '../../src/model/fault.ts';
import type { SubplanStatus } from '../../src/model/subplan.ts';
import type { ChildTree } from '../contract.ts';
import { isSequence, order } from './order.ts';
import type { SubplansInput, SubplansOutput, TeamMember, TeamOutput } from './protocol.ts';

/** How many members a team has at most: more children under one supervisor cost more than another supervisor. */
export const teamSize = 64;

export interface Away {
  team: number;
  planId: string;
  wants: boolean;
}

export interface SubplansContext {
  parentId: string;
  /** How many members there are, and how many of them have ended. */
  total: number;
  ended: number;
  failFast: boolean;
  /** How many may be at work at once, and how many are. */
  slots: number;
  atWork: number;
  /** Members that gave their slot back to wait, and whether they could go on by now; those that could in the order of asking. */
  away: Away[];
  /** A waiting member keeps its place: members work in the one sandbox of their parent, and only one may be in it. */
  isShared: boolean;
  /** What the plan above has for all of them. Without it no member continues or starts. */
  slot: 'none' | 'wanted' | 'held';
  /** Teams that want a slot, by number, lowest first. */
  wanting: number[];
  /** Which teams wait for a plan of another team. */
  watchers: Record<string, number[]>;
  /** The first plan that ended without completing. */
  broken: string | null;
  /** Whether a plan ended because the budget they all live on is used up. */
  spentUp: boolean;
  held: boolean;
  /** Why the group was cancelled; null while it was not. */
  reason: string | null;
  /** Why the group cannot run at all. */
  refusal: StoredFault | null;
  teams: number;
  closed: TeamOutput[];
}

export function freshGroup(input: SubplansInput): SubplansContext {
  const ordered = order(input.members, input.config);
  const members = Array.isArray(ordered) ? ordered : [];
  return {
    parentId: input.parent.planId,
    total: members.length,
    ended: 0,
    failFast: input.config.failFast,
    slots: isSequence(input.config) ? 1 : input.config.maxParallel,
    atWork: 0,
    away: [],
    isShared: input.members.some(({ spec }) => (spec.sandboxOf ?? null) !== null),
    slot: 'held',
    wanting: [],
    watchers: watchersOf(teamsOf(members)),
    broken: null,
    spentUp: false,
    held: false,
    reason: null,
    refusal: Array.isArray(ordered) ? null : ordered,
    teams: Math.ceil(members.length / teamSize),
    closed: [],
  };
}

/** Slots for members that are yet to start. */
export function freeSlots({ slots, atWork, away, isShared }: SubplansContext): number {
  return slots - atWork - (isShared ? away.length : 0);
}

/** The first member that has waited and could go on, where there is room for it. */
export function nextBack({ slots, atWork, away }: SubplansContext): Away | undefined {
  return atWork < slots ? away.find(({ wants }) => wants) : undefined;
}

/** Whether anybody could be at work who is not. */
export function isWanted(context: SubplansContext): boolean {
  return nextBack(context) !== undefined || (context.wanting.length > 0 && freeSlots(context) > 0);
}

export function teamsOf(members: readonly TeamMember[]): TeamMember[][] {
  const count = Math.ceil(members.length / teamSize);
  return Array.from({ length: count }, (_, team) => members.slice(team * teamSize, (team + 1) * teamSize));
}

export function outcomeOf({ refusal, closed, reason, parentId }: SubplansContext): SubplansOutput {
  const ordered = [...closed].sort((left, right) => left.team - right.team);
  const children: ChildTree[] = ordered.flatMap(team => team.children);
  const statuses: SubplanStatus[] = ordered.flatMap(team => team.statuses);
  if (refusal !== null) return { outcome: 'failed', fault: refusal, children, statuses };
  if (reason !== null) return { outcome: 'cancelled', reason, children, statuses };
  const broken = statuses.filter(({ state }) => state !== 'complete');
  if (broken.length === 0) return { outcome: 'complete', children, statuses };
  return { outcome: 'failed', fault: subplansFailed(parentId, broken, statuses.length), children, statuses };
}

function watchersOf(teams: readonly TeamMember[][]): Record<string, number[]> {
  const home = new Map(teams.flatMap((members, team) => members.map(({ spec }) => [spec.planId, team] as const)));
  const watchers: Record<string, number[]> = {};
  for (const [team, members] of teams.entries()) {
    for (const planId of new Set(members.flatMap(({ needs }) => needs))) {
      if (home.get(planId) !== team) watchers[planId] = [...(watchers[planId] ?? []), team];
    }
  }
  return watchers;
}

const namedMax = 10;

/** Limits of the plan as a whole, which another try of the subplan would meet again: they keep their names. */
const limits: readonly FaultCode[] = ['OUT_OF_SCOPE', 'DEPTH_LIMIT', 'DEPENDENCY_CYCLE'];

/** The one limit that every subplan failed by; null where there are others. */
function sharedBy(broken: readonly SubplanStatus[]): FaultCode | null {
  const codes = new Set(broken.flatMap(({ error }) => error?.code ?? []));
  const [code] = codes;
  return codes.size === 1 && code !== undefined && limits.includes(code) ? code : null;
}

function subplansFailed(parentId: string, broken: readonly SubplanStatus[], total: number): StoredFault {
  const spentUp = broken.find(({ error }) => error?.code === 'BUDGET_EXHAUSTED')?.error ?? null;
  if (spentUp !== null) {
    const message = `${spentUp.message}: ${broken.length} of ${total} subplans did not complete`;
    return { ...spentUp, message, hints: [`troupe plan tree ${parentId}`, ...spentUp.hints] };
  }
  const details = {
    subplans: broken.map(({ planId, goal, state, error }) => ({ planId, goal, state, code: error?.code ?? null })),
  };
  const named = broken
    .slice(0, namedMax)
    .map(({ goal, error }) => `"${goal}" (${error?.code ?? 'CANCELLED'}: ${error?.message ?? ''})`);
  const more = broken.length > namedMax ? ` and ${broken.length - namedMax} more` : '';
  const message = `${broken.length} of ${total} subplans did not complete: ${named.join(', ')}${more}`;
  const code = sharedBy(broken);
  if (code !== null) {
    const hints = [`troupe plan tree ${parentId}`, 'troupe plan revert', 'troupe plan explain'];
    return new Fault(code, message, { where: `plan ${parentId}`, hints, details }).toJSON();
  }
  return new Fault('SUBPLANS_FAILED', message, {
    where: `plan ${parentId}`,
    hints: [`troupe plan tree ${parentId}`, `troupe plan explain ${parentId}`, `troupe plan execute ${parentId}`],
    retriable: broken.some(({ state, error }) => state === 'failed' && error?.retriable === true),
    details,
  }).toJSON();
}
