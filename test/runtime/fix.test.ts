/** Check, fix, check again: on the current result, without losing any of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const write = ({ call }: AgentTask, path: string, content = path) => call('write', { path, content });
const exists = (path: string) => ({ name: path, argv: ['test', '-f', path] });

describe('A fix', () => {
  test('starts with the checked result and keeps it [R103]', async () => {
    const testProject = await createTestProject();
    const found: boolean[] = [];
    const { plan, record } = await testProject.run(
      async task => {
        if (task.role === 'execution') return write(task, 'work.txt');
        found.push(existsSync(join(task.directory, 'work.txt')));
        return write(task, found.length === 1 ? 'first.txt' : 'second.txt');
      },
      { validations: [exists('first.txt'), exists('second.txt')] },
    );
    expect(record.state).toBe('complete');
    expect(found).toEqual([true, true]);
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['first.txt', 'second.txt', 'work.txt']);
  });

  test('starts with the results of the subplans', async () => {
    const testProject = await createTestProject({ child: task => write(task, 'child.txt') });
    const { plan, record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        if (task.role === 'execution') await spawnSubplan(task, 'part', { executionActor: 'child' });
        else await write(task, 'fixed.txt');
      },
      { validations: [exists('fixed.txt'), exists('child.txt')] },
    );
    expect(record.state).toBe('complete');
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['child.txt', 'fixed.txt']);
  });

  test('that was interrupted starts again from the checked result: nothing is half done, nothing is lost', async () => {
    let fixes = 0;
    const found: boolean[] = [];
    let stuck: () => void = () => {};
    const isStuck = new Promise<void>(resolve => {
      stuck = resolve;
    });
    const testProject = await createTestProject({
      mender: async task => {
        if (task.role === 'execution') return write(task, 'work.txt');
        fixes += 1;
        found.push(existsSync(join(task.directory, 'half.txt')), existsSync(join(task.directory, 'work.txt')));
        await write(task, 'half.txt');
        if (fixes > 1) return write(task, 'fixed.txt');
        stuck();
        return new Promise(() => {});
      },
    });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'mender',
      validations: [exists('fixed.txt')],
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    await isStuck;
    const again = await (await testProject.reopen()).get(plan.id);
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(found).toEqual([false, true, false, true]);
    expect((await again.changes()).map(({ path }) => path)).toEqual(['fixed.txt', 'half.txt', 'work.txt']);
  });

  test('is not run when only informational checks fail', async () => {
    const testProject = await createTestProject();
    const roles: string[] = [];
    const { record } = await testProject.run(
      task => {
        roles.push(task.role);
        return write(task, 'work.txt');
      },
      { validations: [{ ...exists('style.txt'), required: false }] },
    );
    expect(roles).toEqual(['execution']);
    expect(record).toMatchObject({ state: 'complete', validationResults: [{ name: 'style.txt', passed: false }] });
  });
});

describe('A validation that cannot pass or fail', () => {
  test.each([
    ['without a command', { name: 'v', argv: [] }],
    ['without a name', { argv: ['true'] }],
    ['that sets its own result', { name: 'v', argv: ['true'], passed: true }],
  ])('is refused when its action is registered: one %s [R104]', async (_, validation) => {
    const { troupe } = await createTestProject();
    const action = { name: 'play', description: 'Play', executionActor: 'player', validations: [validation] };
    await expect(troupe.actions.create(action)).rejects.toMatchObject({
      code: expect.stringMatching(/INVALID_ACTION|UNKNOWN_KEY/),
    });
    await expect(troupe.actions.list()).resolves.toEqual([]);
  });
});
