import { describe, expect, test } from 'vitest';
import { type AgentTask, type PlanEvent, TroupeError } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const steps = (...list: unknown[]) => ({ kind: 'steps', steps: list });
const write = (path: string, content: string) => steps({ write: { path, content } });
const edit = (path: string, find: string, replace: string) => steps({ edit: { path, find, replace } });

/** Two children that edit different lines of one file. */
const twoEdits = async (task: AgentTask) => {
  if (task.plan.depth > 0) return;
  await spawnSubplan(task, 'first line', { executionActor: edit('a.txt', 'one', 'ONE') });
  await spawnSubplan(task, 'last line', { executionActor: edit('a.txt', 'five', 'FIVE') });
};

/** Two children that edit the same line. */
const clash = async (task: AgentTask) => {
  if (task.plan.depth > 0) return;
  await spawnSubplan(task, 'blue', { executionActor: edit('a.txt', 'three', 'blue') });
  await spawnSubplan(task, 'red', { executionActor: edit('a.txt', 'three', 'red') });
};

/** A spawn that no tool has checked. */
function returned({ plan }: AgentTask, sibling: string, payload: object) {
  return {
    ...{ decisionId: `${sibling.slice(0, -4)}ZZZZ`, planId: plan.planId, parentDecisionId: plan.decisionRootId },
    ...{ type: 'subplan_parallel_spawn', question: 'Who?', chosenOption: 'returned', alternatives: [], confidence: 1 },
    payload: {
      ...{ planId: plan.planId, goal: 'returned', resourceScopes: ['.'], projectRef: null, parallel: true },
      ...{ maxParallel: null, mergeStrategy: null, dependencies: [], contextView: 'default' },
      ...{ strategyActor: null, executionActor: null, arguments: {}, ...payload },
    },
    ...{ rationale: '', dependsOn: [], artifacts: [], supersededBy: null },
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
  };
}

