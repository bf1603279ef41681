import type { SubplanSpec } from '../../src/model/child-plan.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import { type Decision, isSpawn, SpawnPayload } from '../../src/model/decision.ts';
import type { EffectInput } from '../../src/model/effects.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { linksWithBase } from '../../src/model/multi-project-tree.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { Isolation } from '../../src/model/setup.ts';
import { childScopes, isExecutionDecision } from '../../src/model/spawn.ts';
import type { GroupConfig, SubplanConfig } from '../../src/model/subplan.ts';
import type { CompletedSubplan } from '../../src/ports/ledger.ts';
import { cycleIn } from '../agent/check-decisions.ts';
import { attemptSpec } from '../attempts/attempt-goal.ts';
import { conflictingResource } from '../conflicts/resources.ts';
import { defineEffect } from '../define-effect.ts';
import { sandboxKey } from '../phases/prepare.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import type { EffectServices } from '../services.ts';
import { summarizeParent } from './parent-context.ts';

/**
 * Creates children from the recorded spawn decisions. Refuses excessive depth, unknown dependencies and cycles before
 * anything runs.
 */
export const createSubplans = defineEffect('createSubplans', async ({ input, step, key }, services) => {
  const { spec, attempt, workTree, kept } = input;
  const decisions = await services.ledger.decisions(spec.planId);
  const spawns = await newSpawns(services, decisions, input);
  if (spawns.length === 0) return { members: [], config: spec.subplanConfig, checkpoint: null };
  checkDepth(spec);
  checkDependencies(spec, spawns);
  const reused = reusableResults(await services.ledger.completedSubplans(kept), workTree);
  const ids = await step('ids', async () => mintIds(services, spawns, reused));
  const { project } = resolveProject(services, spec);
  await project.pin(`plans/${spec.planId}/spawn-${attempt}`, workTree);
  const members = toMembers(input, {
    ...{ decisions, spawns, reused, ids },
    // When each child starts from the result of the one before, that result must contain all projects.
    mayUseOneProject:
      services.resources.length === 0 &&
      spec.subplanConfig.mergeStrategy !== 'sequentialApply' &&
      spawns.every(isNotSequential),
    createdAt: new Date(services.clock.now()).toISOString(),
  });
  const checkpoint = spec.checkpoints.autoCreateOn.includes('onSubplanSpawn')
    ? await step('checkpoint', () =>
        createCheckpoint(services, spec, {
          key: sandboxKey(spec, attempt),
          mark: `${key}/spawn`,
          trigger: 'onSubplanSpawn',
        }),
      )
    : null;
  return {
    members,
    config: configOf(spec, spawns, await mustRunInSequence(services, spec, members, workTree)),
    checkpoint,
  };
});

type CreateInput = EffectInput<'createSubplans'>;

/** Returns the spawns of this run that are neither merged nor applied yet. */
async function newSpawns(
  { ledger }: EffectServices,
  decisions: readonly Decision[],
  { mergedUpTo, run, appliedPlanIds }: CreateInput,
): Promise<Spawn[]> {
  const applied = new Set((await ledger.completedSubplans(appliedPlanIds)).map(({ decisionId }) => decisionId));
  return spawnsOfRun(decisions, run)
    .filter(({ sequence, decisionId }) => (mergedUpTo === null || sequence > mergedUpTo) && !applied.has(decisionId))
    .map(decision => ({
      decision,
      payload: withoutAppliedDependencies(SpawnPayload.parse(decision.payload), applied),
    }));
}

