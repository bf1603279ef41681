import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitProject } from '../../../src/git.ts';
import { type AgentTask, type Decision, type Plan, TroupeError } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const write = (task: AgentTask, path: string, content: string) => task.call('write', { path, content });
const decide = (task: AgentTask, question: string, chosenOption: string, more: Record<string, unknown> = {}) =>
  task.call('decide', { question, chosenOption, rationale: 'it seems so', ...more }) as Promise<{ decisionId: string }>;
const placeOf = async (plan: Plan) => {
  const { phase, state } = await plan.record();
  return `${phase}.${state}`;
};
const decisionOf = async (plan: Plan, chosenOption: string): Promise<Decision> => {
  const found = (await plan.decisions({ superseded: true })).findLast(each => each.chosenOption === chosenOption);
  if (found === undefined) throw new Error(`nothing decided "${chosenOption}"`);
  return found;
};
const spawnOf = async (plan: Plan, goal: string): Promise<Decision> => {
  const found = (await plan.decisions()).find(
    ({ type, chosenOption }) => type.startsWith('subplan_') && chosenOption === goal,
  );
  if (found === undefined) throw new Error(`nothing spawned "${goal}"`);
  return found;
};
const options = async (plan: Plan) => (await plan.decisions()).map(({ chosenOption }) => chosenOption);
const filesOf = async (plan: Plan) => {
  const record = await plan.record();
  return Object.fromEntries(
    (record.changeSet?.files ?? []).map(({ path }) => [
      path,
      record.sandbox && readFileSync(join(record.sandbox.path, path), 'utf8'),
    ]),
  );
};
const userSees = (testProject: TestProject) => [
  testProject.git('rev-parse', 'HEAD'),
  testProject.git('status', '--porcelain'),
  testProject.git('for-each-ref', 'refs/heads', 'refs/tags'),
];

/** Three subplans that write one file each; counts the runs of each and records its guidance. */
async function threeParts(more: Record<string, (task: AgentTask) => unknown> = {}) {
  const worked: string[] = [];
  const part = async (task: AgentTask) => {
    worked.push(task.plan.description);
    await write(task, `${task.plan.description}.txt`, task.guidance.join('; ') || 'as planned');
  };
  const testProject = await createTestProject({
    think: async task => {
      if (task.plan.depth > 0) return;
      const choice = await decide(task, 'How?', 'in parts');
      for (const goal of ['one', 'two', 'three']) {
        await spawnSubplan(task, goal, {
          parentDecisionId: choice.decisionId,
          executionActor: 'part',
          strategyActor: 'quiet',
        });
      }
    },
    quiet: () => {},
    part,
    ...more,
  });
  const { plan } = await testProject.run(more.player ?? (() => {}), { strategyActor: 'think' });
  return { testProject, plan, worked };
}

