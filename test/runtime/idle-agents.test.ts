/** An agent that says it is done and did nothing: no silent success. Checks that do not behave: a failed check with a name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { census } from '../../src/adapters/process/marked.ts';
import { playhouse, spawn } from './playhouse.ts';

const nothing = { executionActor: { kind: 'command', argv: ['true'] } };
const demanding = { ...nothing, definitionOfDone: 'there is a greeting' };

describe('An agent that exits 0 having done nothing', () => {
  test('has not done what done means: NOTHING_DONE, whatever its checks say [R134]', async () => {
    const house = await playhouse();
    const { plan, record } = await house.run(() => {}, { ...demanding, validations: [{ name: 'v', argv: ['true'] }] });
    expect(record).toMatchObject({
      phase: 'execute',
      state: 'errored',
      error: {
        code: 'NOTHING_DONE',
        category: 'validation',
        message: 'Nothing was changed, and done would mean: there is a greeting',
      },
    });
    expect(record.error?.hints).toContain(`troupe plan execute ${plan.id}`);
    await expect(plan.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });

  test('has a result without changes where nothing is demanded, or where an empty one is meant', async () => {
    const house = await playhouse();
    const { record } = await house.run(() => {}, nothing);
    expect(record).toMatchObject({ state: 'complete', changeSet: { files: [] } });
    await house.troupe.actions.create({ name: 'demanding', description: 'Demand', ...demanding });
    const plan = await house.troupe.use({ action: 'demanding', allowEmpty: true });
    await plan.execute();
    expect((await plan.settled()).state).toBe('complete');
  });

  test('is no fault where its subplans did the work', async () => {
    const house = await playhouse({ child: ({ call }) => call('write', { path: 'b.txt', content: 'b' }) });
    const { record } = await house.run(
      async task => {
        if (task.plan.depth === 0) await spawn(task, 'part', { executionActor: 'child' });
      },
      { definitionOfDone: 'there is a greeting' },
    );
    expect(record).toMatchObject({ state: 'complete', changeSet: { files: [{ path: 'b.txt' }] } });
  });
});

describe('A check that does not behave', () => {
  test.each([
    ['takes too long', 'echo up; sleep 100 & sleep 100', { timeoutSeconds: 0.3 }, 'timed out', 'timed_out'],
    ['goes quiet', 'echo up; sleep 100', { timeoutSeconds: 60, idleSeconds: 0.3 }, 'stalled', 'stalled'],
    ['is not there', null, {}, 'not found', 'not_found'],
    ['is killed', 'kill -9 $$', {}, 'killed', 'exited'],
  ])('and %s has failed, by that name, and leaves nothing behind [R45, R135]', async (_, program, limits, words, outcome) => {
    const house = await playhouse();
    const argv = program === null ? ['./no-such-check'] : ['sh', '-c', program];
    const { plan, record } = await house.run(() => {}, {
      automationProfile: 'manual',
      validations: [{ name: 'check', argv, ...limits }],
    });
    expect(record.error).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: `A required validation failed: check (${words})`,
      details: { validations: [{ name: 'check', outcome }] },
    });
    expect(record.validationResults).toMatchObject([{ passed: false, exitCode: null, outcome }]);
    await house.troupe.close();
    const sandboxes = readdirSync(join(house.folder, '..', 'sandboxes'), { recursive: true, encoding: 'utf8' });
    expect(sandboxes.filter(path => path.endsWith('/a.txt'))).toHaveLength(1);
    expect((await census()).filter(({ marker }) => marker.startsWith(plan.id))).toEqual([]);
  });
});
