/**
 * What a spawn may request: nothing less strict than its plan, and nothing that contradicts the other spawns of its
 * group. Each check returns the field and the reason; null means that the spawn is allowed.
 */
import { type DecisionDraft, isSpawn, SpawnPayload } from './decision.ts';
import type { PlanSpec } from './plan.ts';
import { type GlobMatcher, isPlainPath, isScopeWithin, normalizeScope } from './scope.ts';
import type { Isolation } from './setup.ts';
import type { MergeStrategy, SubplanConfig } from './subplan.ts';

/** A recorded spawn decision, as its siblings see it. */
export interface RecordedSpawn {
  decisionId: string;
  payload: SpawnPayload;
}

/** Returns the spawns among decisions. @throws {ZodError} for a spawn decision with an invalid payload */
export function spawnsIn(
  decisions: readonly Pick<DecisionDraft, 'decisionId' | 'type' | 'payload'>[],
): RecordedSpawn[] {
  return decisions
    .filter(({ type }) => isSpawn(type))
    .map(({ decisionId, payload }) => ({ decisionId, payload: SpawnPayload.parse(payload) }));
}

type Settings = Pick<SpawnPayload, 'goal' | 'parallel' | 'maxParallel' | 'mergeStrategy' | 'isolation'>;
type Targets = Pick<SpawnPayload, 'resourceScopes' | 'projectRef'>;
type Parent = Pick<PlanSpec, 'resourceScopes' | 'projectLinks'>;

/** Strategies that may replace each strategy without losing an edit it would keep, or hiding a conflict it reports. */
const stricterMerging: Record<MergeStrategy, readonly MergeStrategy[]> = {
  lastWins: ['threeWay', 'sequentialApply', 'failOnConflict'],
  threeWay: ['sequentialApply', 'failOnConflict'],
  sequentialApply: [],
  failOnConflict: [],
};

/** A worktree separates subplans; a copy also keeps them out of the repository. */
const stricterIsolation: Record<Isolation, readonly Isolation[]> = {
  none: ['worktree', 'copy'],
  worktree: ['copy'],
  copy: [],
};

/**
 * Returns why a spawn may not join its group. `parallel` is only a permission, which `executionMode: sequential`
 * overrules, so it is always strict enough.
 */
export function settingProblem(
  requested: Settings,
  config: SubplanConfig,
  siblings: readonly Settings[],
): string | null {
  return looserThan(requested, config) ?? contradiction(requested, siblings);
}

function looserThan({ maxParallel, mergeStrategy, isolation }: Settings, config: SubplanConfig): string | null {
  if (maxParallel !== null && maxParallel > config.maxParallel) {
    return `maxParallel: ${maxParallel} is more than the ${config.maxParallel} that the action allows`;
  }
  if (mergeStrategy !== null && mergeStrategy !== config.mergeStrategy) {
    const stricter = stricterMerging[config.mergeStrategy];
    if (!stricter.includes(mergeStrategy)) return tooLoose('mergeStrategy', mergeStrategy, config, stricter);
  }
  if (isolation !== undefined && isolation !== config.isolation) {
    const stricter = stricterIsolation[config.isolation];
    if (!stricter.includes(isolation)) return tooLoose('isolation', isolation, config, stricter);
  }
  return null;
}

function tooLoose<Key extends 'mergeStrategy' | 'isolation'>(
  key: Key,
  requested: SubplanConfig[Key],
  config: SubplanConfig,
  stricter: readonly SubplanConfig[Key][],
): string {
  const allowed = [config[key], ...stricter].join(', ');
  return `${key}: ${requested} is looser than the action's ${config[key]}; a subplan may ask for ${allowed}`;
}

function contradiction(requested: Settings, siblings: readonly Settings[]): string | null {
  for (const key of ['maxParallel', 'mergeStrategy', 'parallel'] as const) {
    const value = requested[key];
    const other = siblings.find(each => each[key] !== null && each[key] !== value);
    if (value === null || other === undefined) continue;
    return `${key}: ${value} contradicts ${other[key]}, which the subplan "${other.goal}" of the same group asks for`;
  }
  return null;
}

/** Returns why a spawn's targets are not all within its parent's scope. */
export function scopeProblem(requested: Targets, parent: Parent, matches: GlobMatcher): string | null {
  const outside = requested.resourceScopes.findIndex(scope => !isScopeWithin(scope, parent.resourceScopes, matches));
  const limits = parent.resourceScopes.join(', ');
  if (outside >= 0) {
    return `resourceScopes.${outside}: ${requested.resourceScopes[outside]} is outside the scope of this plan, ${limits}`;
  }
  return requested.resourceScopes.length === 0 &&
    parent.resourceScopes.length > 0 &&
    childScopes(requested, parent).length === 0
    ? `projectRef: nothing of ${requested.projectRef} is in the scope of this plan, ${limits}`
    : null;
}

/** Returns the scope of a child: what it requested, or its parent's whole scope in the child's projects. */
export function childScopes({ resourceScopes, projectRef }: Targets, parent: Parent): string[] {
  if (resourceScopes.length > 0 || projectRef === null || !parent.projectLinks.some(({ folder }) => folder)) {
    return resourceScopes.length > 0 ? resourceScopes : parent.resourceScopes;
  }
  return parent.resourceScopes.filter(scope => {
    const [project = ''] = normalizeScope(scope).split('/');
    return !isPlainPath(project) || project === projectRef;
  });
}

/** Returns the first spawn that is not allowed, by its goal, and the reason. */
export function spawnProblem(
  spawns: readonly RecordedSpawn[],
  parent: Parent & Pick<PlanSpec, 'subplanConfig'>,
  matches: GlobMatcher,
): { decisionId: string; problem: string } | null {
  for (const [at, { decisionId, payload }] of spawns.entries()) {
    const before = spawns.slice(0, at).map(each => each.payload);
    const problem = settingProblem(payload, parent.subplanConfig, before) ?? scopeProblem(payload, parent, matches);
    if (problem !== null) return { decisionId, problem: `the subplan "${payload.goal}": ${problem}` };
  }
  return null;
}

/** Returns whether the execution agent made a decision, instead of the strategy or a person. */
export function isExecutionDecision({ contextSnapshot }: Pick<DecisionDraft, 'contextSnapshot'>): boolean {
  return contextSnapshot.actorStateRef?.startsWith('execution:') ?? false;
}