describe('correcting a decision of the execution agent', () => {
  const choosing = async (task: AgentTask) => {
    await write(task, 'first.txt', 'first');
    const lastGuidance = task.guidance.at(-1);
    await decide(task, 'Which colour?', lastGuidance ?? 'red');
    await write(task, 'colour.txt', lastGuidance ?? 'red');
    await decide(task, 'Which size?', 'big');
  };

  test('runs it again with the guidance from the files before it, and the plan continues [R86, R87]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(choosing);
    const before = userSees(testProject);
    const wrong = await decisionOf(plan, 'red');
    const report = await plan.correct(wrong.decisionId, { guidance: 'blue' });
    expect(report).toMatchObject({ mode: 'revert', from: 'work', attempt: 2, dryRun: false });
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('execute.complete');
    expect(await filesOf(plan)).toEqual({ 'first.txt': 'first', 'colour.txt': 'blue' });
    expect(await plan.record()).toMatchObject({
      attempt: 2,
      reversionCount: 0,
      guidance: ['blue'],
      guidanceDelivered: 1,
    });
    expect(userSees(testProject)).toEqual(before);
    // The call before it is answered from the record.
    expect(
      (await plan.toolCalls()).filter(({ input }) => (input as { path?: string }).path === 'first.txt'),
    ).toHaveLength(1);
    const hidden = (await plan.decisions({ superseded: true })).filter(({ supersededBy }) => supersededBy !== null);
    expect(hidden.map(({ chosenOption }) => chosenOption)).toEqual(['red', 'big']);
    expect(await options(plan)).toEqual(expect.arrayContaining(['blue', 'big']));
    expect((await plan.decisions()).find(({ type }) => type === 'user_intervention')).toMatchObject({
      chosenOption: 'blue',
      payload: { decisionId: wrong.decisionId, mode: 'revert', correctionId: report.correctionId },
    });
  });

  test('keeps the previous result for `diff`, also after a restart [R89]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(choosing);
    const { correctionId } = await plan.correct((await decisionOf(plan, 'red')).decisionId, { guidance: 'blue' });
    await plan.waitUntilIdle();
    const second = await plan.correct((await decisionOf(plan, 'blue')).decisionId, { guidance: 'green' });
    await plan.waitUntilIdle();
    const again = await (await testProject.reopen()).get(plan.id);
    expect((await again.corrections()).map(each => [each.correctionId, each.guidance])).toEqual([
      [correctionId, 'blue'],
      [second.correctionId, 'green'],
    ]);
    const diff = await again.diff({ correction: correctionId });
    expect(diff).toContain('-red');
    expect(diff).toContain('+blue');
    expect(await again.diff({ correction: second.correctionId })).toContain('+green');
    await expect(again.diff({ correction: 'nothing' })).rejects.toMatchObject({ code: 'UNKNOWN_CORRECTION' });
  });

  test('restarts from the beginning if no checkpoint is left', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(choosing);
    for (const { checkpointId } of await plan.checkpoints.list()) await plan.checkpoints.delete(checkpointId);
    await plan.correct((await decisionOf(plan, 'red')).decisionId, { guidance: 'blue', force: true });
    await plan.waitUntilIdle();
    expect(await filesOf(plan)).toEqual({ 'first.txt': 'first', 'colour.txt': 'blue' });
    const [first] = await plan.corrections();
    await expect(plan.rollback('before')).rejects.toMatchObject({ code: 'UNKNOWN_CHECKPOINT' });
    await expect(plan.diff({ to: String(first?.before?.checkpointId) })).resolves.toContain('-blue');
  });

  test('is undone by a rollback to the checkpoint before it', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(choosing);
    await plan.correct((await decisionOf(plan, 'red')).decisionId, { guidance: 'blue' });
    await plan.waitUntilIdle();
    const kept = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'beforeCorrection');
    await plan.rollback(kept?.checkpointId ?? '');
    expect(await options(plan)).toEqual(expect.arrayContaining(['red', 'big']));
    expect(await options(plan)).not.toContain('blue');
    const { sandbox } = await plan.record();
    expect(readFileSync(join(sandbox?.path ?? '', 'colour.txt'), 'utf8')).toBe('red');
  });

  test('in a dry run reports what would be discarded and kept, and changes nothing [R85, R90, R156]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      const red = await decide(task, 'Which colour?', 'red');
      await decide(task, 'Which shade of it?', 'dark', { parentDecisionId: red.decisionId });
      await decide(task, 'Which frame?', 'gold', { dependsOn: [red.decisionId] });
      await task.call('run', { argv: ['sh', '-c', 'echo > made.txt'] });
      await decide(task, 'Which size?', 'big');
    });
    const before = [await plan.record(), await plan.decisions({ superseded: true }), await plan.checkpoints.list()];
    const report = await plan.correct((await decisionOf(plan, 'red')).decisionId, { guidance: 'blue', dryRun: true });
    const named = (decisions: Decision[]) => decisions.map(({ chosenOption }) => chosenOption);
    expect(named(report.invalidated)).toEqual(['red', 'dark', 'gold']);
    expect(named(report.redone)).toEqual(['big']);
    expect(named(report.excluded)).toContain('Play');
    expect(report.warnings.join()).toContain('made.txt');
    expect(report.estimateMs).toBeGreaterThan(0);
    expect(report).toMatchObject({ dryRun: true, attempt: 2, children: { cancelled: [], takenBack: [], kept: [] } });
    expect([await plan.record(), await plan.decisions({ superseded: true }), await plan.checkpoints.list()]).toEqual(
      before,
    );
    expect(await plan.corrections()).toEqual([]);
  });
});

