import { expect, test } from 'vitest';
import { createTestProject, spawnSubplan } from './test-project.ts';

test('[R24] executing again after some subplans failed runs only those, and reuses the results of the others', async () => {
  const ran: string[] = [];
  let broken = true;
  const testProject = await createTestProject({
    async splitter(task) {
      if (task.plan.depth > 0) return;
      for (const name of ['one', 'two', 'three']) await spawnSubplan(task, name, { resourceScopes: [`${name}.txt`] });
    },
  });
  const { plan, record } = await testProject.run(
    async ({ plan: { description, depth }, call }) => {
      if (depth === 0) return;
      ran.push(description);
      if (description === 'two' && broken) throw new Error('dropped it');
      await call('write', { path: `${description}.txt`, content: description });
    },
    { strategyActor: 'splitter', subplans: { maxRetries: 0 } },
  );
  expect([record.error?.code, ran.toSorted()]).toEqual(['SUBPLANS_FAILED', ['one', 'three', 'two']]);

  broken = false;
  ran.length = 0;
  await plan.execute();
  const again = await plan.waitUntilIdle();
  expect([again.state, again.error, ran]).toEqual(['complete', null, ['two']]);
  expect(again.subplanStatuses.map(({ goal, state }) => `${goal}: ${state}`)).toEqual([
    'one: complete',
    'two: complete',
    'three: complete',
  ]);
  expect(await plan.diff({ stat: true })).toContain('3 files changed');
});
