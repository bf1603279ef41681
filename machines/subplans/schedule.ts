import { commandHint } from '../../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { GroupConfig } from '../../src/model/subplan.ts';
import type { SubplanSpec } from '../effects.ts';
import type { ScheduledChild } from './events.ts';

/** Maximum children per group: 64 shards of 64. */
export const childrenMax = 4096;

/**
 * Returns the children with their dependencies, or why they cannot run at all. In sequence, each child waits for the
 * one before, in recorded order unless a child depends on a later one. `sequentialApply` is always a sequence,
 * because each child starts from the result of the one before.
 */
export function resolveDependencies(
  members: readonly SubplanSpec[],
  config: GroupConfig,
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

/** Each child waits for the one before. Its dependencies come earlier and are merged into its base. */
function toSequence(members: readonly SubplanSpec[]): ScheduledChild[] {
  return members.map(({ dependsOn, ...member }, index) => {
    const before = members[index - 1]?.spec.planId;
    const buildsOn = [...new Set(dependsOn)];
    // The previous child comes last: with `sequentialApply` its result is the base of the next.
    const needs = [...buildsOn.filter(planId => planId !== before), ...(before === undefined ? [] : [before])];
    return { ...member, needs, buildsOn };
  });
}

/** Recorded order, but each child after its dependencies. The input has no cycle. */
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

export function isSequence({ executionMode, mergeStrategy }: GroupConfig): boolean {
  return executionMode === 'sequential' || mergeStrategy === 'sequentialApply';
}

/** Removes children that can start until none is left; the remaining ones form a cycle. */
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
      hints: [commandHint('plan explain')],
    },
  ).toJSON();
}

function cycleError(goals: readonly string[]): SerializedError {
  return new TroupeError('DEPENDENCY_CYCLE', `These subplans wait for each other: ${goals.join(', ')}`, {
    hints: [commandHint('plan explain')],
  }).toJSON();
}

function tooManySubplansError(count: number): SerializedError {
  return new TroupeError('INVALID_DECISION', `A group may have ${childrenMax} subplans, and ${count} were asked for`, {
    hints: [commandHint('plan explain')],
  }).toJSON();
}