describe('correcting a decision of the strategy', () => {
  test('runs Strategize again; a decision that stays equal is reused, and its subplans do not run again [R85]', async () => {
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        const choice = await decide(task, 'Which base?', task.guidance.at(-1) ?? 'sand');
        await spawnSubplan(task, `build on ${task.guidance.at(-1) ?? 'sand'}`, {
          parentDecisionId: choice.decisionId,
          executionActor: 'part',
          strategyActor: 'quiet',
        });
        await spawnSubplan(task, 'paint', { executionActor: 'part', strategyActor: 'quiet' });
      },
      quiet: () => {},
      part: async task => {
        worked.push(task.plan.description);
        await write(task, `${task.plan.description.replaceAll(' ', '-')}.txt`, 'done');
      },
    });
    const { plan } = await testProject.run(() => {}, { strategyActor: 'think' });
    expect(worked.sort()).toEqual(['build on sand', 'paint']);
    const sand = await decisionOf(plan, 'sand');
    const paint = await decisionOf(plan, 'paint');
    const report = await plan.correct(sand.decisionId, { guidance: 'rock' });
    expect(report).toMatchObject({ from: 'strategize' });
    expect(report.children.kept).toHaveLength(1);
    expect(report.children.takenBack).toHaveLength(1);
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('execute.complete');
    expect(worked).toEqual(['build on sand', 'paint', 'build on rock']);
    expect(Object.keys(await filesOf(plan)).sort()).toEqual(['build-on-rock.txt', 'paint.txt']);
    expect((await decisionOf(plan, 'paint')).decisionId).toBe(paint.decisionId);
    const tree = await testProject.troupe.tree(plan.id);
    expect(tree.children.map(child => [child.plan.description, child.plan.state])).toEqual([
      ['build on sand', 'cancelled'],
      ['paint', 'complete'],
      ['build on rock', 'complete'],
    ]);
  });

  test('before Execute leaves the plan waiting for the user again', async () => {
    const testProject = await createTestProject({
      think: task => decide(task, 'Which base?', task.guidance.at(-1) ?? 'sand'),
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'player',
      strategyActor: 'think',
      automationProfile: 'review',
    });
    const plan = await testProject.troupe.use({ action: 'play', start: true });
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('strategize.complete');
    await plan.correct((await decisionOf(plan, 'sand')).decisionId, { guidance: 'rock' });
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('strategize.complete');
    expect(await options(plan)).toEqual(expect.arrayContaining(['rock']));
    expect(await options(plan)).not.toContain('sand');
    expect(await plan.record()).toMatchObject({ attempt: 2, sandbox: null });
  });
});

