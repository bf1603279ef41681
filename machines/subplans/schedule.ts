import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import type { SubplanSpec } from '../effects.ts';
import type { ScheduledChild } from './events.ts';

/** How many children one group may have: 64 shards of 64. */
export const childrenMax = 4096;

/**
 * The members with what each must wait for, or why they cannot run at all. In sequence each waits for the one before, in the
 * recorded order except where a member depends on a later one; `sequentialApply` is a sequence by its nature, since each child
 * starts from the result of the one before.
 */
export function resolveDependencies(
  members: readonly SubplanSpec[],
  config: SubplanConfig,
): ScheduledChild[] | SerializedError {
  if (members.length > childrenMax) return tooManySubplansError(members.length);
  if (!isSequence(config) && config.executionMode === 'parallel')
    return members.map(({ dependsOn: _ignored, ...member }) => ({ ...member, needs: [], buildsOn: [] }));
  const error = dependencyError(members);
  if (error !== null) return error;
  if (isSequence(config)) return toSequence(dependenciesFirst(members));
  return members.map(({ dependsOn, ...member }) => {
    const needs = [...new Set(dependsOn)];
    return { ...member, needs, buildsOn: needs };
  });
}

/** Each waits for the one before. What it depends on comes before that, and is folded into what it starts from. */
function toSequence(members: readonly SubplanSpec[]): ScheduledChild[] {
  return members.map(({ dependsOn, ...member }, index) => {
    const before = members[index - 1]?.spec.planId;
    const buildsOn = [...new Set(dependsOn)];
    // The one before is the last that is named: with `sequentialApply` its result is what the next one starts from.
    const needs = [...buildsOn.filter(planId => planId !== before), ...(before === undefined ? [] : [before])];
    return { ...member, needs, buildsOn };
  });
}

/** The recorded order, but each after all that it depends on. There is no cycle among them. */
function dependenciesFirst(members: readonly SubplanSpec[]): SubplanSpec[] {
  const byId = new Map(members.map(member => [member.spec.planId, member]));
  const ordered = new Set<SubplanSpec>();
  const visit = (member: SubplanSpec) => {
    if (ordered.has(member)) return;
    for (const planId of member.dependsOn) {
      const needed = byId.get(planId);
      if (needed !== undefined) visit(needed);
    }
    ordered.add(member);
  };
  for (const member of members) visit(member);
  return [...ordered];
}

export function isSequence({ executionMode, mergeStrategy }: SubplanConfig): boolean {
  return executionMode === 'sequential' || mergeStrategy === 'sequentialApply';
}

/** Takes away what can start until nothing is left; what stays behind is a cycle. */
function dependencyError(members: readonly SubplanSpec[]): SerializedError | null {
  const siblings = new Set(members.map(({ spec }) => spec.planId));
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const { spec, goal, dependsOn } of members) {
    const needs = new Set(dependsOn);
    for (const needed of needs) {
      if (!siblings.has(needed)) return unknownDependencyError(goal, needed);
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
    : cycleError(members.filter(({ spec }) => waiting.has(spec.planId)).map(({ goal }) => goal));
}

function unknownDependencyError(goal: string, needed: string): SerializedError {
  return new TroupeError(
    'INVALID_DECISION',
    `The subplan "${goal}" depends on ${needed}, which is not one of its siblings`,
    {
      hints: ['troupe plan explain'],
    },
  ).toJSON();
}

function cycleError(goals: readonly string[]): SerializedError {
  return new TroupeError('DEPENDENCY_CYCLE', `These subplans wait for each other: ${goals.join(', ')}`, {
    hints: ['troupe plan explain'],
  }).toJSON();
}

function tooManySubplansError(count: number): SerializedError {
  return new TroupeError('INVALID_DECISION', `A group may have ${childrenMax} subplans, and ${count} were asked for`, {
    hints: ['troupe plan explain'],
  }).toJSON();
}
