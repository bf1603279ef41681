import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gitProject } from '../../../src/git.ts';
import { type AgentTask, type Checkpoint, type Plan, type Project, TroupeError } from '../../../src/index.ts';
import { commandHint } from '../../../src/model/command-hint.ts';
import { testSeed } from '../../seed.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const write = (task: AgentTask, path: string, content: string) => task.call('write', { path, content });
const sandboxOf = async (plan: Plan) => (await plan.record()).sandbox?.path ?? '';
const at = async (plan: Plan, trigger: Checkpoint['trigger'], nth = 0) => {
  const found = (await plan.checkpoints.list()).filter(checkpoint => checkpoint.trigger === trigger)[nth];
  if (found === undefined) throw new Error(`there is no such checkpoint: ${trigger} ${nth}`);
  return found.checkpointId;
};
const placeOf = async (plan: Plan) => {
  const { phase, state } = await plan.record();
  return `${phase}.${state}`;
};
const userSees = (testProject: TestProject) => [
  testProject.git('rev-parse', 'HEAD'),
  testProject.git('status', '--porcelain'),
  testProject.git('for-each-ref', 'refs/heads', 'refs/tags'),
];
/** Everything that a failed rollback must not change. */
const stateOfPlan = async (plan: Plan) => ({
  record: { ...(await plan.record()), updatedAt: '' },
  decisions: await plan.decisions({ superseded: true }),
  checkpoints: await plan.checkpoints.list(),
  calls: await plan.toolCalls(),
  file: readFileSync(join(await sandboxOf(plan), 'b.txt'), 'utf8'),
});

/** Three calls that write: a.txt changed, then b.txt created, then a.txt deleted. */
const threeCalls = async (task: AgentTask) => {
  await write(task, 'a.txt', 'changed\n');
  await write(task, 'b.txt', 'new\n');
  await task.call('delete', { path: 'a.txt' });
};