describe('subplans', () => {
  test('of a failed run are discarded, also when the next run spawns none', async () => {
    let runs = 0;
    const testProject = await createTestProject();
    const { record, plan } = await testProject.run(async task => {
      if (task.plan.depth > 0) throw new TroupeError('AGENT_FAILED', 'cannot be done', { retriable: false });
      runs += 1;
      if (runs === 1) await spawnSubplan(task, 'in vain', { executionActor: 'player' });
    });
    expect([record.state, (await testProject.troupe.tree(plan.id)).children.length]).toEqual(['errored', 1]);
    await plan.execute();
    const { phase, state } = await plan.waitUntilIdle();
    expect([runs, phase, state]).toEqual([2, 'execute', 'complete']);
  });

  test('are real plans, listed before they run, with their own goal and their parent’s profile [R1, R13, R14, R15, R16, R36, R47, R71, R72]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(twoEdits, {
      automationProfile: 'trusted',
      definitionOfDone: 'both lines',
      executionEnvironment: { MODE: 'careful' },
      executionEnvPriority: 'override',
    });
    expect(record.state).toBe('complete');
    const tree = await testProject.troupe.tree(plan.id);
    const children = tree.children.map(child => child.plan);
    expect(
      children.map(child => [
        child.description,
        child.definitionOfDone,
        child.depth,
        child.parentPlanId,
        child.rootPlanId,
        child.state,
      ]),
    ).toEqual([
      ['first line', 'first line', 1, plan.id, plan.id, 'complete'],
      ['last line', 'last line', 1, plan.id, plan.id, 'complete'],
    ]);
    for (const child of children) {
      expect([child.automationProfile, child.profileSnapshot]).toEqual([
        record.automationProfile,
        record.profileSnapshot,
      ]);
      expect([child.executionEnvironment, child.executionEnvPriority]).toEqual([{ MODE: 'careful' }, 'override']);
    }
    const events: PlanEvent[] = [];
    for await (const event of plan.events()) events.push(event);
    const createdAt = events.findIndex(event => event.type === 'plan.created' && event.planId === children[1]?.planId);
    const moved = events.findIndex(
      event => event.type === 'plan.phase_changed' && event.planId === children[0]?.planId,
    );
    expect(createdAt).toBeLessThan(moved);
    expect(await plan.diff()).toMatch(/\+ONE[\s\S]*\+FIVE/);
  });

  test('without an available agent are in the store, and fail the plan with the name of the agent [R36]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(async task => {
      if (task.plan.depth === 0) await spawnSubplan(task, 'orphan', { executionActor: 'absent' });
    });
    const [child] = (await testProject.troupe.tree(plan.id)).children;
    expect([child?.plan.description, child?.plan.state]).toEqual(['orphan', 'errored']);
    expect([record.phase, record.state, record.error?.code]).toEqual(['execute', 'errored', 'SUBPLANS_FAILED']);
    expect(record.errorMessage).toContain('absent');
  });

  test('keep their spawn decision and mode readable [R5, R6, R70]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      if (task.plan.depth > 0) return;
      await spawnSubplan(task, 'alone', {
        parallel: false,
        resourceScopes: ['b.txt'],
        executionActor: write('b.txt', 'x'),
      });
    });
    const [decision] = (await plan.decisions()).filter(({ type }) => type === 'subplan_spawn');
    expect(decision?.payload).toMatchObject({ goal: 'alone', resourceScopes: ['b.txt'], parallel: false });
    const [child] = (await testProject.troupe.tree(plan.id)).children;
    expect(child?.plan.spawnDecisionId).toBe(decision?.decisionId);
  });

  test('never run more at once than the limit, and the rest wait [R26, R38, R73]', async () => {
    let running = 0;
    let most = 0;
    const testProject = await createTestProject({
      worker: async task => {
        running += 1;
        most = Math.max(most, running);
        await task.call('write', { path: `${task.plan.planId}.txt`, content: 'x' });
        running -= 1;
      },
    });
    const { plan, record } = await testProject.run(
      async task => {
        for (const goal of ['1', '2', '3', '4', '5']) await spawnSubplan(task, goal, { executionActor: 'worker' });
      },
      { subplans: { maxParallel: 2 } },
    );
    expect(record.subplanStatuses.map(({ state }) => state)).toEqual(Array(5).fill('complete'));
    expect(most).toBeLessThanOrEqual(2);
    expect((await plan.changes()).length).toBe(5);
  });

  test('nest down to the depth limit and no deeper [R75, R76]', async () => {
    const deeper = async (task: AgentTask) => {
      const { depth } = task.plan;
      if (depth < 2) await spawnSubplan(task, `depth ${depth + 1}`, { executionActor: 'player' });
      else await task.call('write', { path: 'deep.txt', content: String(depth) });
    };
    const testProject = await createTestProject({}, { depthMax: 2 });
    const { plan, record } = await testProject.run(deeper);
    expect(record.state).toBe('complete');
    const tree = await testProject.troupe.tree(plan.id);
    expect(tree.children[0]?.children[0]?.plan.depth).toBe(2);
    await testProject.reopen({ depthMax: 1 });
    const shallow = await testProject.troupe.use({ action: 'play' });
    await shallow.execute();
    const refused = await shallow.waitUntilIdle();
    expect(refused.state).toBe('errored');
    expect(JSON.stringify(refused.error)).toContain('Subplans may nest 1 deep');
  });

  test('inherit the reconciled invariants and must satisfy them [R74]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(
      async task => {
        if (task.plan.depth === 0) await spawnSubplan(task, 'offend', { executionActor: write('secret.txt', 'x') });
      },
      {
        invariants: [{ text: 'No secrets', check: { kind: 'paths', deny: ['secret.txt'] } }],
        subplans: { retryFailed: false },
      },
    );
    expect(record.error?.code).toBe('SUBPLANS_FAILED');
    const [child] = (await testProject.troupe.tree(plan.id)).children;
    expect(child?.plan.invariants).toEqual(record.invariants);
    expect(child?.plan.error?.code).toBe('INVARIANT_VIOLATED');
    const enforced = await (await testProject.troupe.get(child?.plan.planId)).decisions();
    expect(enforced.map(({ type }) => type)).toContain('invariant_enforced');
  });

  test('may change only files in their scope', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth === 0)
          await spawnSubplan(task, 'stray', { resourceScopes: ['docs'], executionActor: write('b.txt', 'x') });
      },
      { subplans: { retryFailed: false } },
    );
    expect(record.subplanStatuses[0]?.error).toMatchObject({
      code: 'OUT_OF_SCOPE',
      message: expect.stringContaining('b.txt'),
    });
  });

  test('are retried from a new sandbox, and every failure is listed [R48, R50, R55, R79]', async () => {
    const seen: Record<string, string[]> = {};
    const testProject = await createTestProject({
      flaky: async task => {
        const tries = seen[task.plan.description] ?? [];
        seen[task.plan.description] = tries;
        tries.push(
          String(
            await task.call('list', { recursive: true }).then(answer => JSON.stringify(answer).includes('half.txt')),
          ),
        );
        await task.call('write', { path: `half.txt`, content: 'x' });
        if (task.plan.description === 'never' || tries.length < 2) throw new Error(`try ${tries.length}`);
      },
    });
    const { record } = await testProject.run(
      async task => {
        await spawnSubplan(task, 'second time', { executionActor: 'flaky' });
        await spawnSubplan(task, 'never', { executionActor: 'flaky' });
      },
      { subplans: { maxRetries: 1, retryDelayMs: 1 } },
    );
    expect(seen).toEqual({ 'second time': ['false', 'false'], never: ['false', 'false'] });
    const [second, never] = record.subplanStatuses;
    expect([second?.state, second?.attempt]).toEqual(['complete', 2]);
    expect(never?.state).toBe('failed');
    expect(never?.attempts.map(({ attempt, wasRetried }) => [attempt, wasRetried])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(record.error?.code).toBe('SUBPLANS_FAILED');
    expect(record.errorMessage).toContain('never');
  });

  test('wait for those they depend on and see their results', async () => {
    const testProject = await createTestProject({
      reader: async task => {
        const { content } = (await task.call('read', { path: 'base.txt' })) as { content: string };
        await task.call('write', { path: 'built.txt', content: `on ${content}` });
      },
    });
    const { plan, record } = await testProject.run(async task => {
      const base = await spawnSubplan(task, 'base', { executionActor: write('base.txt', 'rock') });
      await spawnSubplan(task, 'built', { executionActor: 'reader', dependencies: [base.decisionId] });
    });
    expect(record.state).toBe('complete');
    expect(await plan.diff()).toContain('+on rock');
  });

  test('that wait are cancelled when one fails first and the group fails fast [R78]', async () => {
    const testProject = await createTestProject({
      breaker: () => {
        throw new Error('broken');
      },
    });
    const { plan, record } = await testProject.run(
      async task => {
        await spawnSubplan(task, 'breaks', { executionActor: 'breaker', parallel: false });
        await spawnSubplan(task, 'waits', { executionActor: write('b.txt', 'x'), parallel: false });
      },
      { subplans: { failFast: true, retryFailed: false } },
    );
    expect(record.subplanStatuses.map(({ state }) => state)).toEqual(['failed', 'cancelled']);
    const children = (await testProject.troupe.tree(plan.id)).children.map(child => child.plan.state);
    expect(children).toEqual(['errored', 'cancelled']);
    expect(await plan.changes()).toEqual([]);
  });

  test('waiting for a slot follow their parent and refuse commands', async () => {
    const testProject = await createTestProject({
      stuck: task => new Promise(resolve => task.signal.addEventListener('abort', resolve)),
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: steps(
        { subplan: { goal: 'runs', resourceScopes: ['.'], executionActor: 'stuck' } },
        { subplan: { goal: 'waits', resourceScopes: ['.'], executionActor: 'stuck' } },
      ),
      subplans: { maxParallel: 1 },
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    for await (const event of testProject.troupe.events()) {
      if (
        event.type === 'plan.phase_changed' &&
        event.to.phase === 'execute' &&
        event.to.state === 'processing' &&
        event.planId !== plan.id
      )
        break;
    }
    const waiting = (await testProject.troupe.tree(plan.id)).children[1]?.plan;
    expect([waiting?.phase, waiting?.state]).toEqual(['strategize', 'queued']);
    const handle = await testProject.troupe.get(waiting?.planId);
    await expect(handle.pause()).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('waits for its turn'),
    });
    await plan.cancel();
    expect((await plan.waitUntilIdle()).subplanStatuses.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('merging the results of subplans', () => {
  test('puts the plan in a conflict that names file, sides and goals, with markers in the sandbox [R28, R81, R128]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(clash);
    expect([record.phase, record.state, record.resting]).toEqual(['execute', 'conflicted', true]);
    const [conflict] = await plan.conflicts.list();
    expect(conflict).toMatchObject({
      path: 'a.txt',
      kind: 'content',
      resolution: null,
      ours: { goals: ['blue'] },
      theirs: { goals: ['red'] },
    });
    await expect(plan.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
    await expect(plan.conflicts.resolve('b.txt', 'ours')).rejects.toMatchObject({ code: 'UNKNOWN_CONFLICT' });
    await plan.conflicts.resolve('a.txt', 'theirs');
    await expect(plan.conflicts.resolve('a.txt', 'ours')).rejects.toMatchObject({ code: 'CONFLICT_RESOLVED' });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(await plan.diff()).toContain('+red');
  });

  test('with sequentialApply keeps both edits, each child starting from the one before [R80]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(twoEdits, { subplans: { mergeStrategy: 'sequentialApply' } });
    expect(await plan.diff()).toMatch(/\+ONE[\s\S]*\+FIVE/);
  });

  test('with lastWins takes the later side of a conflict and reports it; failOnConflict fails [R80]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(clash, { subplans: { mergeStrategy: 'lastWins' } });
    expect(record.state).toBe('complete');
    expect(await plan.diff()).toContain('+red');
    const engines: unknown[] = [];
    for await (const event of plan.events())
      if (event.type === 'merge.child_merged') engines.push(event.engines['a.txt']);
    expect(engines).toContain('lastWins');

    const strict = await createTestProject();
    const failed = await strict.run(clash, { subplans: { mergeStrategy: 'failOnConflict' } });
    expect([failed.record.state, failed.record.error?.code]).toEqual(['errored', 'MERGE_CONFLICT']);
  });

  test('refuses a subplan with a looser strategy than that of the action, and loses no edit [R175]', async () => {
    const testProject = await createTestProject();
    const answers: unknown[] = [];
    const { plan, record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        const asks = { executionActor: edit('a.txt', 'three', 'red'), mergeStrategy: 'lastWins' };
        answers.push(await spawnSubplan(task, 'blue', { executionActor: edit('a.txt', 'three', 'blue') }));
        answers.push(
          await spawnSubplan(task, 'red', asks),
          await spawnSubplan(task, 'red', { ...asks, mergeStrategy: undefined }),
        );
      },
      { subplans: { mergeStrategy: 'failOnConflict' } },
    );
    expect(answers).toMatchObject([
      { success: true },
      { success: false, error: expect.stringMatching(/^mergeStrategy: lastWins is looser/) },
      { success: true },
    ]);
    expect([record.state, record.error?.code]).toEqual(['errored', 'MERGE_CONFLICT']);
    expect((await plan.decisions()).filter(({ type }) => type === 'subplan_parallel_spawn')).toHaveLength(2);
  });

  test('applies the same rules to subplans an agent returns and those it calls for, before any is recorded [R175, R180]', async () => {
    for (const [payload, message] of [
      [{ mergeStrategy: 'lastWins' }, /"returned": mergeStrategy: lastWins is looser/],
      [{ maxParallel: 9 }, /"returned": maxParallel: 9 is more/],
      [{ parallel: false }, /"returned": parallel: false contradicts true/],
      [{ resourceScopes: 3 }, /is not that of a subplan/],
    ] as const) {
      const testProject = await createTestProject();
      const { plan, record } = await testProject.run(async task => {
        if (task.plan.depth > 0) return;
        const { decisionId } = await spawnSubplan(task, 'called for');
        return [returned(task, decisionId, payload)];
      });
      expect(record).toMatchObject({ state: 'errored', error: { code: 'INVALID_DECISION' } });
      expect(record.error?.message).toMatch(message);
      expect((await plan.decisions()).filter(({ type }) => type === 'subplan_parallel_spawn')).toEqual([]);
    }
  });

  test('limits the files of a nested subplan to those of its parent, which are also its default [R180]', async () => {
    const answers: unknown[] = [];
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(async task => {
      if (task.plan.depth === 0)
        await spawnSubplan(task, 'outer', { resourceScopes: ['a.txt'], executionActor: 'player' });
      if (task.plan.depth !== 1) return;
      answers.push(
        await spawnSubplan(task, 'astray', { resourceScopes: ['b.txt'], executionActor: write('b.txt', 'x') }),
      );
      answers.push(
        await spawnSubplan(task, 'inner', {
          resourceScopes: undefined,
          projectRef: task.plan.projectLinks[0]?.alias,
          executionActor: write('a.txt', 'x'),
        }),
      );
    });
    expect(answers).toMatchObject([
      { success: false, error: 'resourceScopes.0: b.txt is outside the scope of this plan, a.txt' },
      { success: true },
    ]);
    expect(record.state).toBe('complete');
    const [outer] = (await testProject.troupe.tree(plan.id)).children;
    expect(outer?.children.map(child => child.plan.resourceScopes)).toEqual([['a.txt']]);
  });

  test('in sequence gives each subplan the results before it that it depends on [R176]', async () => {
    let running = 0;
    const seen: string[] = [];
    const testProject = await createTestProject({
      worker: async task => {
        expect(++running).toBe(1);
        const { entries } = (await task.call('list', { glob: '*.part' })) as { entries: { path: string }[] };
        seen.push(`${task.plan.description}: ${entries.map(({ path }) => path).join(' ')}`);
        await task.call('write', { path: `${task.plan.description}.part`, content: 'x' });
        running -= 1;
      },
    });
    const { plan, record } = await testProject.run(
      async task => {
        const { decisionId } = await spawnSubplan(task, 'one', { executionActor: 'worker' });
        await spawnSubplan(task, 'two', { executionActor: 'worker' });
        await spawnSubplan(task, 'three', { executionActor: 'worker', dependencies: [decisionId] });
      },
      { subplans: { executionMode: 'sequential' } },
    );
    expect(record.state).toBe('complete');
    expect(seen).toEqual(['one: ', 'two: ', 'three: one.part']);
    const ended = new Set<string>();
    for await (const event of plan.events()) {
      if (event.type !== 'subplan.changed') continue;
      if (event.status.state === 'complete') ended.add(event.status.planId);
      const place = record.subplanStatuses.findIndex(({ planId }) => planId === event.status.planId);
      if (event.status.state === 'running') expect(ended.size).toBe(place);
    }
  });

  test('fails dependents whose bases conflict, and names the files', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(
      async task => {
        const blue = await spawnSubplan(task, 'blue', { executionActor: edit('a.txt', 'three', 'blue') });
        const red = await spawnSubplan(task, 'red', { executionActor: edit('a.txt', 'three', 'red') });
        await spawnSubplan(task, 'both', {
          executionActor: write('b.txt', 'x'),
          dependencies: [blue.decisionId, red.decisionId],
        });
      },
      { subplans: { retryFailed: false } },
    );
    expect(record.subplanStatuses[2]?.error).toMatchObject({
      code: 'MERGE_CONFLICT',
      message: expect.stringContaining('a.txt'),
    });
  });
});