describe('correcting a subplan', () => {
  test('runs it again with the guidance, and not its siblings', async () => {
    const { testProject, plan, worked } = await threeParts();
    expect(worked.sort()).toEqual(['one', 'three', 'two']);
    const report = await plan.correct((await decisionOf(plan, 'two')).decisionId, { guidance: 'with care' });
    expect(report).toMatchObject({ from: 'children' });
    expect([report.children.kept.length, report.children.takenBack.length]).toEqual([2, 1]);
    await plan.waitUntilIdle();
    expect(worked).toEqual(['one', 'three', 'two', 'two']);
    expect(await filesOf(plan)).toEqual({ 'one.txt': 'as planned', 'two.txt': 'with care', 'three.txt': 'as planned' });
    const states = (await testProject.troupe.tree(plan.id)).children.map(
      ({ plan: child }) => `${child.description} ${child.state}`,
    );
    expect(states).toEqual(['one complete', 'two cancelled', 'three complete', 'two complete']);
    expect((await plan.record()).subplanStatuses.map(({ goal, state }) => `${goal} ${state}`)).toEqual([
      'one complete',
      'three complete',
      'two complete',
    ]);
  });

  test('runs again the subplans that depend on it, and no others', async () => {
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        const a = await spawnSubplan(task, 'a', { executionActor: 'part', strategyActor: 'quiet' });
        await spawnSubplan(task, 'b', { dependencies: [a.decisionId], executionActor: 'part', strategyActor: 'quiet' });
        await spawnSubplan(task, 'c', { executionActor: 'part', strategyActor: 'quiet' });
      },
      quiet: () => {},
      part: async task => {
        worked.push(task.plan.description);
        const seen = existsSync(join(task.directory, 'of-a.txt'))
          ? readFileSync(join(task.directory, 'of-a.txt'), 'utf8')
          : '';
        await write(task, `of-${task.plan.description}.txt`, `${task.guidance.join()}${seen}!`);
      },
    });
    const { plan } = await testProject.run(() => {}, { strategyActor: 'think' });
    await plan.correct((await decisionOf(plan, 'a')).decisionId, { guidance: 'again' });
    await plan.waitUntilIdle();
    expect(worked.slice(3)).toEqual(['a', 'b']);
    expect(await filesOf(plan)).toEqual({ 'of-a.txt': 'again!', 'of-b.txt': 'again!!', 'of-c.txt': '!' });
  });

  test('stops the running siblings, keeps the completed ones, and ends with the results of all', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        for (const goal of ['quick', 'slow'])
          await spawnSubplan(task, goal, { executionActor: goal, strategyActor: 'quiet' });
      },
      quiet: () => {},
      quick: async task => {
        worked.push('quick');
        await write(task, 'quick.txt', task.guidance.join());
      },
      slow: async task => {
        worked.push('slow');
        if (worked.filter(word => word === 'slow').length === 1) {
          await Promise.race([held, new Promise(resolve => task.signal.addEventListener('abort', resolve))]);
        }
        await write(task, 'slow.txt', 'slow');
      },
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'player',
      strategyActor: 'think',
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    for await (const event of plan.events()) {
      if (event.type === 'subplan.changed' && event.status.goal === 'quick' && event.status.state === 'complete') break;
    }
    const report = await plan.correct((await decisionOf(plan, 'quick')).decisionId, { guidance: 'better' });
    expect(report.warnings.join()).toContain('start again');
    release();
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('execute.complete');
    expect(await filesOf(plan)).toEqual({ 'quick.txt': 'better', 'slow.txt': 'slow' });
  });
});

describe('correcting a subplan of a sequential group', () => {
  test('runs those after it again, and starts from the result of the one before', async () => {
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        if (task.plan.depth > 0) return;
        for (const goal of ['a', 'b', 'c'])
          await spawnSubplan(task, goal, { executionActor: 'part', mergeStrategy: 'sequentialApply' });
      },
      part: async task => {
        worked.push(task.plan.description);
        await write(task, `of-${task.plan.description}.txt`, task.guidance.join() || 'as planned');
      },
    });
    const { plan } = await testProject.run(() => {}, { strategyActor: 'think' });
    const report = await plan.correct((await decisionOf(plan, 'b')).decisionId, { guidance: 'otherwise' });
    expect(report.children.kept).toHaveLength(2);
    await plan.waitUntilIdle();
    expect(worked.slice(0, 3)).toEqual(['a', 'b', 'c']);
    expect(worked.slice(3)).toEqual(['c', 'b']);
    expect(await filesOf(plan)).toEqual({
      'of-a.txt': 'as planned',
      'of-b.txt': 'otherwise',
      'of-c.txt': 'as planned',
    });
  });
});