/** @throws {TroupeError} DEPTH_LIMIT */
function checkDepth({ planId, depth, depthMax }: PlanSpec): void {
  if (depth + 1 <= depthMax) return;
  throw new TroupeError('DEPTH_LIMIT', `Subplans may nest ${depthMax} deep, and this plan is at depth ${depth}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan revert')],
    details: { depth, depthMax },
  });
}

/** Ids of a child and of the root of its decisions. */
interface ChildIds {
  planId: string;
  rootId: string;
}

/** Returns the ids of each child by its decision; those of a reused result stay. */
function mintIds(
  { mintId }: EffectServices,
  spawns: readonly Spawn[],
  reused: ReadonlyMap<string, CompletedSubplan>,
): Record<string, ChildIds> {
  return Object.fromEntries(
    spawns.map(({ decision: { decisionId } }) => {
      const before = reused.get(decisionId);
      return [decisionId, { planId: before?.planId ?? mintId(), rootId: before?.rootId ?? mintId() }];
    }),
  );
}

interface SpawnedGroup {
  decisions: readonly Decision[];
  spawns: readonly Spawn[];
  reused: ReadonlyMap<string, CompletedSubplan>;
  ids: Readonly<Record<string, ChildIds>>;
  /** Whether a child may get only one of the projects. */
  mayUseOneProject: boolean;
  createdAt: string;
}

/** The children with their specs, inherited from the parent where a spawn decision says nothing else. */
function toMembers({ spec, attempt, workTree }: CreateInput, group: SpawnedGroup): SubplanSpec[] {
  const { decisions, spawns, reused, ids, mayUseOneProject, createdAt } = group;
  const idOf = (decisionId: string) => {
    const minted = ids[decisionId];
    if (!minted) throw new TypeError(`no plan was made for decision ${decisionId}`);
    return minted;
  };
  // Children get the parent's long description through the skeleton.
  const { longDescription: _, ...inherited } = spec;
  return spawns.map(({ decision, payload }): SubplanSpec => {
    const minted = idOf(decision.decisionId);
    return {
      decisionId: decision.decisionId,
      goal: payload.attempt === undefined ? payload.goal : `Attempt ${payload.attempt}: ${payload.goal}`,
      reusedTree: reused.get(decision.decisionId)?.tree ?? null,
      dependsOn: payload.dependencies.map(id => idOf(id).planId),
      spec: {
        ...inherited,
        planId: minted.planId,
        parentPlanId: spec.planId,
        depth: spec.depth + 1,
        description: payload.goal,
        definitionOfDone: payload.goal,
        arguments: { ...spec.arguments, ...payload.arguments },
        projectLinks: linksWithBase(spec.projectLinks, workTree, mayUseOneProject ? payload.projectRef : null),
        actors: {
          ...spec.actors,
          strategy: payload.strategyActor ?? (spec.subplanConfig.recursive ? spec.actors.strategy : null),
          execution: payload.executionActor ?? spec.actors.execution,
          // As with validations, only the merged result is reviewed and described.
          review: null,
          apply: null,
        },
        validations: [],
        resourceScopes: childScopes(payload, spec),
        decisionRootId: minted.rootId,
        spawnDecisionId: decision.decisionId,
        skeleton: summarizeParent(spec, decisions, { view: payload.contextView }),
        guidance: payload.guidance,
        forkedFrom: null,
        startsWith: [],
        ...sandboxPlacement(payload.isolation ?? spec.subplanConfig.isolation ?? 'worktree', sandboxKey(spec, attempt)),
        createdAt,
        attemptNumber: undefined,
        ...(payload.attempt === undefined ? {} : attemptSpec(spec, payload.attempt)),
      },
    };
  });
}

/** Removes dependencies that were already applied. */
function withoutAppliedDependencies(payload: SpawnPayload, home: ReadonlySet<string>): SpawnPayload {
  return { ...payload, dependencies: payload.dependencies.filter(id => !home.has(id)) };
}

/**
 * Returns results that would be the same again, by spawn decision: their children started from the current work, or
 * from it and other reusable results.
 */
export function reusableResults(results: readonly CompletedSubplan[], workTree: string): Map<string, CompletedSubplan> {
  const good = new Map<string, CompletedSubplan>();
  const trees = new Set([workTree]);
  const folded = new Map<string, string>();
  for (const result of results) {
    const { planId, baseTree, treeOid } = result.tree;
    const began = result.startsWith.length > 0 ? workTree : baseTree;
    if (!trees.has(began) || result.linkTree !== began) continue;
    if (result.startsWith.some(sibling => folded.get(sibling.planId) !== sibling.treeOid)) continue;
    good.set(result.decisionId, result);
    trees.add(treeOid);
    folded.set(planId, treeOid);
  }
  return good;
}

/** Returns whether children may touch a resource that cannot be merged: they then run one after the other. */
async function mustRunInSequence(
  services: EffectServices,
  spec: PlanSpec,
  members: readonly SubplanSpec[],
  workTree: string,
): Promise<boolean> {
  if (services.resources.length === 0) return false;
  const files = await resolveProject(services, spec).project.files(workTree);
  const scopes = members.map(member => member.spec.resourceScopes);
  const fixed = conflictingResource(services, files, scopes);
  if (fixed === null) return false;
  services.log(spec.planId, 'troupe', `subplans run one after the other: ${fixed.name} cannot be merged`);
  return true;
}

const isNotSequential = ({ payload }: Spawn) => payload.mergeStrategy !== 'sequentialApply';

/** Returns where a child works. */
function sandboxPlacement(isolation: Isolation, ofParent: string): Pick<PlanSpec, 'isolation' | 'sandboxOf'> {
  return { isolation, sandboxOf: isolation === 'none' ? ofParent : null };
}

type Spawn = { decision: Decision; payload: SpawnPayload };

/**
 * Returns the spawns of the strategy, and of one run of the execution agent only: those of an earlier, failed run do
 * not count.
 */
export function spawnsOfRun(decisions: readonly Decision[], run: string | null): Decision[] {
  const spawns = decisions.filter(decision => isSpawn(decision.type));
  // Without a recorded run: the latest that spawned anything.
  const current = run ?? spawns.findLast(isExecutionDecision)?.contextSnapshot.actorStateRef;
  return spawns.filter(
    decision => !isExecutionDecision(decision) || decision.contextSnapshot.actorStateRef === current,
  );
}

function checkDependencies(spec: PlanSpec, spawns: readonly Spawn[]): void {
  const graph = new Map(spawns.map(({ decision, payload }) => [decision.decisionId, payload.dependencies]));
  for (const { decision, payload } of spawns) {
    const unknown = payload.dependencies.find(id => !graph.has(id));
    if (unknown) {
      throw new TroupeError(
        'INVALID_DECISION',
        `The subplan "${payload.goal}" depends on ${unknown}, which is not one of its siblings`,
        {
          where: `decision ${decision.decisionId}`,
          hints: [commandHint('plan explain'), commandHint('plan revert')],
        },
      );
    }
  }
  const cycle = cycleIn(graph);
  if (cycle) {
    const goals = cycle.map(id => spawns.find(({ decision }) => decision.decisionId === id)?.payload.goal ?? id);
    throw new TroupeError('DEPENDENCY_CYCLE', `Subplans depend on each other in a circle: ${goals.join(' → ')}`, {
      where: `plan ${spec.planId}`,
      hints: [commandHint('plan explain'), commandHint('plan revert')],
      details: { cycle },
    });
  }
}

/**
 * Returns the plan's configuration with the stricter settings of the spawn decisions, and in sequence when required.
 * A sequence stays one whatever the dependencies: its order satisfies them.
 */
function configOf({ subplanConfig }: PlanSpec, spawns: readonly Spawn[], inTurn: boolean): GroupConfig {
  if (spawns.every(({ payload }) => payload.attempt !== undefined)) {
    return { ...subplanConfig, mergeStrategy: 'chooseOne', executionMode: 'parallel', failFast: false };
  }
  const asked = <Key extends 'maxParallel' | 'mergeStrategy'>(key: Key) =>
    spawns.find(({ payload }) => payload[key] !== null)?.payload[key] ?? subplanConfig[key];
  const ordered = spawns.some(({ payload }) => payload.dependencies.length > 0);
  const isSerial = spawns.every(({ payload }) => !payload.parallel);
  const inOnePlace = spawns.some(({ payload }) => (payload.isolation ?? subplanConfig.isolation) === 'none');
  const mergeStrategy = inTurn ? 'sequentialApply' : (asked('mergeStrategy') as SubplanConfig['mergeStrategy']);
  const inSequence = mergeStrategy === 'sequentialApply' || isSerial || subplanConfig.executionMode === 'sequential';
  return {
    ...subplanConfig,
    // A child without its own sandbox works alone in its parent's.
    maxParallel: inOnePlace ? 1 : (asked('maxParallel') as number),
    mergeStrategy,
    executionMode: inSequence ? 'sequential' : ordered ? 'dependencyOrdered' : subplanConfig.executionMode,
  };
}