describe('a rollback', () => {
  test('restores every file byte for byte, removes new ones, and touches nothing else [R12, R22, R27, R118]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const before = userSees(testProject);
    const sandbox = await sandboxOf(plan);
    expect([existsSync(join(sandbox, 'a.txt')), existsSync(join(sandbox, 'b.txt'))]).toEqual([false, true]);

    const report = await plan.rollback(await at(plan, 'afterToolExecute'));
    expect(report.changes).toEqual([
      { file: 'a.txt', action: 'restored' },
      { file: 'b.txt', action: 'removed' },
    ]);
    expect(report.impact).toMatchObject({ childPlanIds: [], toolCallsAfter: 2 });
    expect(readFileSync(join(sandbox, 'a.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(sandbox, 'b.txt'))).toBe(false);
    expect(await plan.record()).toMatchObject({
      ...{ phase: 'execute', state: 'queued', resting: true, resultTree: null, changeSet: null },
      lastCheckpointId: await at(plan, 'afterToolExecute'),
    });
    expect(userSees(testProject)).toEqual(before);
    const types: string[] = [];
    for await (const event of plan.events()) types.push(event.type);
    expect(types).toContain('plan.rolled_back');
  });

  test('restores links and modes as well', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await task.call('run', {
        argv: ['sh', '-c', 'ln -s a.txt link; echo "#!" > tool; chmod +x tool; mkdir -p d/e; echo 1 > d/e/f'],
      });
      await task.call('run', { argv: ['sh', '-c', 'rm link; echo other > link; chmod -x tool; rm -r d; echo 2 > d'] });
    });
    const sandbox = await sandboxOf(plan);
    await plan.rollback(await at(plan, 'afterToolExecute'));
    expect(readlinkSync(join(sandbox, 'link'))).toBe('a.txt');
    expect(lstatSync(join(sandbox, 'tool')).mode & 0o111).toBe(0o111);
    expect(readFileSync(join(sandbox, 'd/e/f'), 'utf8')).toBe('1\n');
  });

  test('lets the agent continue from there: earlier calls are answered from the record, not repeated [R87]', async () => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    const { plan } = await testProject.run(async task => {
      await write(task, 'count.txt', 'one');
      received.push(await task.call('read', { path: 'a.txt' }));
      await write(task, 'b.txt', 'two');
    });
    await plan.rollback(await at(plan, 'beforeToolExecute', 1));
    expect((await plan.toolCalls()).map(({ undone }) => undone)).toEqual([false, false, true]);
    await plan.execute();
    const record = await plan.waitUntilIdle();
    expect(await placeOf(plan)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['b.txt', 'count.txt']);
    expect((await plan.toolCalls()).map(({ tool, undone }) => [tool, undone])).toEqual([
      ['builtin/write', false],
      ['builtin/read', false],
      ['builtin/write', true],
      ['builtin/write', false],
    ]);
    expect(received[1]).toEqual(received[0]);
    expect(record.toolCalls).toBe(3);
  });

  test('supersedes later decisions, and rolling forward restores them [R30]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await write(task, 'b.txt', 'two');
      await task.call('decide', { question: 'Which?', chosenOption: 'this one', rationale: 'it fits' });
    });
    await plan.prompt('mind the gap');
    const options = async () => (await plan.decisions()).map(({ chosenOption }) => chosenOption);
    const before = await options();
    expect(before).toEqual(expect.arrayContaining(['this one', 'mind the gap']));
    const back = await plan.rollback(await at(plan, 'preExecute'));
    expect(back.impact.decisionsAfter).toBeGreaterThanOrEqual(2);
    expect(await options()).toEqual(expect.not.arrayContaining(['this one', 'mind the gap']));
    const hidden = (await plan.decisions({ superseded: true })).find(({ chosenOption }) => chosenOption === 'this one');
    const replacement = (await plan.decisions()).find(({ decisionId }) => decisionId === hidden?.supersededBy);
    expect(replacement).toMatchObject({ type: 'user_intervention', chosenOption: 'Back to preExecute' });

    await plan.rollback(await at(plan, 'beforeRollback'));
    expect(await options()).toEqual(expect.arrayContaining(['this one', 'mind the gap']));
    expect(readFileSync(join(await sandboxOf(plan), 'b.txt'), 'utf8')).toBe('two');
    await plan.execute();
    const record = await plan.waitUntilIdle();
    expect([record.state, record.changeSet?.files.map(({ path }) => path)]).toEqual(['complete', ['b.txt']]);
    expect((await options()).filter(option => option === 'this one')).toHaveLength(1);
  });

  test('cancels children that were created since, also completed ones, and runs them again from there [R30]', async () => {
    const runs: string[] = [];
    const testProject = await createTestProject({
      child: async task => {
        runs.push(task.plan.description);
        await write(task, `${task.plan.description}.txt`, 'child\n');
      },
    });
    const { plan, record } = await testProject.run(async task => {
      if (task.plan.depth > 0) return;
      await spawnSubplan(task, 'one', { executionActor: 'child' });
      await spawnSubplan(task, 'two', { executionActor: 'child' });
    });
    expect(record.state).toBe('complete');
    const first = (await testProject.troupe.list({ all: true, children: true })).filter(({ depth }) => depth === 1);
    const report = await plan.rollback(await at(plan, 'onSubplanSpawn'));
    expect([...report.impact.childPlanIds].sort()).toEqual(first.map(({ planId }) => planId).sort());
    expect(report.changes.map(({ file }) => file)).toEqual(['one.txt', 'two.txt']);
    const states = async () =>
      Object.fromEntries(
        (await testProject.troupe.list({ all: true, children: true })).map(each => [each.planId, each.state]),
      );
    for (const { planId } of first) expect((await states())[planId]).toBe('cancelled');
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(runs.sort()).toEqual(['one', 'one', 'two', 'two']);
    expect(Object.values(await states()).filter(state => state === 'complete')).toHaveLength(3);

    // A subplan whose result is merged in the checkpoint does not run again.
    await plan.rollback(await at(plan, 'postExecute', 1));
    await plan.execute();
    const again = await plan.waitUntilIdle();
    expect([again.state, again.changeSet?.files.map(({ path }) => path)]).toEqual(['complete', ['one.txt', 'two.txt']]);
    expect(runs).toHaveLength(4);
  });

  test('stops what is running, including children', async () => {
    let begin: () => void = () => {};
    const started = new Promise<void>(resolve => {
      begin = resolve;
    });
    const testProject = await createTestProject({
      lead: task => spawnSubplan(task, 'one', { executionActor: 'endless' }),
      endless: task =>
        new Promise<void>((_, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason));
          begin();
        }),
    });
    await testProject.troupe.actions.create({ name: 'group', description: 'Group', executionActor: 'lead' });
    const plan = await testProject.troupe.use({ action: 'group' });
    await plan.execute();
    await started;
    await plan.rollback(await at(plan, 'preExecute'));
    expect(await placeOf(plan)).toBe('execute.queued');
    const [child] = (await testProject.troupe.list({ all: true, children: true })).filter(({ depth }) => depth === 1);
    expect(child?.state).toBe('cancelled');
  });

  test('works for a paused and for a failed plan, and clears the error', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(async task => {
      await write(task, 'b.txt', 'two');
      throw new TroupeError('AGENT_FAILED', 'no further', { retriable: false });
    });
    expect([record.state, record.errorMessage]).toEqual(['errored', 'no further']);
    await plan.pause();
    await plan.rollback(await at(plan, 'afterToolExecute'));
    expect(await plan.record()).toMatchObject({ state: 'queued', errorMessage: null, error: null });
  });

  test('works after a restart, and the plan continues after the next one', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const wanted = await at(plan, 'afterToolExecute');
    const reopened = await (await testProject.reopen()).get(plan.id);
    await reopened.rollback(wanted);
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.record()).toMatchObject({ phase: 'execute', state: 'queued', resting: true });
    await again.execute();
    expect((await again.waitUntilIdle()).changeSet?.files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  });
});

