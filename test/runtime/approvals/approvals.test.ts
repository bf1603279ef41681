/** Tool calls that need approval: requested, waiting over restarts, answered by command, by the app or not at all. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import type { AgentTask, Approval, Plan } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import { deferred } from '../../machines/run-machine.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const asking = { approvals: { execute: { writeFiles: 'ask' } } };
const writes = (path: string) => (task: AgentTask) => task.call('builtin/write', { path, content: path });

/** Waits for a request for approval in the plan or its subplans. */
async function asked(plan: Plan, times = 1): Promise<Approval> {
  let left = times;
  for await (const event of plan.events()) {
    if (event.type === 'approval.requested' && --left === 0) return event.approval;
  }
  throw new TypeError('no approval was requested');
}

async function open(
  testProject: TestProject,
  play: (task: AgentTask) => unknown,
  action: Record<string, unknown> = {},
) {
  return testProject.run(play, { ...asking, ...action });
}

describe('A tool call that needs approval', () => {
  test('waits, with the plan reporting so, until it is approved [R112, R155]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await open(testProject, writes('new.txt'));
    expect(record).toMatchObject({
      phase: 'execute',
      state: 'processing',
      resting: true,
      approvals: [{ tool: 'builtin/write', threshold: 'writeFiles', confidence: 1, answer: null }],
    });
    expect(record.availableCommands).toContain('answerApproval');
    expect(record.approvals?.[0]?.input).toBe('{"path":"new.txt","content":"new.txt"}');
    expect(existsSync(join(record.sandbox?.path ?? '', 'new.txt'))).toBe(false);
    await expect(plan.execute()).rejects.toMatchObject({
      code: 'APPROVAL_NEEDED',
      message: '"execute" must wait: builtin/write needs approval',
      hints: expect.arrayContaining([hintLine(`troupe plan approve ${plan.id}`)]),
    });

    expect(await plan.approve()).toMatchObject([{ answer: { verdict: 'approved', always: false } }]);
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', resting: true, approvals: [] });
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['new.txt']);
    expect((await plan.toolCalls()).map(({ error }) => error)).toEqual([null]);
    await expect(plan.approve()).rejects.toMatchObject({ code: 'PHASE_GUARD', message: 'Nothing waits for approval' });
  });

  test('is refused when the user denies it, and the agent gets the reason [R112]', async () => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    const { plan } = await open(testProject, async task => {
      await writes('new.txt')(task).catch((refused: unknown) => received.push(refused));
      return [];
    });
    await plan.deny({ reason: 'not that file' });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(received).toMatchObject([
      { code: 'TOOL_REFUSED', message: 'A person refused builtin/write: not that file' },
    ]);
    expect(await plan.changes()).toEqual([]);
  });

  test('waits through a restart without a second request, and continues with the answer [R123]', async () => {
    const testProject = await createTestProject();
    const seen: string[] = [];
    const { plan } = await open(testProject, async task => {
      seen.push('begun');
      await writes('one.txt')(task);
      await writes('two.txt')(task);
    });
    await plan.approve();
    await asked(plan, 2);
    const before = await plan.approvals();
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.record()).toMatchObject({ resting: true, approvals: [{ answer: null }] });
    expect(await again.approvals()).toEqual(before);
    await again.approve();
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect((await again.approvals()).map(({ answer }) => answer?.verdict)).toEqual(['approved', 'approved']);
    expect((await again.changes()).map(({ path }) => path)).toEqual(['one.txt', 'two.txt']);
    expect(seen).toEqual(['begun', 'begun']);
  });

  test('can be answered before the plan is resumed by a process', async () => {
    const testProject = await createTestProject();
    const { plan } = await open(testProject, writes('new.txt'));
    const again = await (await testProject.reopen({ resume: false })).get(plan.id);
    await again.approve();
    expect((await again.waitUntilIdle()).state).toBe('complete');
  });

  test('is not asked about again in this plan and its subplans once always allowed, but is in the next plan [R155]', async () => {
    const testProject = await createTestProject();
    const { plan } = await open(testProject, async task => {
      if (task.plan.depth > 0) await writes('child.txt')(task);
      else {
        await writes('one.txt')(task);
        await writes('two.txt')(task);
        await spawnSubplan(task, 'child');
      }
    });
    await plan.approve({ always: true });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['child.txt', 'one.txt', 'two.txt']);
    expect(await plan.approvals()).toHaveLength(1);
    const next = await testProject.troupe.use({ action: 'play' });
    await next.execute();
    expect((await next.waitUntilIdle()).approvals).toHaveLength(1);
  });

  test('is allowed with all waiting calls of the same tool by "always", whichever agent made them [R155]', async () => {
    const testProject = await createTestProject();
    const running = testProject.run(async task => {
      if (task.plan.depth > 0) await writes(`${task.plan.description}.txt`)(task);
      for (const name of task.plan.depth > 0 ? [] : ['one', 'two'])
        await spawnSubplan(task, name, { parallel: true, resourceScopes: [`${name}.txt`] });
    }, asking);
    const plan = await firstPlan(testProject);
    await asked(plan, 2);
    const [first] = await plan.approvals();
    const answered = await plan.approve({ always: true, approval: first?.approvalId ?? '' });
    expect(answered).toHaveLength(2);
    expect((await running).record.state).toBe('complete');
  });

  test('reports the agent, the request in words and the folder [R289]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await open(testProject, writes('new.txt'));
    expect(await plan.approvals()).toMatchObject([
      { goal: record.description, words: 'write new.txt', folder: record.sandbox?.path },
    ]);
  });

  test('can be followed through rests to the end of the plan [R287]', async () => {
    const testProject = await createTestProject();
    const { plan } = await open(testProject, writes('new.txt'));
    const ends = new AbortController();
    const types: string[] = [];
    for await (const { type } of plan.events({ rests: true, signal: ends.signal })) {
      types.push(type);
      if (type === 'approval.requested') await plan.approve();
      if (type === 'approval.answered') await plan.cancel();
    }
    expect(ends.signal.aborted).toBe(false);
    expect(types).toEqual(expect.arrayContaining(['approval.requested', 'approval.answered', 'plan.cancelled']));
  });

  test('of a subplan is answered at its parent, which names the agent', async () => {
    const testProject = await createTestProject();
    const running = testProject.run(async task => {
      await (task.plan.depth > 0 ? writes('child.txt')(task) : spawnSubplan(task, 'child'));
    }, asking);
    const plan = await firstPlan(testProject);
    const { planId } = await asked(plan);
    expect(planId).not.toBe(plan.id);
    const child = await testProject.troupe.get(planId);
    expect(await child.approvals()).toEqual(await plan.approvals());
    await plan.approve();
    expect((await running).record.state).toBe('complete');
  });

  test('of a subplan counts towards neither its time limit nor the budget of seconds, also through a restart [R26, R132]', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const testProject = await createTestProject({}, { clock });
    const working = deferred<void>();
    void testProject.run(
      async task => {
        if (task.plan.depth === 0) return spawnSubplan(task, 'child');
        await writes('child.txt')(task);
        working.resolve();
        return new Promise(() => {});
      },
      { ...asking, subplans: { timeoutSeconds: 60, retryFailed: false }, budget: { seconds: 1_000 } },
    );
    const plan = await firstPlan(testProject);
    await asked(plan);
    clock.advance(30_000_000);
    const again = await (await testProject.reopen()).get(plan.id);
    clock.advance(10_000_000);
    await again.approve();
    await working.promise;
    expect((await again.record()).state).toBe('processing');
    clock.advance(60_000);
    expect(await again.waitUntilIdle()).toMatchObject({
      state: 'errored',
      error: { code: 'SUBPLANS_FAILED' },
      subplanStatuses: [{ state: 'failed', error: { code: 'TIMED_OUT' } }],
    });
  });

  test('is refused when there is no answer in time, counted through a restart [R125]', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const testProject = await createTestProject({}, { clock });
    const { plan } = await open(testProject, writes('new.txt'), {
      approvals: { execute: { writeFiles: 'ask' }, timeoutSeconds: 3600 },
    });
    clock.advance(1_800_000);
    const again = await (await testProject.reopen()).get(plan.id);
    clock.advance(1_799_999);
    expect((await again.record()).approvals).toHaveLength(1);
    const answerEvents = answered(testProject);
    clock.advance(1);
    await answerEvents;
    expect(await again.waitUntilIdle()).toMatchObject({
      state: 'errored',
      approvals: [],
      error: { code: 'APPROVAL_NEEDED', message: expect.stringContaining('There was no answer in time') },
    });
  });

  test('is withdrawn when its plan stops', async () => {
    const testProject = await createTestProject();
    const { plan } = await open(testProject, writes('new.txt'));
    await plan.pause();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'paused', approvals: [] });
    expect(await plan.approvals()).toMatchObject([{ answer: { verdict: 'withdrawn' } }]);
    await plan.resume();
    const { approvalId } = await asked(plan, 2);
    await expect(plan.approve({ approval: 'absent' })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: `No call absent waits for approval; what waits is ${approvalId}`,
    });
    await plan.approve({ approval: approvalId.slice(-8).toLowerCase() });
    expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('is answered one at a time: an ambiguous id approves none', async () => {
    const testProject = await createTestProject();
    const running = testProject.run(async task => {
      if (task.plan.depth > 0) await writes(`${task.plan.planId}.txt`)(task);
      else for (const goal of ['one', 'other']) await spawnSubplan(task, goal);
    }, asking);
    const plan = await firstPlan(testProject);
    const { approvalId } = await asked(plan, 2);
    for (const [approval, message] of [
      [approvalId.slice(0, 4), `"${approvalId.slice(0, 4)}" could be any of`],
      ['', 'No call  waits for approval'],
    ] as const) {
      await expect(plan.approve({ approval })).rejects.toMatchObject({
        code: 'PHASE_GUARD',
        message: expect.stringContaining(message),
      });
    }
    expect((await plan.approvals()).map(({ answer }) => answer)).toEqual([null, null]);
    await plan.approve();
    expect((await running).record.state).toBe('complete');
  });

  test('is requested during the fix of a failed check, too', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await open(
      testProject,
      task => (task.role === 'fix' ? writes('right.txt')(task) : undefined),
      {
        validations: [{ name: 'right', argv: ['test', '-f', 'right.txt'] }],
      },
    );
    expect(record.approvals).toHaveLength(1);
    await plan.approve();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', validationResults: [{ passed: true }] });
  });

  test('is answered by the embedding app, once per process, unless the app leaves it open [R112]', async () => {
    const calls: string[] = [];
    const word = deferred<'always'>();
    const answers = [async () => null, () => Promise.reject(new Error('no line')), () => word.promise];
    const approve = ({ tool, answer }: Approval) => {
      calls.push(`${tool} ${answer}`);
      return answers.shift()?.() ?? Promise.resolve(null);
    };
    const testProject = await createTestProject({}, { onApprovalRequest: approve });
    const { plan } = await open(testProject, async task => {
      await writes('one.txt')(task);
      await writes('two.txt')(task);
    });
    expect((await plan.record()).approvals).toHaveLength(1);
    const second = await (await testProject.reopen()).get(plan.id);
    for await (const { text } of second.logs({ follow: true, rests: true })) if (text.includes('no line')) break;
    expect((await second.record()).approvals).toHaveLength(1);
    const third = await (await testProject.reopen()).get(plan.id);
    const answerEvents = answered(testProject);
    word.resolve('always');
    await answerEvents;
    expect((await third.waitUntilIdle()).state).toBe('complete');
    expect(calls).toEqual(['builtin/write null', 'builtin/write null', 'builtin/write null']);
    expect(await third.approvals()).toMatchObject([{ answer: { verdict: 'approved', always: true } }]);
  });
});

/** Waits until an answer is on disk. */
async function answered({ troupe }: TestProject): Promise<void> {
  for await (const event of troupe.events()) if (event.type === 'approval.answered') return;
}

async function firstPlan({ troupe }: TestProject): Promise<Plan> {
  for await (const event of troupe.events()) if (event.type === 'plan.created') return troupe.get(event.planId);
  throw new TypeError('no plan was made');
}
