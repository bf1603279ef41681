/** Parts that are applied alone are reviewed like the whole result. */

import { expect, test } from 'vitest';
import type { AgentTask } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import {
  commitSubjects,
  formatState,
  pathsOfCommit,
  startPlan,
  threeChildren,
  waitForCompleted,
} from '../subplan-fixture.ts';
import { createTestProject } from '../test-project.ts';

test(
  'a blocking finding prevents the apply of a finished part and is recorded, and the plan continues [R144, R177]',
  {
    timeout: 120_000,
  },
  async () => {
    const { held, play, child } = threeChildren();
    const diffs: string[] = [];
    let severity = 'blocking';
    const reviewer = async (task: AgentTask) => {
      diffs.push(task.diff ?? '');
      await task.call('finding', { severity, path: 'first.txt', line: 1, text: 'it is wrong' });
    };
    const testProject = await createTestProject({ child, reviewer });
    const { plan, rested } = await startPlan(testProject, play, { reviewActor: 'reviewer' });
    await waitForCompleted(plan, 1);
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({
      code: 'REVIEW_BLOCKED',
      message: 'The review of only what was chosen found what must be fixed first: first.txt:1: it is wrong',
      hints: [hintLine(`troupe plan tree ${plan.id}`), hintLine(`troupe plan explain ${plan.id}`)],
    });
    expect([formatState(await plan.record()), commitSubjects(testProject)]).toEqual(['execute.processing', ['Begin']]);
    expect(diffs).toEqual([expect.stringMatching(/2 files changed[\s\S]*\+first[\s\S]*\+own/)]);
    const found = (await plan.decisions()).filter(({ payload }) => 'finding' in payload);
    expect(found.map(({ chosenOption, payload }) => [chosenOption, payload.round])).toEqual([['it is wrong', 0]]);

    severity = 'note';
    await plan.apply({ finished: true });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    held.open();
    expect(formatState(await rested())).toBe('execute.complete');
    expect(diffs.at(-1)).toContain('+second');
  },
);

test(
  'a blocking finding prevents the apply of a part of a reviewed result, and the rest can be applied [R177]',
  {
    timeout: 120_000,
  },
  async () => {
    const reviewer = async (task: AgentTask) => {
      if (!task.diff?.includes('c.txt')) await task.call('finding', { severity: 'blocking', text: 'c.txt is missing' });
    };
    const testProject = await createTestProject({ reviewer });
    const { plan } = await testProject.run(
      async task => {
        for (const path of ['b.txt', 'c.txt']) await task.call('write', { path, content: path });
      },
      { reviewActor: 'reviewer' },
    );
    const refused = await plan.apply({ only: ['b.txt'] }).then(
      async () => (await plan.waitUntilIdle()).error?.code,
      ({ code }: { code: string }) => code,
    );
    expect([refused, commitSubjects(testProject)]).toEqual(['REVIEW_BLOCKED', ['Begin']]);
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
  },
);