describe('an addition', () => {
  test('is a plan of its own with the guidance as its goal, run and merged into the result [R88]', async () => {
    const { testProject, plan, worked } = await threeParts({
      player: async task => {
        if (task.plan.depth > 0) await write(task, 'added.txt', [task.plan.description, ...task.guidance].join(', '));
      },
    });
    const before = await filesOf(plan);
    const { correctionId } = await plan.correct((await decisionOf(plan, 'in parts')).decisionId, {
      mode: 'append',
      guidance: 'and a roof',
    });
    await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('execute.complete');
    expect(worked).toHaveLength(3);
    expect(await filesOf(plan)).toEqual({ ...before, 'added.txt': 'and a roof' });
    const child = (await testProject.troupe.tree(plan.id)).children.at(-1)?.plan;
    expect(child).toMatchObject({ description: 'and a roof', state: 'complete', parentPlanId: plan.id, depth: 1 });
    expect(await plan.diff({ correction: correctionId })).toContain('+and a roof');
    expect((await plan.decisions({ superseded: true })).filter(({ supersededBy }) => supersededBy !== null)).toEqual(
      [],
    );
    // It can be corrected like any other subplan, and the previous result stays.
    await plan.correct((await spawnOf(plan, 'and a roof')).decisionId, { guidance: 'of straw' });
    await plan.waitUntilIdle();
    expect(await filesOf(plan)).toEqual({ ...before, 'added.txt': 'and a roof, of straw' });
    expect(worked).toHaveLength(3);
  });

  test('needs a result to be added to', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await decide(task, 'Which?', 'this');
      throw new Error('no');
    });
    const [root] = await plan.decisions();
    await expect(plan.correct(root?.decisionId ?? '', { mode: 'append', guidance: 'more' })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
    });
  });
});

