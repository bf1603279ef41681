/** Questions of agents to a person: asked, waiting over restarts, answered by command, by the app, late or not at all. */

import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { type AgentTask, type Approval, createProfile, type Plan, type PlanRecord } from '../../../src/index.ts';
import { deferred } from '../../machines/run-machine.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const question = { question: 'Which store?', choices: ['LevelDB', 'PostgreSQL'] };
const ask = (task: AgentTask, input: unknown = question) => task.call('builtin/ask-person', input);
/** As an agent does that may make other calls after a crash. */
const askAgain = (task: AgentTask, input: unknown = question) =>
  task.call('ask_person', input, { foundBy: 'content', signal: new AbortController().signal });

/** Waits for a question of the plan or its subplans. */
async function asked(plan: Plan, times = 1): Promise<Approval> {
  let left = times;
  for await (const event of plan.events()) {
    if (event.type === 'approval.requested' && --left === 0) return event.approval;
  }
  throw new TypeError('nothing was asked');
}

/** The record of a plan once its work is complete, whatever it asks before. */
async function completed(plan: Plan): Promise<PlanRecord> {
  for await (const event of plan.events({ rests: true })) {
    if (event.type === 'plan.phase_changed' && event.to.phase === 'execute' && event.to.state === 'complete') break;
  }
  return plan.record();
}

async function firstPlan({ troupe }: TestProject): Promise<Plan> {
  for await (const event of troupe.events()) if (event.type === 'plan.created') return troupe.get(event.planId);
  throw new TypeError('no plan was made');
}

