/** A reviewer inspects the merged and checked result; its findings are recorded, and blocking ones stop the plan. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const write = ({ call }: AgentTask, path: string, content = path) => call('write', { path, content });
const report = ({ call }: AgentTask, severity: string, text: string) =>
  call('finding', { severity, path: 'b.txt', text });

describe('A review [R177]', { timeout: 30_000 }, () => {
  test('runs after the checks and gets the merged diff, the definition of done and the decisions; subplans are not reviewed', async () => {
    const asked: AgentTask[] = [];
    const testProject = await createTestProject({
      reviewer: task => {
        asked.push(task);
        expect(existsSync(join(task.directory, 'checked'))).toBe(false);
      },
      one: task => write(task, 'b.txt'),
      two: task => write(task, 'c.txt'),
    });
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        await task.call('decide', { question: 'How?', chosenOption: 'In parts' });
        await spawnSubplan(task, 'one', { executionActor: 'one' });
        await spawnSubplan(task, 'two', { executionActor: 'two' });
      },
      {
        reviewActor: 'reviewer',
        definitionOfDone: 'both are there',
        validations: [{ name: 'there', argv: ['test', '-f', 'b.txt', '-a', '-f', 'c.txt'] }],
      },
    );
    expect(record).toMatchObject({ phase: 'execute', state: 'complete', findings: [] });
    expect(asked).toHaveLength(1);
    const [task] = asked;
    expect(task?.role).toBe('review');
    expect(task?.plan.definitionOfDone).toBe('both are there');
    expect(task?.diff).toMatch(/2 files changed[\s\S]*\+b\.txt[\s\S]*\+c\.txt/);
    expect(task?.decisions.map(({ chosenOption }) => chosenOption)).toContain('In parts');
    expect(task?.directory).not.toBe(record.sandbox?.path);
  });

  test('runs in a separate checkout: files it writes there are in no result', async () => {
    const testProject = await createTestProject({
      reviewer: ({ directory }) => writeFileSync(join(directory, 'b.txt'), 'reviewed'),
    });
    const { plan, record } = await testProject.run(task => write(task, 'b.txt', 'made'), { reviewActor: 'reviewer' });
    expect(record.state).toBe('complete');
    expect(await plan.diff()).toContain('+made');
    expect(await plan.diff()).not.toContain('reviewed');
  });

  test('records each finding as a decision of the round that found it', async () => {
    let round = 0;
    const testProject = await createTestProject({
      reviewer: async task => {
        round += 1;
        await report(task, 'note', `note ${round}`);
        if (round < 3) await report(task, 'blocking', `blocks ${round}`);
      },
    });
    const problems: (string | null)[] = [];
    const { plan, record } = await testProject.run(
      async task => {
        if (task.role === 'fix') problems.push(task.problem);
        await write(task, 'b.txt', `${task.role} ${round}`);
      },
      { reviewActor: 'reviewer' },
    );
    expect(record).toMatchObject({ state: 'complete', findings: [{ severity: 'note', text: 'note 3' }] });
    expect(problems).toEqual(['A reviewer found in b.txt:\nblocks 1', 'A reviewer found in b.txt:\nblocks 2']);
    const found = (await plan.decisions()).filter(({ payload }) => 'finding' in payload);
    expect(found.map(({ chosenOption, payload }) => [payload.round, chosenOption])).toEqual([
      [1, 'note 1'],
      [1, 'blocks 1'],
      [2, 'note 2'],
      [2, 'blocks 2'],
      [3, 'note 3'],
    ]);
    expect((await plan.toolCalls()).filter(({ tool }) => tool === 'builtin/finding')).toHaveLength(5);
  });

  test('with a blocking finding is not fixed automatically where the profile asks a person; guidance and a retry continue', async () => {
    let blocks = true;
    const testProject = await createTestProject({
      reviewer: async task => {
        if (blocks) await report(task, 'blocking', 'it is wrong');
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'play', description: 'Play', executionActor: 'player', reviewActor: 'reviewer' },
      automationProfile: 'cautious',
    });
    const { plan, record } = await testProject.run(task => write(task, 'b.txt'), { reviewActor: 'reviewer' });
    expect(record).toMatchObject({ state: 'errored', error: { code: 'REVIEW_BLOCKED', category: 'validation' } });
    await expect(plan.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
    blocks = false;
    await plan.execute();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', error: null, findings: [] });
  });

  test('is retried if it fails, then fails the step with its own error', async () => {
    let tries = 0;
    const testProject = await createTestProject({
      reviewer: () => {
        tries += 1;
        throw new Error('no eyes');
      },
    });
    const { record } = await testProject.run(task => write(task, 'b.txt'), { reviewActor: 'reviewer' });
    expect(record).toMatchObject({ phase: 'execute', state: 'errored', errorMessage: 'no eyes' });
    expect(tries).toBeGreaterThan(1);
  });

  test('runs again if a restart interrupted it, and records its findings once', async () => {
    let asked = 0;
    let stuck: () => void = () => {};
    const isStuck = new Promise<void>(resolve => {
      stuck = resolve;
    });
    const testProject = await createTestProject({
      worker: task => write(task, 'b.txt'),
      reviewer: async task => {
        asked += 1;
        await report(task, 'warning', 'look here');
        if (asked > 1) return;
        stuck();
        return new Promise(() => {});
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'play', description: 'Play', executionActor: 'worker', reviewActor: 'reviewer' },
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    await isStuck;
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.waitUntilIdle()).toMatchObject({ state: 'complete', findings: [{ text: 'look here' }] });
    expect(asked).toBe(2);
    expect((await again.decisions()).filter(({ payload }) => 'finding' in payload)).toHaveLength(1);
    expect((await testProject.troupe.cleanUp()).items.filter(({ kind }) => kind === 'sandbox')).toEqual([]);
  });
});

describe('The commit message [R178]', { timeout: 30_000 }, () => {
  const writing = { kind: 'steps', steps: [{ message: { subject: 'Add b', body: 'By {{goal}}.' } }] };
  const subject = 'Add b\n\nBy Play.';

  test('describes the whole result; a part that is applied alone gets the default', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(
      async task => {
        await write(task, 'b.txt');
        await write(task, 'c.txt');
      },
      { applyActor: writing },
    );
    expect(record.commitMessage).toEqual({ message: { subject: 'Add b', body: 'By Play.' }, error: null });
    expect((await plan.previewApply()).message).toBe(subject);
    expect((await plan.previewApply({ only: ['b.txt'] })).message).toBe('Play');
    await plan.apply({ only: ['b.txt'], discardRest: true });
    await plan.waitUntilIdle();
    expect(testProject.git('log', '-1', '--format=%B').trim()).toBe('Play');
  });

  test('is used on the branch, in the patch and before the trailers', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(task => write(task, 'b.txt'), { applyActor: writing });
    const commit = { assistedBy: 'a program' };
    expect((await plan.previewApply({ commit })).message).toBe(`${subject}\n\nAssisted-by: a program\n`);
    await plan.apply({ target: { kind: 'branch', branch: 'result' }, commit });
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(testProject.git('log', '-1', '--format=%B', 'result').trim()).toBe(`${subject}\n\nAssisted-by: a program`);
  });

  test.each([
    ['fails', { kind: 'command', argv: ['false'] }, 'AGENT_FAILED'],
    ['returns none', { kind: 'command', argv: ['true'] }, 'AGENT_FAILED'],
    ['writes into its checkout', { kind: 'command', argv: ['sh', '-c', 'echo x > b.txt; exit 1'] }, 'AGENT_FAILED'],
  ])('is the default if its agent %s, and the result is unchanged', async (_, applyActor, code) => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(task => write(task, 'b.txt', 'made'), { applyActor });
    expect(record).toMatchObject({ state: 'complete', error: null, commitMessage: { message: null, error: { code } } });
    expect(await plan.previewApply()).toMatchObject({ message: 'Play', messageError: { code } });
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(testProject.git('show', 'HEAD:b.txt')).toBe('made');
    expect(testProject.git('log', '-1', '--format=%s').trim()).toBe('Play');
  });

  test('is written again for the result of another attempt', async () => {
    let written = 0;
    const testProject = await createTestProject();
    const script = join(testProject.folder, '..', 'message.mjs');
    writeFileSync(script, 'let n = 0; export default () => ({ message: { subject: "Try " + ++n } });');
    const { plan, record } = await testProject.run(task => write(task, `b${written++}.txt`), {
      applyActor: { kind: 'script', module: script },
    });
    expect(record.commitMessage?.message?.subject).toBe('Try 1');
    await plan.revert('again');
    await plan.waitUntilIdle();
    await plan.execute();
    expect((await plan.waitUntilIdle()).commitMessage?.message?.subject).toBe('Try 2');
  });
});
