/** Which subplans break a validation of the merged result: found on real merges, in few runs, and fixed by their agent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan } from '../../src/index.ts';
import type { Bisection } from '../../src/model/bisection.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

/** A plan with `count` subplans; each writes a file of its own name. */
async function setUp(count: number, child: (task: AgentTask, goal: string) => unknown = () => {}) {
  const tasks: AgentTask[] = [];
  const testProject = await createTestProject({
    child: async task => {
      tasks.push(task);
      if (task.role === 'execution') await task.call('write', { path: task.plan.description, content: 'x\n' });
      return child(task, task.plan.description);
    },
  });
  const log = join(testProject.folder, '..', 'runs');
  return {
    testProject,
    tasks,
    fixes: () => tasks.filter(({ role }) => role === 'fix'),
    /** How often the validation ran, the first run on the merged tree included. */
    runs: () => readFileSync(log, 'utf8').split('\n').length - 1,
    check: (script: string, more: Record<string, unknown> = {}) => ({
      ...{ name: 'tests', argv: ['sh', '-c', `echo run >> ${log}; ${script}`] },
      ...more,
    }),
    async parent(task: AgentTask) {
      if (task.plan.depth > 0) return;
      if (task.role === 'fix') tasks.push(task);
      else for (let at = 0; at < count; at += 1) await spawnSubplan(task, `s${at}`, { executionActor: 'child' });
    },
  };
}

async function bisections(plan: Plan) {
  const found: Bisection[] = [];
  for await (const event of plan.events()) if (event.type === 'bisection.finished') found.push(event.bisection);
  return found;
}

describe('A required validation that fails on merged subplans', () => {
  test('names the subplan that breaks it, whose agent fixes it [R242]', async () => {
    const { testProject, parent, check, fixes } = await setUp(3, async ({ role, call }) => {
      if (role === 'fix') await call('write', { path: 'fixed', content: 'x\n' });
    });
    const { plan, record } = await testProject.run(parent, {
      validations: [check('if test -f s1 && ! test -f fixed; then echo s1 is wrong; exit 1; fi')],
    });
    expect(record).toMatchObject({ state: 'complete', bisection: null });
    expect(await bisections(plan)).toMatchObject([{ outcome: 'found', subplans: [{ goal: 's1' }] }]);
    expect(fixes().map(({ plan, problem }) => [plan.description, problem])).toEqual([
      [
        's1',
        expect.stringMatching(/^Cause: subplan "s1" breaks "tests"\.\n\ntests failed with exit code 1:\ns1 is wrong/),
      ],
    ]);
    const decisions = await plan.decisions();
    expect(decisions.filter(({ type }) => type === 'validation_response')).toMatchObject([
      { question: 'Which subplans break "tests"?', chosenOption: 'subplan "s1" breaks "tests"' },
    ]);
  });

  test('leaves what breaks it out when the rest is applied [R242]', async () => {
    const { testProject, parent, check, runs, fixes } = await setUp(3);
    const { plan, record } = await testProject.run(parent, { validations: [check('! test -f s1')] });
    expect(record).toMatchObject({
      state: 'errored',
      bisection: { validation: 'tests', outcome: 'found', subplans: [{ goal: 's1' }], runs: 2 },
    });
    expect(record.error?.message).toBe(
      'A required validation failed after 3 fixes: tests (exit 1); subplan "s1" breaks "tests"',
    );
    expect(fixes().map(({ plan: { description } }) => description)).toEqual(['s1', 's1', 's1']);
    // Four rounds: one run each on the merged tree, four to find the subplan, and two in each later round to find it again.
    expect(runs()).toBe(4 + 4 + 3 * 2);
    await plan.apply({ finished: true });
    await plan.waitUntilIdle();
    expect(['s0', 's1', 's2'].map(path => existsSync(join(testProject.folder, path)))).toEqual([true, false, true]);
  });
});