describe('The question of an agent', () => {
  test('waits, with the plan reporting so, until a person answers it with a choice or a text [R345]', async () => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    const { plan, record } = await testProject.run(async task => {
      received.push(await ask(task), await ask(task, { question: 'And its folder?' }));
      await task.call('builtin/write', { path: 'store.txt', content: JSON.stringify(received[0]) });
    });
    expect(record).toMatchObject({ state: 'processing', resting: true });
    expect(await plan.approvals()).toMatchObject([
      { question: { text: 'Which store?', choices: ['LevelDB', 'PostgreSQL'] }, threshold: null, answer: null },
    ]);
    await expect(plan.approve()).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: 'The agent asks a question: Which store? (LevelDB, PostgreSQL)',
    });
    await plan.answer('2');
    await asked(plan, 2);
    await plan.answer('beside the repository');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(received).toEqual([
      { answered: true, answer: 'PostgreSQL' },
      { answered: true, answer: 'beside the repository' },
    ]);
    expect((await plan.approvals()).map(({ answer }) => answer?.text)).toEqual(['2', 'beside the repository']);
    await expect(plan.answer('late')).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: 'Nothing waits for approval',
    });
  });

  test.each([
    ['by the position of its call', ask],
    ['by its content', askAgain],
  ])('waits through a restart without a second request, found %s [R345]', async (_, asks) => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    const { plan } = await testProject.run(async task => void received.push(await asks(task)));
    const before = await plan.approvals();
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.record()).toMatchObject({ resting: true, approvals: [{ answer: null }] });
    expect(await again.approvals()).toEqual(before);
    await again.answer('LevelDB');
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(received).toEqual([{ answered: true, answer: 'LevelDB' }]);
  });

  test('that is answered before the plan is resumed has its answer when it is asked again [R345]', async () => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    let runs = 0;
    const { plan } = await testProject.run(async task => {
      // After the crash it asks something else first.
      if (++runs > 1) await task.call('checkpoint', { label: 'again' }, { foundBy: 'content' });
      received.push(await askAgain(task));
    });
    const again = await (await testProject.reopen({ resume: false })).get(plan.id);
    await again.answer('1');
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(received).toEqual([{ answered: true, answer: 'LevelDB' }]);
    expect(await again.approvals()).toHaveLength(1);
  });

  test('is withdrawn when the agent ends without the answer, and nothing waits then [R345]', async () => {
    const testProject = await createTestProject();
    const gone = new AbortController();
    const seen = deferred<unknown>();
    void testProject.run(async task => {
      const call = task.call('ask_person', question, { foundBy: 'content', signal: gone.signal });
      call.catch(seen.resolve);
      await seen.promise;
      await task.call('builtin/write', { path: 'a.txt', content: 'a' });
    });
    const plan = await firstPlan(testProject);
    await asked(plan);
    gone.abort();
    expect(await seen.promise).toMatchObject({ code: 'CANCELLED' });
    expect(await completed(plan)).toMatchObject({ approvals: [] });
    expect(await plan.approvals()).toMatchObject([{ answer: { verdict: 'withdrawn' } }]);
    await expect(plan.answer('LevelDB')).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });

  test('of a cancelled plan ends with it [R345]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(task => ask(task));
    await plan.cancel('no time');
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'cancelled', approvals: [] });
    expect(await plan.approvals()).toMatchObject([{ answer: { verdict: 'withdrawn' } }]);
  });

  test('without an answer in time is left to the agent [R345]', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const testProject = await createTestProject({}, { clock });
    const received: unknown[] = [];
    void testProject.run(async task => void received.push(await ask(task)), {
      approvals: { timeoutSeconds: 60 },
    });
    const plan = await firstPlan(testProject);
    await asked(plan);
    clock.advance(60_000);
    await completed(plan);
    expect(received).toEqual([
      { answered: false, answer: 'There was no answer in time. Decide yourself, and record the decision.' },
    ]);
  });

  test('that is denied is left to the agent, with the reason [R345]', async () => {
    const testProject = await createTestProject();
    const received: unknown[] = [];
    const { plan } = await testProject.run(async task => void received.push(await ask(task)));
    await plan.deny({ reason: 'You know better than I do.' });
    await plan.waitUntilIdle();
    expect(received).toEqual([
      { answered: false, answer: 'You know better than I do. Decide yourself, and record the decision.' },
    ]);
  });

  test('is not asked with a profile for work without a person: the agent decides, or is refused [R345]', async () => {
    const outcomes: unknown[] = [];
    const playing = async (task: AgentTask) =>
      void outcomes.push(await ask(task).catch(thrown => (thrown as { code: string }).code));
    const profiles = [createProfile('strict', { extends: 'ci', questions: 'refuse' })];
    for (const automationProfile of ['ci', 'full-auto', 'strict']) {
      const testProject = await createTestProject({}, { profiles });
      const { plan } = await testProject.run(playing, { automationProfile });
      expect(await plan.approvals()).toEqual([]);
    }
    const unattended = {
      answered: false,
      answer: 'No person is here to answer. Decide yourself, and record the decision.',
    };
    expect(outcomes).toEqual([unattended, unattended, 'TOOL_REFUSED']);
  });

  test('releases the slot of its plan while it waits [R345]', async () => {
    const testProject = await createTestProject({}, { concurrency: 1 });
    const received: unknown[] = [];
    const first = await testProject.run(async task => void received.push(await ask(task)));
    expect(first.record.resting).toBe(true);
    const second = await testProject.troupe.use({ action: 'play', arguments: {} });
    await second.execute();
    expect(await asked(second)).toMatchObject({ planId: second.id });
    await first.plan.answer('1');
    await second.answer('2');
    await Promise.all([first.plan.waitUntilIdle(), second.waitUntilIdle()]);
    expect(received).toHaveLength(2);
  });

  test('of a subplan is answered at its parent, which names the agent [R345]', async () => {
    const testProject = await createTestProject();
    const running = testProject.run(async task => {
      await (task.plan.depth > 0 ? ask(task) : spawnSubplan(task, 'child'));
    });
    const plan = await firstPlan(testProject);
    expect(await asked(plan)).toMatchObject({ goal: 'child', words: 'Which store? (LevelDB, PostgreSQL)' });
    await plan.answer('1');
    expect((await running).record.state).toBe('complete');
  });

  test('is answered by the embedding app [R345]', async () => {
    const received: unknown[] = [];
    const testProject = await createTestProject(
      {},
      { onApprovalRequest: async ({ question: given }) => ({ text: given?.choices[1] ?? '' }) },
    );
    const { plan } = await testProject.run(async task => void received.push(await ask(task)));
    await completed(plan);
    expect(received).toEqual([{ answered: true, answer: 'PostgreSQL' }]);
  });

  test('is for roles that plan or work, and not for a reviewer [R345]', async () => {
    const testProject = await createTestProject();
    const codes: unknown[] = [];
    await testProject.run(
      async task => {
        if (task.role === 'review') await ask(task).catch(thrown => codes.push((thrown as { code: string }).code));
        else await task.call('builtin/write', { path: 'a.txt', content: 'a' });
      },
      { reviewActor: 'player' },
    );
    expect(codes).toEqual(['TOOL_REFUSED']);
  });
});