test('a rollback to an earlier attempt restores its decisions and its files', async () => {
  const testProject = await createTestProject({
    think: task =>
      task.call('decide', { question: 'How?', chosenOption: task.guidance.at(-1) ?? 'so', rationale: 'r' }),
  });
  const { plan } = await testProject.run(threeCalls, { strategyActor: 'think' });
  const old = await at(plan, 'postExecute');
  await plan.revert('otherwise');
  await plan.execute();
  await plan.waitUntilIdle();
  const chosen = async () =>
    (await plan.decisions()).flatMap(({ type, chosenOption }) => (type === 'strategy_choice' ? [chosenOption] : []));
  expect(await chosen()).toEqual(['otherwise']);
  await plan.rollback(old);
  expect(await chosen()).toEqual(['so']);
  expect(readFileSync(join(await sandboxOf(plan), 'b.txt'), 'utf8')).toBe('new\n');
  await plan.execute();
  expect(await plan.waitUntilIdle()).toMatchObject({
    phase: 'execute',
    state: 'complete',
    attempt: 2,
    reversionCount: 1,
  });
});

describe('a failing rollback', () => {
  const untouched = async (testProject: TestProject, plan: Plan, wanted: string, code: string, options = {}) => {
    const before = await stateOfPlan(plan);
    await expect(plan.rollback(wanted, options)).rejects.toMatchObject({ code });
    expect(await stateOfPlan(plan)).toEqual(before);
    expect(testProject.git('status', '--porcelain')).toBe('');
  };

  test('without its sandbox is reported [R92]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const record = await plan.record();
    const wanted = await at(plan, 'preExecute');
    rmSync(await sandboxOf(plan), { recursive: true });
    const instead = commandHint('plan fork', { planId: plan.id, options: { checkpoint: wanted } });
    await expect(plan.rollback(wanted)).rejects.toMatchObject({
      code: 'SANDBOX_LOST',
      hints: [instead, commandHint('plan revert', { planId: plan.id })],
    });
    expect({ ...(await plan.record()), updatedAt: '' }).toEqual({ ...record, updatedAt: '' });
  });

  test('to an unknown checkpoint is refused', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    await untouched(testProject, plan, 'nowhere', 'UNKNOWN_CHECKPOINT');
  });

  test('over changes by others in the sandbox is refused, naming the files, unless forced [R129]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const wanted = await at(plan, 'preExecute');
    const mine = join(await sandboxOf(plan), 'mine.txt');
    writeFileSync(mine, 'by hand');
    await expect(plan.rollback(wanted)).rejects.toMatchObject({
      code: 'SANDBOX_EDITED',
      details: { files: ['mine.txt'] },
    });
    await untouched(testProject, plan, wanted, 'SANDBOX_EDITED');
    expect(readFileSync(mine, 'utf8')).toBe('by hand');
    await plan.rollback(wanted, { force: true });
    expect(existsSync(mine)).toBe(false);
    // A checkpoint of it was created before.
    await plan.rollback(await at(plan, 'beforeRollback'));
    expect(readFileSync(mine, 'utf8')).toBe('by hand');
  });

  test('of an applied plan is refused', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const wanted = await at(plan, 'preExecute');
    await plan.apply();
    await plan.waitUntilIdle();
    await expect(plan.rollback(wanted)).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });

  test.each([
    ['restore', 1],
    ['capture', 2],
    ['changes', 1],
    ['changes', 2],
    ['changes', 3],
  ] as const)('after an error in %s (call %i) changes nothing [R12]', async (method, nth) => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const wanted = await at(plan, 'preExecute');
    const broken = failing(
      gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') }),
      method,
      nth,
    );
    const troupe = await testProject.reopen({ project: broken.project });
    const reopened = await troupe.get(plan.id);
    const before = await stateOfPlan(reopened);
    broken.arm();
    await expect(reopened.rollback(wanted)).rejects.toThrow('does not work today');
    expect(await stateOfPlan(reopened)).toEqual(before);
    expect(
      testProject.git('for-each-ref', '--format=%(refname)', `refs/troupe/checkpoints/${plan.id}`).trim().split('\n'),
    ).toHaveLength((await reopened.checkpoints.list()).length);
  });
});

