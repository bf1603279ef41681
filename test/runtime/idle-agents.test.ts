/** An agent that reports success and did nothing fails. A check that misbehaves is a failed check with a reason. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listTaggedProcesses } from '../../src/adapters/process/tagged-processes.ts';
import { hintLine } from '../hint-line.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const nothing = { executionActor: { kind: 'command', argv: ['true'] } };
const demanding = { ...nothing, definitionOfDone: 'there is a greeting' };

describe('An agent that exits 0 without doing anything', () => {
  test('fails with NOTHING_DONE where a definition of done is set, whatever its checks report [R134]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(() => {}, {
      ...demanding,
      validations: [{ name: 'v', argv: ['true'] }],
    });
    expect(record).toMatchObject({
      phase: 'execute',
      state: 'errored',
      error: {
        code: 'NOTHING_DONE',
        category: 'validation',
        message: 'Nothing was changed, and done would mean: there is a greeting',
      },
    });
    expect(record.error?.hints).toContainEqual(hintLine(`troupe plan execute ${plan.id}`));
    await expect(plan.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });

  test('has a result without changes where none are required, or where an empty result is allowed', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(() => {}, nothing);
    expect(record).toMatchObject({ state: 'complete', changeSet: { files: [] } });
    await testProject.troupe.actions.create({ name: 'demanding', description: 'Demand', ...demanding });
    const plan = await testProject.troupe.use({ action: 'demanding', allowEmpty: true });
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('is no error where its subplans did the work', async () => {
    const testProject = await createTestProject({
      child: ({ call }) => call('write', { path: 'b.txt', content: 'b' }),
    });
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth === 0) await spawnSubplan(task, 'part', { executionActor: 'child' });
      },
      { definitionOfDone: 'there is a greeting' },
    );
    expect(record).toMatchObject({ state: 'complete', changeSet: { files: [{ path: 'b.txt' }] } });
  });
});

describe('A check that misbehaves', () => {
  test.each([
    ['takes too long', 'echo up; sleep 100 & sleep 100', { timeoutSeconds: 0.3 }, 'timed out', 'timed_out'],
    ['prints nothing more', 'echo up; sleep 100', { timeoutSeconds: 60, idleSeconds: 0.3 }, 'stalled', 'stalled'],
    ['does not exist', null, {}, 'not found', 'not_found'],
    ['is killed', 'kill -9 $$', {}, 'killed', 'exited'],
  ])('and %s fails with that reason and leaves nothing behind [R45, R135]', async (_, program, limits, words, outcome) => {
    const testProject = await createTestProject();
    const argv = program === null ? ['./no-such-check'] : ['sh', '-c', program];
    const { plan, record } = await testProject.run(() => {}, {
      automationProfile: 'manual',
      validations: [{ name: 'check', argv, ...limits }],
    });
    expect(record.error).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `A required validation failed: check (${words})`,
      details: { validations: [{ name: 'check', outcome }] },
    });
    expect(record.validationResults).toMatchObject([{ passed: false, exitCode: null, outcome }]);
    await testProject.troupe.close();
    const sandboxes = readdirSync(join(testProject.folder, '..', 'sandboxes'), { recursive: true, encoding: 'utf8' });
    expect(sandboxes.filter(path => path.endsWith('/a.txt'))).toHaveLength(1);
    expect((await listTaggedProcesses()).filter(({ tag }) => tag.startsWith(plan.id))).toEqual([]);
  });
});
