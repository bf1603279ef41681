/** Recorded failures become advice for later agents. */
import { describe, expect, test } from 'vitest';
import { type AgentTask, type Troupe, TroupeError } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const manual = { automationProfile: 'manual', approvals: { execute: { writeFiles: 'auto' } } };

/** A plan of another action, whose agent reports the advice it got. */
async function taught(troupe: Troupe, lessons: (readonly string[])[]): Promise<readonly string[]> {
  const name = `next-${lessons.length}`;
  await troupe.actions.create({ name, description: 'Next', executionActor: 'listener', ...manual });
  const plan = await troupe.use({ action: name });
  await plan.execute();
  await plan.waitUntilIdle();
  return lessons.at(-1) ?? [];
}

describe('A recorded failure', () => {
  test('is reported to the next agent before Execute, with its prevention and its count [R53]', async () => {
    const lessons: (readonly string[])[] = [];
    const testProject = await createTestProject({
      listener: ({ advice: given }: AgentTask) => {
        lessons.push(given);
      },
    });
    let tries = 0;
    const { plan } = await testProject.run(() => {
      tries += 1;
      if (tries < 3) throw new TroupeError('AGENT_FAILED', `line ${tries} has no semicolon`);
    }, manual);
    expect(await taught(testProject.troupe, lessons)).toEqual([
      'Beforehand, make sure that this cannot happen: line 1 has no semicolon (AGENT_FAILED, once so far)',
    ]);
    await plan.execute();
    await plan.waitUntilIdle();
    await plan.prompt('Run the formatter first');
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');

    const reopened = await testProject.reopen();
    expect(await taught(reopened, lessons)).toEqual([
      'Beforehand, make sure that this cannot happen: line 2 has no semicolon (AGENT_FAILED, 2 times so far) What helped: Run the formatter first',
    ]);
  });

  test('of a check is advice to run that check, and guidance of a revert is advice on what helped', async () => {
    const lessons: (readonly string[])[] = [];
    const testProject = await createTestProject({
      listener: ({ advice: given }: AgentTask) => {
        lessons.push(given);
      },
    });
    let isGuided = false;
    const { plan, record } = await testProject.run(
      async task => {
        isGuided = task.guidance.length > 0;
        await task.call('write', { path: isGuided ? 'right.txt' : 'wrong.txt', content: '' });
      },
      {
        ...manual,
        validations: [{ name: 'it is right', argv: ['sh', '-c', 'test -f right.txt || { echo no right; exit 1; }'] }],
      },
    );
    expect(record.error?.code).toBe('VALIDATION_FAILED');
    await plan.revert('Name it right');
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    const [lesson] = await taught(testProject.troupe, lessons);
    expect(lesson).toMatch(
      /^Before you end, see that "it is right" passes; it said: no right \(VALIDATION_FAILED, once so far\) What helped: Name it right$/,
    );
  });

  test('is recorded for a subplan, and for an error that a retry fixed', async () => {
    const lessons: (readonly string[])[] = [];
    let tries = 0;
    const testProject = await createTestProject({
      listener: ({ advice: given }: AgentTask) => {
        lessons.push(given);
      },
      child: () => {
        tries += 1;
        if (tries === 1) throw new Error('out of paint');
      },
    });
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth === 0) await spawnSubplan(task, 'part', { executionActor: 'child' });
      },
      { subplans: { retryDelayMs: 1 } },
    );
    expect(record.state).toBe('complete');
    expect((await taught(testProject.troupe, lessons)).join()).toContain('out of paint (INTERNAL, once so far)');
  });

  test('gives no advice if no agent can prevent it, or for an agent of another phase', async () => {
    const lessons: (readonly string[])[] = [];
    const testProject = await createTestProject({
      listener: ({ advice: given }: AgentTask) => {
        lessons.push(given);
      },
      thinker: () => {
        throw new TroupeError('INVALID_DECISION', 'a circle');
      },
    });
    await testProject.run(() => {
      throw new TroupeError('BUDGET_EXHAUSTED', 'no money');
    }, manual);
    await testProject.troupe.actions.create({
      name: 'think',
      description: 'Think',
      strategyActor: 'thinker',
      executionActor: 'player',
    });
    expect((await (await testProject.troupe.use({ action: 'think' })).waitUntilIdle()).error?.code).toBe(
      'INVALID_DECISION',
    );
    expect(await taught(testProject.troupe, lessons)).toEqual([]);
  });

  test('gives the same advice when the work starts again after a crash', async () => {
    const lessons: (readonly string[])[] = [];
    let isStuck: () => void = () => {};
    const stuck = new Promise<void>(resolve => {
      isStuck = resolve;
    });
    const testProject = await createTestProject({
      slow: ({ advice: given }: AgentTask) => {
        lessons.push(given);
        if (lessons.length > 1) return;
        isStuck();
        return new Promise(() => {});
      },
    });
    await testProject.troupe.actions.create({ name: 'slow', description: 'Slow', executionActor: 'slow', ...manual });
    const slow = await testProject.troupe.use({ action: 'slow' });
    await slow.execute();
    await stuck;
    await testProject.run(() => {
      throw new Error('learnt meanwhile');
    }, manual);
    await (await (await testProject.reopen()).get(slow.id)).waitUntilIdle();
    expect(lessons).toEqual([[], []]);
  });
});