/** A project one of whose methods fails at its nth call after it is armed. */
function failing(project: Project, method: keyof Project, nth: number) {
  let armed = false;
  let calls = 0;
  const real = project[method] as (...given: unknown[]) => unknown;
  const failing = async (...given: unknown[]) => {
    if (armed) calls += 1;
    if (armed && calls === nth) throw new Error(`${method} does not work today`);
    return await real.apply(project, given);
  };
  return {
    project: { ...project, [method]: failing },
    arm: () => {
      armed = true;
    },
  };
}

describe('a dry run', () => {
  test('reports what would change and changes nothing [R156]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(threeCalls);
    const wanted = await at(plan, 'preExecute');
    const before = await stateOfPlan(plan);
    const report = await plan.rollback(wanted, { dryRun: true });
    expect(report).toMatchObject({
      dryRun: true,
      changes: [
        { file: 'a.txt', action: 'restored' },
        { file: 'b.txt', action: 'removed' },
      ],
      impact: { toolCallsAfter: 3 },
      after: { phase: 'execute', state: 'queued' },
    });
    expect(await stateOfPlan(plan)).toEqual(before);
  });
});

describe('checkpoints', () => {
  test('are created before and after each call that writes and no other, and once per spawn and failure [R33]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      if (task.plan.depth > 0) return write(task, 'c.txt', 'c');
      await task.call('read', { path: 'a.txt' });
      await write(task, 'b.txt', 'two');
      await spawnSubplan(task, 'one');
      return undefined;
    });
    const triggers = async () => (await plan.checkpoints.list()).map(({ trigger }) => trigger);
    expect(await triggers()).toEqual([
      ...['preExecute', 'beforeToolExecute', 'afterToolExecute', 'onSubplanSpawn', 'postExecute'],
    ]);
    const { plan: doomed } = await testProject.run(
      () => Promise.reject(new TroupeError('AGENT_FAILED', 'no', { retriable: false })),
      { name: 'doomed' },
    );
    expect((await doomed.checkpoints.list()).map(({ trigger }) => trigger)).toEqual(['preExecute', 'onError']);
  });

  test('are limited to those that the action requests', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(task => write(task, 'b.txt', 'two'), {
      checkpoints: { autoCreateOn: ['afterToolExecute'] },
    });
    expect((await plan.checkpoints.list()).map(({ trigger }) => trigger)).toEqual([
      'preExecute',
      'afterToolExecute',
      'postExecute',
    ]);
  });

  test('are created by the tool and by command under a label, found by it, and deleted [R32]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await write(task, 'b.txt', 'half');
      await task.call('system/create_checkpoint', { label: 'halfway' });
      await write(task, 'b.txt', 'whole');
    });
    const made = await plan.checkpoints.create('whole');
    expect(made).toMatchObject({ label: 'whole', trigger: 'manual' });
    await plan.rollback('halfway');
    const file = join(await sandboxOf(plan), 'b.txt');
    expect(readFileSync(file, 'utf8')).toBe('half');
    await plan.rollback(made.checkpointId.slice(-8));
    expect(readFileSync(file, 'utf8')).toBe('whole');
    await plan.checkpoints.delete('whole');
    await expect(plan.rollback('whole')).rejects.toMatchObject({ code: 'UNKNOWN_CHECKPOINT' });
    expect(() => testProject.git('rev-parse', '--verify', '--quiet', made.ref)).toThrow();
  });

  test('of another plan is refused with the name of that plan, also when there is nothing to undo', async () => {
    const testProject = await createTestProject();
    const { plan: other } = await testProject.run(task => write(task, 'b.txt', 'other'));
    const plan = await testProject.troupe.use({ action: 'play', start: false });
    const foreign = await at(other, 'preExecute');
    for (const partialId of [foreign, foreign.slice(-8)]) {
      const refusal = {
        code: 'UNKNOWN_CHECKPOINT',
        message: `The checkpoint "${partialId}" belongs to another plan, ${other.id}`,
        hints: [commandHint('plan checkpoint list', { planId: plan.id })],
      };
      await expect(plan.rollback(partialId, { dryRun: true })).rejects.toMatchObject(refusal);
      await expect(plan.checkpoints.get(partialId)).rejects.toMatchObject(refusal);
      await expect(plan.checkpoints.delete(partialId)).rejects.toMatchObject(refusal);
    }
  });

  test('need a sandbox', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
    const plan = await testProject.troupe.use({ action: 'play', start: false });
    await expect(plan.checkpoints.create()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });
});