describe('a failing correction', () => {
  const untouched = async (testProject: TestProject, plan: Plan, wanted: string, code: string, more = {}) => {
    const stateOfPlan = async () => [
      { ...(await plan.record()), updatedAt: '' },
      await plan.decisions({ superseded: true }),
      await plan.checkpoints.list(),
      await plan.corrections(),
      testProject.git('for-each-ref', 'refs/troupe'),
      testProject.git('worktree', 'list'),
    ];
    const before = await stateOfPlan();
    await expect(plan.correct(wanted, { guidance: 'otherwise', ...more })).rejects.toMatchObject({ code });
    expect(await stateOfPlan()).toEqual(before);
  };

  test('of an unknown, uncorrectable or superseded decision is refused [R107]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(task => decide(task, 'Which?', 'this'));
    await untouched(testProject, plan, 'nowhere', 'UNKNOWN_DECISION');
    const [root] = await plan.decisions();
    await untouched(testProject, plan, root?.decisionId ?? '', 'NOT_CORRECTABLE');
    await expect(plan.correct(root?.decisionId ?? '', { guidance: 'x' })).rejects.toMatchObject({
      hints: [hintLine(`troupe plan revert ${plan.id}`)],
    });
    const wrong = await decisionOf(plan, 'this');
    await plan.correct(wrong.decisionId, { guidance: 'that' });
    await plan.waitUntilIdle();
    await untouched(testProject, plan, wrong.decisionId, 'UNKNOWN_DECISION');
  });

  test('of an applied plan is refused, naming the subplans whose results were applied [R91]', async () => {
    const { testProject, plan } = await threeParts();
    await plan.apply();
    await plan.waitUntilIdle();
    const two = await decisionOf(plan, 'two');
    await untouched(testProject, plan, two.decisionId, 'NOT_CORRECTABLE');
    const children = (await testProject.troupe.tree(plan.id)).children.map(child => child.plan.planId);
    await expect(plan.correct(two.decisionId, { guidance: 'x' })).rejects.toMatchObject({
      details: { applied: children },
    });
  });

  test('of a completed subplan reports how to correct its parent', async () => {
    const { testProject, plan } = await threeParts({
      part: async task => {
        await decide(task, 'Which?', `inside ${task.plan.description}`);
      },
    });
    const child = (await testProject.troupe.tree(plan.id)).children[0]?.plan;
    const inner = await testProject.troupe.get(child?.planId ?? '');
    const wrong = await decisionOf(inner, `inside ${child?.description}`);
    await expect(inner.correct(wrong.decisionId, { guidance: 'x' })).rejects.toMatchObject({
      code: 'NOT_CORRECTABLE',
      hints: [hintLine(new RegExp(child?.spawnDecisionId?.slice(-8) ?? '[?]'))],
    });
  });

  test('over changes by others in the sandbox is refused, naming the files, unless forced', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await decide(task, 'Which?', 'this');
      await write(task, 'b.txt', 'b');
    });
    const wrong = await decisionOf(plan, 'this');
    const sandbox = (await plan.record()).sandbox?.path ?? '';
    writeFileSync(join(sandbox, 'mine.txt'), 'mine');
    await untouched(testProject, plan, wrong.decisionId, 'SANDBOX_EDITED');
    await plan.correct(wrong.decisionId, { guidance: 'that', force: true });
    await plan.waitUntilIdle();
    const kept = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'beforeCorrection');
    expect(testProject.git('show', `${kept?.treeOid}:mine.txt`)).toBe('mine');
  });

  test.each([
    ['while the current state is saved', false],
    ['after the files of the next attempt are checked out', true],
  ])(
    'that fails %s changes nothing, also in subplans, and can be repeated [R91]',
    { timeout: 120_000 },
    async (_, opens) => {
      const { testProject, plan } = await threeParts();
      const two = await decisionOf(plan, 'two');
      const family = async () =>
        (await testProject.troupe.tree(plan.id)).children.map(child => ({ ...child.plan, updatedAt: '' }));
      const project = gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
      let broken = 1;
      const failing = () => {
        if (broken-- > 0) throw new TroupeError('DISK_FULL', 'The disk is full');
      };
      await testProject.reopen({
        project: {
          ...project,
          async pin(name, oid) {
            if (!opens && name.endsWith('/present')) failing();
            return project.pin(name, oid);
          },
          async openSandbox(options) {
            const opened = await project.openSandbox(options);
            if (opens) failing();
            return opened;
          },
        },
      });
      const again = await testProject.troupe.get(plan.id);
      const before = await family();
      await untouched(testProject, again, two.decisionId, 'DISK_FULL');
      expect(await family()).toEqual(before);
      expect(broken).toBeLessThan(1);
      await again.correct(two.decisionId, { guidance: 'with care' });
      await again.waitUntilIdle();
      expect(await filesOf(again)).toEqual({
        'one.txt': 'as planned',
        'two.txt': 'with care',
        'three.txt': 'as planned',
      });
    },
  );

  test('without its sandbox fails and changes nothing [R91]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await decide(task, 'Which?', 'this');
      await write(task, 'b.txt', 'b');
    });
    rmSync((await plan.record()).sandbox?.path ?? '', { recursive: true });
    const wrong = await decisionOf(plan, 'this');
    await expect(plan.correct(wrong.decisionId, { guidance: 'that' })).rejects.toMatchObject({
      code: 'SANDBOX_LOST',
      hints: [hintLine(`troupe plan fork ${plan.id}`), hintLine(`troupe plan revert ${plan.id}`)],
    });
    expect(await plan.record()).toMatchObject({ attempt: 1, phase: 'execute', state: 'complete' });
    expect(await options(plan)).toContain('this');
  });
});
