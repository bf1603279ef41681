import { describe, expect, test } from 'vitest';
import { archiveSandbox, createSubplans, estimate, mergeNext, strategize } from '../../actors/index.ts';
import { runValidations } from '../../actors/phases/validate.ts';
import { resolveProject } from '../../actors/resolve-project.ts';
import type { Decision } from '../../src/model/decision.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { Project } from '../../src/ports/project.ts';
import { planSpec, testId } from '../fixtures.ts';
import { runEffect, servicesWith } from './services.ts';

const spec = planSpec();

describe('effects with nothing to do', () => {
  test('a plan without a strategy agent makes no decisions', async () => {
    expect(await runEffect(strategize(servicesWith({})), { spec, attempt: 1, guidance: [] })).toEqual({
      decisions: [],
      confidence: 1,
    });
  });

  test('one without an estimation agent has no estimate', async () => {
    expect(await runEffect(estimate(servicesWith({})), { spec, attempt: 1 })).toEqual({ estimate: null });
  });

  test('a sandbox is removed whether or not its folder exists: a crash may have left it registered [R123]', async () => {
    const removed: unknown[] = [];
    const project = {
      removeSandbox: async (options: unknown) => void removed.push(options),
      capture: () => Promise.reject(new TroupeError('SANDBOX_LOST', 'gone')),
    } as unknown as Project;
    const sandbox = { key: `${spec.planId}-1`, path: '/gone' };
    const ref = `refs/troupe/plans/${spec.planId}/${sandbox.key}`;
    const world = servicesWith({ project: () => project });
    expect(await runEffect(archiveSandbox(world), { spec, sandbox, reason: '' })).toEqual({ ref });
    expect(removed).toEqual([{ key: sandbox.key, pin: ref.slice('refs/troupe/'.length) }]);
  });

  test.each([
    ['cancelled', { tree: 't1' }],
    ['complete', {}],
  ])('the sandbox content of a plan that is %s is recorded, unless it has a result [R194]', async (reason, left) => {
    const project = {
      removeSandbox: async () => undefined,
      capture: async () => ({ tree: 't1', ref: null }),
    } as unknown as Project;
    const sandbox = { key: `${spec.planId}-1`, path: '/there' };
    const ref = `refs/troupe/plans/${spec.planId}/${sandbox.key}`;
    expect(
      await runEffect(archiveSandbox(servicesWith({ project: () => project })), { spec, sandbox, reason }),
    ).toEqual({
      ref,
      ...left,
    });
  });

  test('a plan without a sandbox removes its temporary checkouts, and no others', async () => {
    const removed: string[] = [];
    const keys = [`${spec.planId}-look-s1`, `${spec.planId}-1`, `${testId('C')}-look-s1`];
    const project = {
      sandboxes: async () => keys.map(key => ({ key, path: '' })),
      removeSandbox: async ({ key, pin }: { key: string; pin: string | null }) => void removed.push(`${key} ${pin}`),
    };
    const world = servicesWith({ project: () => project as unknown as Project });
    expect(await runEffect(archiveSandbox(world), { spec, sandbox: null, reason: '' })).toEqual({ ref: null });
    expect(removed).toEqual([`${spec.planId}-look-s1 null`]);
  });

  test('the result of a child based on the current merge is taken unchanged', async () => {
    const child = { planId: testId('C'), goal: 'g', baseTree: 't1', treeOid: 't2' };
    const world = servicesWith({ project: () => ({}) as Project });
    expect(
      await runEffect(mergeNext(world), {
        spec,
        ours: 't1',
        children: [child],
        earlier: [],
        strategy: 'sequentialApply',
      }),
    ).toMatchObject({ clean: true, treeOid: 't2' });
  });

  test('a merge without children is a programming mistake', async () => {
    const world = servicesWith({ project: () => ({}) as Project });
    const emptyRequest = { spec, ours: 't1', children: [], earlier: [], strategy: 'threeWay' as const };
    await expect(runEffect(mergeNext(world), emptyRequest)).rejects.toThrow(TypeError);
  });

  test('a plan without a project is a programming mistake', () => {
    expect(() => resolveProject(servicesWith({}), { ...spec, projectLinks: [] })).toThrow(TypeError);
  });
});

describe('creating subplans', () => {
  const spawned = (id: string, dependencies: string[]): Decision => ({
    decisionId: testId(id),
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'subplan_parallel_spawn',
    question: '',
    chosenOption: id,
    alternatives: [],
    confidence: 1,
    rationale: '',
    payload: {
      planId: spec.planId,
      goal: `goal ${id}`,
      resourceScopes: ['.'],
      projectRef: null,
      parallel: true,
      maxParallel: null,
      mergeStrategy: null,
      dependencies: dependencies.map(testId),
      contextView: 'default',
      strategyActor: null,
      executionActor: null,
      arguments: {},
    },
    dependsOn: [],
    sequence: 1,
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
    createdAt: '',
  });
  const enlisted = (decisions: Decision[]) =>
    runEffect(
      createSubplans(
        servicesWith({
          ledger: {
            decisions: async () => decisions,
            work: async () => ({ calls: [], results: new Map() }),
            approvals: async () => [],
            checkoutChanges: async () => [],
            checkpoints: async () => [],
            checkpointContext: async () => null,
            completedSubplans: async () => [],
            decisionsAt: async () => [],
            sharedInvariants: async () => [],
            cachedValidation: async () => null,
            sessions: async () => [],
            rollbacks: async () => [],
            failurePatterns: async () => [],
          },
        }),
      ),
      {
        spec,
        attempt: 1,
        workTree: 't',
        mergedUpTo: null,
        run: null,
        kept: [],
        appliedPlanIds: [],
      },
    );

  test('rejects subplans that wait for each other, naming them', async () => {
    await expect(enlisted([spawned('A', ['B']), spawned('B', ['A'])])).rejects.toMatchObject({
      code: 'DEPENDENCY_CYCLE',
      message: expect.stringContaining('goal A → goal B → goal A'),
    });
  });

  test('rejects one that waits for an unknown one', async () => {
    await expect(enlisted([spawned('A', ['Z'])])).rejects.toMatchObject({
      code: 'INVALID_DECISION',
      message: expect.stringContaining('goal A'),
    });
  });
});

test('a validation gets the host’s or the plan’s environment first, as the plan says [R47]', async () => {
  const seen: Record<string, string>[] = [];
  const world = servicesWith({
    env: { A: 'host', B: 'host' },
    log: () => {},
    run: async ({ env }) => {
      seen.push(env);
      return { outcome: 'exited', exitCode: 0, durationMs: 1, digest: '', tail: '' };
    },
  });
  const input = {
    place: async () => ({ directory: '/', variables: { TROUPE_WORKTREE: '/' } }),
    tree: 't',
    signal: new AbortController().signal,
    marker: 'm',
    step: <T>(_: string, act: () => Promise<T>) => act(),
    reset: async () => {},
    onWait: () => {},
  };
  const validated = {
    ...spec,
    executionEnvironment: { A: 'plan' },
    validations: [{ name: 'v', argv: ['v'], required: true, timeoutSeconds: 1, cache: false }],
  };
  await runValidations(world, { ...validated, executionEnvPriority: 'fallback' }, input);
  await runValidations(world, { ...validated, executionEnvPriority: 'override' }, input);
  expect(seen).toEqual([
    { A: 'host', B: 'host', TROUPE_WORKTREE: '/' },
    { A: 'plan', B: 'host', TROUPE_WORKTREE: '/' },
  ]);
});