/** Content of every file below a folder, by path. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = names.map(entry => join(entry.parentPath, entry.name)).filter(path => !path.endsWith('/.git'));
  return Object.fromEntries(paths.sort().map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

describe('after a rollback to any checkpoint', () => {
  const name = fc.constantFrom('a.txt', 'b.txt', 'd/c.txt', 'd/e/f.txt');
  const toolCall = fc.oneof(
    fc.record({ tool: fc.constant('write'), input: fc.record({ path: name, content: fc.string({ maxLength: 20 }) }) }),
    fc.record({ tool: fc.constant('delete'), input: fc.record({ path: name }) }),
    fc.record({
      tool: fc.constant('decide'),
      input: fc.record({
        question: fc.constant('?'),
        chosenOption: fc.string({ minLength: 1, maxLength: 5 }),
        rationale: fc.constant('so'),
      }),
    }),
  );
  const journey = fc.record({ calls: fc.array(toolCall, { minLength: 1, maxLength: 5 }), pick: fc.nat() });

  test(
    'files and records are as they were there, and executing again leads to the same result',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(journey, async ({ calls, pick }) => {
          const testProject = await createTestProject();
          const seen: Record<string, Record<string, string>> = {};
          const { plan, record } = await testProject.run(async task => {
            for (const { tool, input } of calls) {
              // A missing file cannot be deleted: the agent continues.
              await task.call(tool, input).catch(() => undefined);
              const { checkpointId } = (await task.call('checkpoint', { label: 'x' })) as { checkpointId: string };
              seen[checkpointId] = filesIn(task.directory);
            }
          });
          expect(record.state).toBe('complete');
          const places = Object.keys(seen);
          const wanted = places[pick % places.length] ?? '';
          const { decisionSequence } = (await plan.checkpoints.list()).find(
            ({ checkpointId }) => checkpointId === wanted,
          ) ?? { decisionSequence: 0 };
          const held = (await plan.decisions()).filter(({ sequence }) => sequence <= decisionSequence);
          await plan.rollback(wanted);
          expect(filesIn(await sandboxOf(plan))).toEqual(seen[wanted]);
          const after = await plan.decisions();
          expect(after.slice(0, -1)).toEqual(held);
          expect(after.at(-1)?.type).toBe('user_intervention');
          expect((await plan.toolCalls()).filter(({ undone }) => !undone)).toHaveLength(
            2 * (places.indexOf(wanted) + 1),
          );
          await plan.execute();
          const again = await plan.waitUntilIdle();
          expect([again.state, again.resultTree]).toEqual(['complete', record.resultTree]);
        }),
        { seed: testSeed('rollbacks'), numRuns: 8 },
      );
    },
  );
});

test('a plan keeps at most its limit of checkpoints and refs, and always the labelled ones and the latest', async () => {
  const testProject = await createTestProject();
  const { plan } = await testProject.run(
    async task => {
      for (let at = 0; at < 12; at++) await write(task, `f${at}.txt`, `${at}\n`);
      await task.call('system/create_checkpoint', { label: 'mine' });
      for (let at = 12; at < 30; at++) await write(task, `f${at}.txt`, `${at}\n`);
    },
    { checkpoints: { limit: 10 } },
  );
  const left = await plan.checkpoints.list();
  expect(left.length).toBeLessThanOrEqual(12);
  expect(left.map(({ label }) => label)).toContain('mine');
  const refs = testProject
    .git('for-each-ref', '--format=%(refname)', `refs/troupe/checkpoints/${plan.id}`)
    .trim()
    .split('\n');
  expect(refs.sort()).toEqual(left.map(({ ref }) => ref).sort());
  const oldest = left.filter(({ trigger }) => trigger === 'afterToolExecute')[0];
  await plan.rollback(oldest?.checkpointId ?? '');
  await plan.execute();
  expect(await plan.waitUntilIdle()).toMatchObject({ phase: 'execute', state: 'complete' });
});

test('a call that writes has a checkpoint before and after it, one that reads none; a spawn and an error have one [R33]', async () => {
  const testProject = await createTestProject({ part: () => {} });
  const { plan } = await testProject.run(async task => {
    if (task.plan.depth > 0) return;
    await task.call('read', { path: 'a.txt' });
    await write(task, 'b.txt', 'b');
    await task.call('list', {});
    await spawnSubplan(task, 'part', { executionActor: 'part' });
  });
  const triggers = async (of: Plan) =>
    (await of.checkpoints.list())
      .sort((left, right) => left.decisionSequence - right.decisionSequence)
      .map(({ trigger, tool }) => (tool === null ? trigger : `${trigger} ${tool}`));
  expect(await triggers(plan)).toEqual([
    'preExecute',
    'beforeToolExecute builtin/write',
    'afterToolExecute builtin/write',
    'onSubplanSpawn',
    'postExecute',
  ]);
  const broken = await testProject.troupe.use({
    action: (
      await testProject.troupe.actions.create({
        name: 'breaks',
        description: 'Break',
        executionActor: { kind: 'steps', steps: [{ run: { argv: ['false'] } }] },
      })
    ).name,
  });
  await broken.execute();
  await broken.waitUntilIdle();
  expect((await triggers(broken)).filter(trigger => trigger === 'onError')).toHaveLength(1);
});
