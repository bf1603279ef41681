import type { Member } from '../src/model/contract.ts';
import { type Decision, isSpawn, SpawnPayload } from '../src/model/decision.ts';
import { Fault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { Isolation } from '../src/model/setup.ts';
import { isOfWork, scopesOf } from '../src/model/spawning.ts';
import type { SubplanConfig } from '../src/model/subplan.ts';
import { linksAt } from '../src/model/trees.ts';
import type { ChildResult } from '../src/ports/ledger.ts';
import { checkpointNow } from './checkpoint.ts';
import { cycleIn } from './decisions.ts';
import { sandboxKey } from './prepare.ts';
import { projectOf } from './project.ts';
import { provided } from './provided.ts';
import { contended } from './resources.ts';
import { skeletonOf } from './skeleton.ts';
import type { World } from './world.ts';

/** Makes children of the recorded spawn decisions. Depth, unknown dependencies and cycles are refused before anything runs. */
export const enlist = provided('enlist', async ({ input, step, key }, world) => {
  const { spec, attempt, workTree, mergedUpTo, run, kept, landed } = input;
  const decisions = await world.ledger.decisions(spec.planId);
  const home = new Set((await world.ledger.results(landed)).map(({ decisionId }) => decisionId));
  const spawns = currentSpawns(decisions, run)
    .filter(({ sequence, decisionId }) => (mergedUpTo === null || sequence > mergedUpTo) && !home.has(decisionId))
    .map(decision => ({ decision, payload: needing(SpawnPayload.parse(decision.payload), home) }));
  if (spawns.length === 0) return { members: [], config: spec.subplanConfig, checkpoint: null };
  if (spec.depth + 1 > spec.depthMax) {
    throw new Fault('DEPTH_LIMIT', `Subplans may nest ${spec.depthMax} deep, and this plan is at depth ${spec.depth}`, {
      where: `plan ${spec.planId}`,
      hints: ['troupe plan revert'],
      details: { depth: spec.depth, depthMax: spec.depthMax },
    });
  }
  refuseBadOrder(spec, spawns);
  const made = stillGood(await world.ledger.results(kept), workTree);
  const ids = await step('ids', async () =>
    Object.fromEntries(
      spawns.map(({ decision: { decisionId } }) => {
        const before = made.get(decisionId);
        return [decisionId, { planId: before?.planId ?? world.mintId(), rootId: before?.rootId ?? world.mintId() }];
      }),
    ),
  );
  const idOf = (decisionId: string) => {
    const minted = ids[decisionId];
    if (!minted) throw new TypeError(`no plan was made for decision ${decisionId}`);
    return minted;
  };
  // Where each begins with the result of the one before, that result must be whole.
  const narrows =
    world.resources.length === 0 &&
    spec.subplanConfig.mergeStrategy !== 'sequentialApply' &&
    spawns.every(asksForNoChain);
  const { project } = projectOf(world, spec);
  await project.pin(`plans/${spec.planId}/spawn-${attempt}`, workTree);
  const createdAt = new Date(world.clock.now()).toISOString();
  // What the parent's action explains at length reaches its parts through the skeleton.
  const { longDescription: _, ...inherited } = spec;
  const members = spawns.map(({ decision, payload }): Member => {
    const minted = idOf(decision.decisionId);
    return {
      decisionId: decision.decisionId,
      goal: payload.goal,
      made: made.get(decision.decisionId)?.tree ?? null,
      dependsOn: payload.dependencies.map(id => idOf(id).planId),
      spec: {
        ...inherited,
        planId: minted.planId,
        parentPlanId: spec.planId,
        depth: spec.depth + 1,
        description: payload.goal,
        definitionOfDone: payload.goal,
        arguments: { ...spec.arguments, ...payload.arguments },
        projectLinks: linksAt(spec.projectLinks, workTree, narrows ? payload.projectRef : null),
        actors: {
          ...spec.actors,
          strategy: payload.strategyActor ?? spec.actors.strategy,
          execution: payload.executionActor ?? spec.actors.execution,
          // As with validations: what is judged and described is the whole, once it is merged.
          review: null,
          apply: null,
        },
        validations: [],
        resourceScopes: scopesOf(payload, spec),
        decisionRootId: minted.rootId,
        spawnDecisionId: decision.decisionId,
        skeleton: skeletonOf(spec, decisions, { view: payload.contextView }),
        guidance: payload.guidance,
        forkedFrom: null,
        startsWith: [],
        ...placeOf(payload.isolation ?? spec.subplanConfig.isolation ?? 'worktree', sandboxKey(spec, attempt)),
        createdAt,
      },
    };
  });
  const checkpoint = spec.checkpoints.autoCreateOn.includes('onSubplanSpawn')
    ? await step('checkpoint', () =>
        checkpointNow(world, spec, {
          key: sandboxKey(spec, attempt),
          mark: `${key}/spawn`,
          trigger: 'onSubplanSpawn',
        }),
      )
    : null;
  return { members, config: configOf(spec, spawns, await mustTakeTurns(world, spec, members, workTree)), checkpoint };
});

/** What is home already need not be waited for. */
function needing(payload: SpawnPayload, home: ReadonlySet<string>): SpawnPayload {
  return { ...payload, dependencies: payload.dependencies.filter(id => !home.has(id)) };
}

/**
 * Results that would come out the same: their children began with the work as it is, or with that and the results of
 * others that are still good. By the decision that spawned them.
 */
export function stillGood(results: readonly ChildResult[], workTree: string): Map<string, ChildResult> {
  const good = new Map<string, ChildResult>();
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

/** Whether children may touch what cannot be merged: they then run one after the other. */
async function mustTakeTurns(
  world: World,
  spec: PlanSpec,
  members: readonly Member[],
  workTree: string,
): Promise<boolean> {
  if (world.resources.length === 0) return false;
  const files = await projectOf(world, spec).project.files(workTree);
  const scopes = members.map(member => member.spec.resourceScopes);
  const fixed = contended(world, files, scopes);
  if (fixed === null) return false;
  world.log(spec.planId, 'troupe', `subplans run one after the other: ${fixed.name} cannot be merged`);
  return true;
}

const asksForNoChain = ({ payload }: Spawn) => payload.mergeStrategy !== 'sequentialApply';

/** Where a child works. */
function placeOf(isolation: Isolation, ofParent: string): Pick<PlanSpec, 'isolation' | 'sandboxOf'> {
  return { isolation, sandboxOf: isolation === 'none' ? ofParent : null };
}

type Spawn = { decision: Decision; payload: SpawnPayload };

/** Spawns of the strategy, and of one run of the execution agent only: an earlier run that failed decided nothing. */
export function currentSpawns(decisions: readonly Decision[], run: string | null): Decision[] {
  const spawns = decisions.filter(decision => isSpawn(decision.type));
  // A plan that began before runs were kept: the latest that spawned anything.
  const current = run ?? spawns.findLast(isOfWork)?.contextSnapshot.actorStateRef;
  return spawns.filter(decision => !isOfWork(decision) || decision.contextSnapshot.actorStateRef === current);
}

function refuseBadOrder(spec: PlanSpec, spawns: readonly Spawn[]): void {
  const graph = new Map(spawns.map(({ decision, payload }) => [decision.decisionId, payload.dependencies]));
  for (const { decision, payload } of spawns) {
    const unknown = payload.dependencies.find(id => !graph.has(id));
    if (unknown) {
      throw new Fault(
        'INVALID_DECISION',
        `The subplan "${payload.goal}" depends on ${unknown}, which is not one of its siblings`,
        {
          where: `decision ${decision.decisionId}`,
          hints: ['troupe plan explain', 'troupe plan revert'],
        },
      );
    }
  }
  const cycle = cycleIn(graph);
  if (cycle) {
    const goals = cycle.map(id => spawns.find(({ decision }) => decision.decisionId === id)?.payload.goal ?? id);
    throw new Fault('DEPENDENCY_CYCLE', `Subplans depend on each other in a circle: ${goals.join(' → ')}`, {
      where: `plan ${spec.planId}`,
      hints: ['troupe plan explain', 'troupe plan revert'],
      details: { cycle },
    });
  }
}

/**
 * The plan's configuration, made stricter by what the spawn decisions ask for; one after the other where it must be. A sequence
 * stays one whatever depends on what: its order keeps the dependencies.
 */
function configOf({ subplanConfig }: PlanSpec, spawns: readonly Spawn[], inTurn: boolean): SubplanConfig {
  const asked = <Key extends 'maxParallel' | 'mergeStrategy'>(key: Key) =>
    spawns.find(({ payload }) => payload[key] !== null)?.payload[key] ?? subplanConfig[key];
  const ordered = spawns.some(({ payload }) => payload.dependencies.length > 0);
  const isSerial = spawns.every(({ payload }) => !payload.parallel);
  const inOnePlace = spawns.some(({ payload }) => (payload.isolation ?? subplanConfig.isolation) === 'none');
  const mergeStrategy = inTurn ? 'sequentialApply' : (asked('mergeStrategy') as SubplanConfig['mergeStrategy']);
  const inSequence = mergeStrategy === 'sequentialApply' || isSerial || subplanConfig.executionMode === 'sequential';
  return {
    ...subplanConfig,
    // Who has no sandbox of its own works alone in its parent's.
    maxParallel: inOnePlace ? 1 : (asked('maxParallel') as number),
    mergeStrategy,
    executionMode: inSequence ? 'sequential' : ordered ? 'dependencyOrdered' : subplanConfig.executionMode,
  };
}
