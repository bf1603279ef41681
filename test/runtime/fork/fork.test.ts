import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AgentTask, type Plan, TroupeError } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const write = (task: AgentTask, path: string, content: string) => task.call('write', { path, content });
const decide = (task: AgentTask, question: string, chosenOption: string) =>
  task.call('decide', { question, chosenOption, rationale: 'it seems so' });
const contents = async (plan: Plan) => {
  const { sandbox, changeSet } = await plan.record();
  return Object.fromEntries(
    (changeSet?.files ?? []).map(({ path }) => [path, readFileSync(join(sandbox?.path ?? '', path), 'utf8')]),
  );
};
const options = async (plan: Plan) => (await plan.decisions()).map(({ chosenOption }) => chosenOption);

describe('a fork', () => {
  test('continues from a checkpoint of an applied plan as a separate plan', async () => {
    const testProject = await createTestProject({ think: task => decide(task, 'How?', 'step by step') });
    const calls: string[] = [];
    const { plan } = await testProject.run(
      async task => {
        calls.push(task.plan.planId);
        await write(task, 'first.txt', 'first');
        await decide(task, 'Which end?', 'happy');
        await task.call('system/create_checkpoint', { label: 'halfway' });
        await write(task, 'second.txt', task.guidance.at(-1) ?? 'second');
      },
      { strategyActor: 'think' },
    );
    await plan.apply();
    await plan.waitUntilIdle();
    const before = await plan.record();
    const fork = await testProject.troupe.fork({ plan: plan.id, checkpoint: 'halfway', guidance: 'otherwise' });
    await fork.waitUntilIdle();
    await fork.execute();
    const record = await fork.waitUntilIdle();
    expect(record).toMatchObject({
      ...{ phase: 'execute', state: 'complete', depth: 0, parentPlanId: null, attempt: 1 },
      forkedFrom: { planId: plan.id, continues: true },
      projectLinks: [{ baseCommit: before.projectLinks[0]?.baseCommit }],
    });
    expect(await contents(fork)).toEqual({ 'first.txt': 'first', 'second.txt': 'otherwise' });
    // Earlier calls are answered from the record of the other plan, and recorded for the fork.
    expect((await fork.toolCalls()).map(({ input }) => (input as { path?: string }).path)).toEqual(['second.txt']);
    expect(await options(fork)).toEqual(expect.arrayContaining(['step by step', 'happy']));
    const theirs = new Set((await plan.decisions()).map(({ decisionId }) => decisionId));
    expect((await fork.decisions()).filter(({ decisionId }) => theirs.has(decisionId))).toEqual([]);
    for (const decision of await fork.decisions()) expect(decision.planId).toBe(fork.id);
    expect({ ...(await plan.record()), updatedAt: '' }).toEqual({ ...before, updatedAt: '' });
    const between = await fork.diff({ from: plan.id, to: fork.id });
    expect(between).toContain('-second');
    expect(between).toContain('+otherwise');
    expect((await fork.changes({ to: plan.id })).map(({ path }) => path)).toEqual(['second.txt']);
    await expect(fork.diff({ to: 'nothing' })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
  });

  test('has the guidance that the plan had at the checkpoint, and the invariants that it has now [R212]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async task => {
      await (await testProject.troupe.get(task.plan.planId)).prompt('before it');
      await task.call('system/create_checkpoint', { label: 'halfway' });
    });
    await plan.prompt('after it');
    const keepNames = { text: 'keep the names', check: { kind: 'paths' as const, deny: ['*.lock'] } };
    await testProject.troupe.addInvariant(keepNames, { plans: [plan.id] });
    const fork = await testProject.troupe.fork({ plan: plan.id, checkpoint: 'halfway', start: false });
    const { guidance, invariants } = await fork.record();
    expect(guidance).toEqual(['before it']);
    expect(invariants.map(({ text }) => text)).toEqual(['keep the names']);
  });

  test('with another goal runs its own Strategize on the files of the checkpoint', async () => {
    const seen: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        seen.push(readFileSync(join(task.directory, 'a.txt'), 'utf8'));
        await decide(task, 'What for?', task.plan.description);
      },
    });
    const { plan } = await testProject.run(task => write(task, 'a.txt', 'changed\n'), { strategyActor: 'think' });
    const fork = await testProject.troupe.fork({ plan: plan.id, goal: 'something else', profile: 'auto' });
    const record = await fork.waitUntilIdle();
    expect(record).toMatchObject({ description: 'something else', automationProfile: 'auto' });
    expect(seen.at(-1)).toBe('changed\n');
    expect(await options(fork)).toContain('something else');
    expect(await options(fork)).not.toContain('Play');
  });

  test('of a result does not run the subplans again whose results it contains', async () => {
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        if (task.plan.depth === 0) await spawnSubplan(task, 'part', { executionActor: 'part' });
      },
      part: async task => {
        worked.push(task.plan.description);
        await write(task, 'part.txt', 'part');
      },
    });
    const { plan } = await testProject.run(() => {}, { strategyActor: 'think' });
    const fork = await testProject.troupe.fork({ plan: plan.id });
    await fork.waitUntilIdle();
    await fork.execute();
    await fork.waitUntilIdle();
    expect(worked).toEqual(['part']);
    expect(await contents(fork)).toEqual({ 'part.txt': 'part' });
    await fork.apply();
    expect(await fork.waitUntilIdle()).toMatchObject({ state: 'applied' });
    expect(testProject.git('show', 'HEAD:part.txt')).toBe('part');
  });

  test('from before the subplans runs them as its own', async () => {
    const worked: string[] = [];
    const testProject = await createTestProject({
      think: async task => {
        if (task.plan.depth > 0) return;
        const first = await spawnSubplan(task, 'one', { executionActor: 'part' });
        await spawnSubplan(task, 'two', { executionActor: 'part', dependencies: [first.decisionId] });
      },
      part: async task => {
        worked.push(`${task.plan.description} of ${task.plan.parentPlanId}`);
        await write(task, `${task.plan.description}.txt`, 'done');
      },
    });
    const { plan } = await testProject.run(() => {}, { strategyActor: 'think' });
    const before = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'onSubplanSpawn');
    const fork = await testProject.troupe.fork({ plan: plan.id, checkpoint: before?.checkpointId ?? '' });
    await fork.waitUntilIdle();
    await fork.execute();
    await fork.waitUntilIdle();
    expect(worked.slice(2)).toEqual([`one of ${fork.id}`, `two of ${fork.id}`]);
    expect(Object.keys(await contents(fork))).toEqual(['one.txt', 'two.txt']);
  });

  test('needs an existing checkpoint', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
    const plan = await testProject.troupe.use({ action: 'play', start: false });
    await expect(testProject.troupe.fork({ plan: plan.id })).rejects.toMatchObject({ code: 'UNKNOWN_CHECKPOINT' });
    await expect(testProject.troupe.fork({ plan: 'absent' })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
  });
});

describe('guidance', () => {
  test('is pending until an agent runs, is given to it once, and survives a restart in between [R105, R142]', async () => {
    const testProject = await createTestProject({ think: () => {} });
    const guidanceOfRuns: string[][] = [];
    const { plan } = await testProject.run(
      async task => {
        guidanceOfRuns.push([...task.guidance]);
        if (guidanceOfRuns.length === 1) throw new TroupeError('USAGE', 'not yet');
      },
      { strategyActor: 'think' },
    );
    await plan.prompt('mind the gap');
    expect(await plan.record()).toMatchObject({ guidance: ['mind the gap'], guidanceDelivered: 0 });
    const again = await (await testProject.reopen()).get(plan.id);
    expect(await again.record()).toMatchObject({ guidance: ['mind the gap'], guidanceDelivered: 0 });
    await again.execute();
    const record = await again.waitUntilIdle();
    expect(record).toMatchObject({ guidance: ['mind the gap'], guidanceDelivered: 1 });
    expect(guidanceOfRuns.at(-1)).toEqual(['mind the gap']);
    const delivered: string[][] = [];
    for await (const event of again.events()) if (event.type === 'guidance.delivered') delivered.push(event.guidance);
    expect(delivered).toEqual([['mind the gap']]);
  });
});
