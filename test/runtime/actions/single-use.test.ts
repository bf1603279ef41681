import { describe, expect, test } from 'vitest';
import { createTestProject } from '../test-project.ts';

const action = { name: 'once', description: 'Migrate', executionActor: 'player', reusable: false };

describe('An action that is not reusable [R179]', () => {
  test('creates one plan; a second use is refused by name, also after a restart', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create(action);
    const { id } = await testProject.troupe.use({ action: 'once' });
    const refused = {
      code: 'INVALID_ACTION',
      message: `The action once may be used for one plan, and plan ${id} used it`,
    };
    await expect(testProject.troupe.use({ action: 'local/ONCE' })).rejects.toMatchObject(refused);
    await expect((await testProject.reopen()).use({ action: 'once' })).rejects.toMatchObject(refused);
    expect(await testProject.troupe.list({ all: true })).toHaveLength(1);
  });

  test('creates one plan when two are requested at the same time', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create(action);
    const uses = await Promise.allSettled([1, 2, 3].map(() => testProject.troupe.use({ action: 'once' })));
    expect(uses.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test('creates another plan if the first was cancelled or could not be created', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ ...action, arguments: { to: { required: true } } });
    await expect(testProject.troupe.use({ action: 'once' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const first = await testProject.troupe.use({ action: 'once', arguments: { to: 'a' } });
    await first.cancel();
    await first.waitUntilIdle();
    await testProject.troupe.use({ action: 'once', arguments: { to: 'b' } });
  });

  test('may be forked, and split', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(({ call }) => call('write', { path: 'b.txt', content: 'b' }), {
      reusable: false,
    });
    expect(record.state).toBe('complete');
    const fork = await testProject.troupe.fork({ plan: plan.id });
    expect(fork.id).not.toBe(plan.id);
    await expect(testProject.troupe.use({ action: 'play' })).rejects.toMatchObject({ code: 'INVALID_ACTION' });
  });
});
