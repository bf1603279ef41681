import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import type { Member } from '../contract.ts';
import type { TeamMember } from './protocol.ts';

/** How many children one group may have: 64 teams of 64. */
export const membersMax = 4096;

/**
 * The members with what each must wait for, or why they cannot run at all. In sequence each waits for the one before, in the
 * recorded order except where a member depends on a later one; `sequentialApply` is a sequence by its nature, since each child
 * starts from the result of the one before.
 */
export function order(members: readonly Member[], config: SubplanConfig): TeamMember[] | StoredFault {
  if (members.length > membersMax) return tooMany(members.length);
  if (!isSequence(config) && config.executionMode === 'parallel')
    return members.map(({ dependsOn: _ignored, ...member }) => ({ ...member, needs: [], buildsOn: [] }));
  const refused = refusal(members);
  if (refused !== null) return refused;
  if (isSequence(config)) return chained(dependenciesFirst(members));
  return members.map(({ dependsOn, ...member }) => {
    const needs = [...new Set(dependsOn)];
    return { ...member, needs, buildsOn: needs };
  });
}

/** Each waits for the one before. What it depends on comes before that, and is folded into what it starts from. */
function chained(members: readonly Member[]): TeamMember[] {
  return members.map(({ dependsOn, ...member }, index) => {
    const before = members[index - 1]?.spec.planId;
    const buildsOn = [...new Set(dependsOn)];
    // The one before is the last that is named: with `sequentialApply` its result is what the next one starts from.
    const needs = [...buildsOn.filter(planId => planId !== before), ...(before === undefined ? [] : [before])];
    return { ...member, needs, buildsOn };
  });
}

/** The recorded order, but each after all that it depends on. There is no cycle among them. */
function dependenciesFirst(members: readonly Member[]): Member[] {
  const byId = new Map(members.map(member => [member.spec.planId, member]));
  const placed = new Set<Member>();
  const place = (member: Member) => {
    if (placed.has(member)) return;
    for (const planId of member.dependsOn) {
      const needed = byId.get(planId);
      if (needed !== undefined) place(needed);
    }
    placed.add(member);
  };
  for (const member of members) place(member);
  return [...placed];
}

export function isSequence({ executionMode, mergeStrategy }: SubplanConfig): boolean {
  return executionMode === 'sequential' || mergeStrategy === 'sequentialApply';
}

/** Takes away what can start until nothing is left; what stays behind is a cycle. */
function refusal(members: readonly Member[]): StoredFault | null {
  const known = new Set(members.map(({ spec }) => spec.planId));
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const { spec, goal, dependsOn } of members) {
    const needs = new Set(dependsOn);
    for (const needed of needs) {
      if (!known.has(needed)) return unknown(goal, needed);
      dependents.set(needed, [...(dependents.get(needed) ?? []), spec.planId]);
    }
    waiting.set(spec.planId, needs.size);
  }
  const free = [...waiting].filter(([, needs]) => needs === 0).map(([planId]) => planId);
  for (let done = free.pop(); done !== undefined; done = free.pop()) {
    waiting.delete(done);
    for (const dependent of dependents.get(done) ?? []) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) free.push(dependent);
    }
  }
  return waiting.size === 0
    ? null
    : cycle(members.filter(({ spec }) => waiting.has(spec.planId)).map(({ goal }) => goal));
}

function unknown(goal: string, needed: string): StoredFault {
  return new Fault('INVALID_DECISION', `The subplan "${goal}" depends on ${needed}, which is not one of its siblings`, {
    hints: ['troupe plan explain'],
  }).toJSON();
}

function cycle(goals: readonly string[]): StoredFault {
  return new Fault('DEPENDENCY_CYCLE', `These subplans wait for each other: ${goals.join(', ')}`, {
    hints: ['troupe plan explain'],
  }).toJSON();
}

function tooMany(count: number): StoredFault {
  return new Fault('INVALID_DECISION', `A group may have ${membersMax} subplans, and ${count} were asked for`, {
    hints: ['troupe plan explain'],
  }).toJSON();
}
