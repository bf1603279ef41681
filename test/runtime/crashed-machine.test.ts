import { afterEach, describe, expect, test } from 'vitest';
import { planMachine } from '../../machines/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

/** The guards and actions of the real plan machine, one of which a test replaces with a broken one. */
const implementations = planMachine.implementations as unknown as Record<
  'guards' | 'actions',
  Record<string, (...args: { context: { spec: { description: string } } }[]) => unknown>
>;
const undo: (() => void)[] = [];

afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** The guard or action throws for the plan whose goal is "broken", and works for any other. */
function breakFor(kind: 'guards' | 'actions', name: string) {
  const group = implementations[kind];
  const real = group[name];
  if (typeof real !== 'function') throw new TypeError(`no function ${name} among the ${kind}`);
  const broken = (...args: { context: { spec: { description: string } } }[]) => {
    if (args[0]?.context.spec.description === 'broken') throw new TypeError(`${name} has a bug`);
    return kind === 'guards' ? real(...args) : undefined;
  };
  // XState runs its own actions (`assign`, `enqueueActions`) by their `resolve`, which gets the arguments third.
  const { resolve } = real as { resolve?: (...args: never[]) => unknown };
  const brokenResolve = (...args: never[]) => {
    broken(args[2] ?? ({} as never));
    return resolve?.(...args);
  };
  group[name] = Object.assign(broken, real, resolve === undefined ? {} : { resolve: brokenResolve });
  undo.push(() => {
    group[name] = real;
  });
}

describe('a bug in a guard or an action of the plan machine [R189]', () => {
  test.each([
    ['guards', 'hasSubplansToRun'],
    ['guards', 'isValid'],
    ['actions', 'setWork'],
  ] as const)('%s.%s: its plan fails with INTERNAL, and the others continue', async (kind, name) => {
    breakFor(kind, name);
    const testProject = await createTestProject({
      player: async task => {
        await task.call('write', { path: `${task.plan.description}.txt`, content: 'made\n' });
      },
    });
    const { troupe } = testProject;
    await troupe.actions.create({
      name: 'local/job',
      description: 'job',
      definitionOfDone: 'done',
      executionActor: 'player',
    });
    const [broken, sound] = await Promise.all(
      ['broken', 'sound'].map(goal => troupe.use({ action: 'local/job', goal, profile: 'trusted' })),
    );
    await Promise.all([broken?.execute(), sound?.execute()]);
    expect(await sound?.waitUntilIdle()).toMatchObject({ phase: 'execute', state: 'complete' });
    expect(await broken?.waitUntilIdle()).toMatchObject({
      state: 'errored',
      error: { code: 'INTERNAL', message: expect.stringContaining(`${name} has a bug`) },
    });
    // The process still has the store open, and another process opens it as it is.
    const reopened = await testProject.reopen();
    expect(await (await reopened.get(broken?.id ?? '')).record()).toMatchObject({ state: 'errored' });
  });

  test('in the machine of a subplan: the subplan fails, its sibling finishes, and the plan reports which one failed', async () => {
    breakFor('guards', 'isValid');
    const testProject = await createTestProject({
      writer: async task => {
        await task.call('write', { path: `${task.plan.description}.txt`, content: 'made\n' });
      },
    });
    const { plan, record } = await testProject.run(
      async task => {
        for (const goal of ['broken', 'sound'])
          await spawnSubplan(task, goal, { executionActor: 'writer', resourceScopes: [`${goal}.txt`] });
      },
      { subplans: { retryFailed: false } },
    );
    expect(record).toMatchObject({ state: 'errored', error: { code: 'SUBPLANS_FAILED' } });
    const { children } = await testProject.troupe.tree(plan.id);
    expect(children.map(child => [child.plan.description, child.plan.state, child.plan.error?.code])).toEqual([
      ['broken', 'errored', 'INTERNAL'],
      ['sound', 'complete', undefined],
    ]);
  });
});
