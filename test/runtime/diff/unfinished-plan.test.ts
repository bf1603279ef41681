import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import type { AgentTask, Plan } from '../../../src/index.ts';
import { createLatch, startPlan } from '../subplan-fixture.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

/** However a plan ends, `diff` shows its changes so far: no file that an agent wrote is out of reach. */
describe('the diff of a plan without a result shows its changes so far [R194]', () => {
  const wrote = async (task: AgentTask, path = 'made.txt') => {
    await task.call('write', { path, content: 'half a thing\n' });
  };
  const shows = async (plan: Plan, path = 'made.txt') => {
    expect(await plan.diff()).toMatch(new RegExp(`${path}[\\s\\S]*\\+half a thing`));
    expect((await plan.changes()).map(change => change.path)).toContain(path);
  };
  const onlyChild = async (testProject: TestProject, plan: Plan) => {
    const [child] = (await testProject.troupe.tree(plan.id)).children;
    return testProject.troupe.get(child?.plan.planId ?? '');
  };

  /** A plan whose process exits while its agent runs; on the next run the agent writes nothing. */
  const interrupted = async () => {
    const reached = createLatch();
    const startedAgain = createLatch();
    const testProject = await createTestProject();
    let runs = 0;
    const { plan } = await startPlan(testProject, async task => {
      runs += 1;
      if (runs === 1) await wrote(task);
      (runs === 1 ? reached : startedAgain).open();
      await new Promise(() => undefined);
    });
    await reached.opened;
    return { testProject, plan, startedAgain };
  };

  test('after a failure, also in another process', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(async task => {
      await wrote(task);
      throw new Error('no further');
    });
    expect(record.state).toBe('errored');
    await shows(plan);
    const troupe = await testProject.reopen({ resume: false });
    await shows(await troupe.get(plan.id));
  });

  test('after a budget is used up', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(
      async task => {
        await wrote(task);
        await wrote(task, 'never.txt');
      },
      { budget: { toolCalls: 1 } },
    );
    expect(record.error?.code).toBe('BUDGET_EXHAUSTED');
    await shows(plan);
    expect(await plan.diff()).not.toContain('never.txt');
  });

  test('after a cancel, for the plan and its subplan, whose sandboxes are already removed', async () => {
    const reached = createLatch();
    const held = createLatch();
    const testProject = await createTestProject({
      child: async task => {
        await wrote(task, 'child.txt');
        reached.open();
        await held.opened;
      },
    });
    const { plan, rested } = await startPlan(testProject, async task => {
      await wrote(task);
      await spawnSubplan(task, 'child', { executionActor: 'child' });
    });
    await reached.opened;
    const child = await onlyChild(testProject, plan);
    await shows(child, 'child.txt');
    await plan.cancel('enough');
    held.open();
    expect((await rested()).state).toBe('cancelled');
    await shows(plan);
    await shows(child, 'child.txt');
    // A checkpoint or a plan by name gives the same diff.
    expect(await plan.diff({ to: child.id })).toContain('child.txt');
  });

  test('for a subplan that fails', async () => {
    const testProject = await createTestProject({
      child: async task => {
        await wrote(task, 'child.txt');
        throw new Error('no further');
      },
    });
    const { plan, record } = await testProject.run(
      async task => {
        await wrote(task);
        await spawnSubplan(task, 'child', { executionActor: 'child' });
      },
      { subplans: { retryFailed: false } },
    );
    expect(record.state).toBe('errored');
    await shows(plan);
    await shows(await onlyChild(testProject, plan), 'child.txt');
  });

  test('for a subplan that times out', async () => {
    const clock = manualClock();
    const reached = createLatch();
    const testProject = await createTestProject(
      {
        child: async task => {
          await wrote(task, 'child.txt');
          reached.open();
          await new Promise((_, stop) => task.signal.addEventListener('abort', () => stop(task.signal.reason)));
        },
      },
      { clock },
    );
    const { plan, rested } = await startPlan(
      testProject,
      async task => {
        await wrote(task);
        await spawnSubplan(task, 'child', { executionActor: 'child' });
      },
      { subplans: { retryFailed: false, timeoutSeconds: 60 } },
    );
    await reached.opened;
    clock.advance(60_000);
    expect((await rested()).error).toMatchObject({
      code: 'SUBPLANS_FAILED',
      message: expect.stringContaining('TIMED_OUT'),
    });
    await shows(plan);
    await shows(await onlyChild(testProject, plan), 'child.txt');
  });

  test('while an agent runs, and after its process exited', async () => {
    const reached = createLatch();
    const testProject = await createTestProject();
    const { plan } = await startPlan(testProject, async task => {
      await wrote(task);
      reached.open();
      await new Promise(() => undefined);
    });
    await reached.opened;
    await shows(plan);
    const troupe = await testProject.reopen({ resume: false });
    const again = await troupe.get(plan.id);
    expect((await again.record()).state).toBe('processing');
    await shows(again);
  });

  test('after its process exited and another one cancels the plan', async () => {
    const { testProject, plan } = await interrupted();
    const troupe = await testProject.reopen({ resume: false });
    const again = await troupe.get(plan.id);
    await again.cancel('enough');
    expect((await again.waitUntilIdle()).state).toBe('cancelled');
    await shows(again);
  });

  test('after its process exited, another one started the agent again, and the plan is cancelled', async () => {
    const { testProject, plan, startedAgain } = await interrupted();
    const troupe = await testProject.reopen();
    await startedAgain.opened;
    const again = await troupe.get(plan.id);
    await again.cancel('enough');
    expect((await again.waitUntilIdle()).state).toBe('cancelled');
    await shows(again);
  });

  test('without the changes of an attempt that was reverted', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await wrote(task);
      throw new Error('no further');
    });
    await plan.revert('otherwise');
    expect(await plan.changes()).toEqual([]);
  });
});
