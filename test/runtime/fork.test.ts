import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AgentTask, Fault, type Plan } from '../../src/index.ts';
import { playhouse, spawn } from './playhouse.ts';

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
  test('goes on from a checkpoint of a plan that is long applied, as a plan of its own', async () => {
    const house = await playhouse({ think: task => decide(task, 'How?', 'step by step') });
    const calls: string[] = [];
    const { plan } = await house.run(
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
    await plan.settled();
    const before = await plan.record();
    const fork = await house.troupe.fork({ plan: plan.id, checkpoint: 'halfway', guidance: 'otherwise' });
    await fork.settled();
    await fork.execute();
    const record = await fork.settled();
    expect(record).toMatchObject({
      ...{ phase: 'execute', state: 'complete', depth: 0, parentPlanId: null, attempt: 1 },
      forkedFrom: { planId: plan.id, goesOn: true },
      projectLinks: [{ baseCommit: before.projectLinks[0]?.baseCommit }],
    });
    expect(await contents(fork)).toEqual({ 'first.txt': 'first', 'second.txt': 'otherwise' });
    // What had been done by then is answered from the other plan's record, and recorded as the fork's own.
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

  test('with another goal thinks for itself, on the files of the checkpoint', async () => {
    const seen: string[] = [];
    const house = await playhouse({
      think: async task => {
        seen.push(readFileSync(join(task.directory, 'a.txt'), 'utf8'));
        await decide(task, 'What for?', task.plan.description);
      },
    });
    const { plan } = await house.run(task => write(task, 'a.txt', 'changed\n'), { strategyActor: 'think' });
    const fork = await house.troupe.fork({ plan: plan.id, goal: 'something else', profile: 'auto' });
    const record = await fork.settled();
    expect(record).toMatchObject({ description: 'something else', automationProfile: 'auto' });
    expect(seen.at(-1)).toBe('changed\n');
    expect(await options(fork)).toContain('something else');
    expect(await options(fork)).not.toContain('Play');
  });

  test('of a result does not run the subplans again whose work is in it', async () => {
    const worked: string[] = [];
    const house = await playhouse({
      think: async task => {
        if (task.plan.depth === 0) await spawn(task, 'part', { executionActor: 'part' });
      },
      part: async task => {
        worked.push(task.plan.description);
        await write(task, 'part.txt', 'part');
      },
    });
    const { plan } = await house.run(() => {}, { strategyActor: 'think' });
    const fork = await house.troupe.fork({ plan: plan.id });
    await fork.settled();
    await fork.execute();
    await fork.settled();
    expect(worked).toEqual(['part']);
    expect(await contents(fork)).toEqual({ 'part.txt': 'part' });
    await fork.apply();
    expect(await fork.settled()).toMatchObject({ state: 'applied' });
    expect(house.git('show', 'HEAD:part.txt')).toBe('part');
  });

  test('from before the subplans runs them as its own', async () => {
    const worked: string[] = [];
    const house = await playhouse({
      think: async task => {
        if (task.plan.depth > 0) return;
        const first = await spawn(task, 'one', { executionActor: 'part' });
        await spawn(task, 'two', { executionActor: 'part', dependencies: [first.decisionId] });
      },
      part: async task => {
        worked.push(`${task.plan.description} of ${task.plan.parentPlanId}`);
        await write(task, `${task.plan.description}.txt`, 'done');
      },
    });
    const { plan } = await house.run(() => {}, { strategyActor: 'think' });
    const before = (await plan.checkpoints()).find(({ trigger }) => trigger === 'onSubplanSpawn');
    const fork = await house.troupe.fork({ plan: plan.id, checkpoint: before?.checkpointId ?? '' });
    await fork.settled();
    await fork.execute();
    await fork.settled();
    expect(worked.slice(2)).toEqual([`one of ${fork.id}`, `two of ${fork.id}`]);
    expect(Object.keys(await contents(fork))).toEqual(['one.txt', 'two.txt']);
  });

  test('needs a checkpoint that is there', async () => {
    const house = await playhouse();
    await house.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
    const plan = await house.troupe.use({ action: 'play', start: false });
    await expect(house.troupe.fork({ plan: plan.id })).rejects.toMatchObject({ code: 'UNKNOWN_CHECKPOINT' });
    await expect(house.troupe.fork({ plan: 'nobody' })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
  });
});

describe('guidance', () => {
  test('is pending until an agent is asked, is told then once, and survives a restart in between [R105, R142]', async () => {
    const house = await playhouse({ think: () => {} });
    const heard: string[][] = [];
    const { plan } = await house.run(
      async task => {
        heard.push([...task.guidance]);
        if (heard.length === 1) throw new Fault('USAGE', 'not yet');
      },
      { strategyActor: 'think' },
    );
    await plan.prompt('mind the gap');
    expect(await plan.record()).toMatchObject({ guidance: ['mind the gap'], guidanceGiven: 0 });
    const again = await (await house.reopen()).plan(plan.id);
    expect(await again.record()).toMatchObject({ guidance: ['mind the gap'], guidanceGiven: 0 });
    await again.execute();
    const record = await again.settled();
    expect(record).toMatchObject({ guidance: ['mind the gap'], guidanceGiven: 1 });
    expect(heard.at(-1)).toEqual(['mind the gap']);
    const delivered: string[][] = [];
    for await (const event of again.events()) if (event.type === 'guidance.delivered') delivered.push(event.guidance);
    expect(delivered).toEqual([['mind the gap']]);
  });
});
