/** Work of an agent that another machine ends while no process of the owner is there, or just before the owner ends. */
import { expect, test } from 'vitest';
import type { AgentAnswer } from '../../src/ports/agent.ts';
import type { AgentEnd, AgentWork, DispatcherOpener } from '../../src/ports/dispatcher.ts';
import { createTestProject } from './test-project.ts';

const answer: AgentAnswer = { decisions: [], summary: 'done elsewhere' };

/** Sends all work of agents to `runAgent`. */
const elsewhere =
  (runAgent: (work: AgentWork) => Promise<AgentEnd>): DispatcherOpener =>
  ({ local }) => ({
    ...local,
    sweep: async () => undefined,
    runAgent: async work => (await runAgent(work)).answer ?? answer,
  });

const untilStopped = ({ task: { signal } }: AgentWork) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

async function runUntilKilled(
  before: (work: AgentWork) => Promise<unknown>,
  after: (work: AgentWork) => Promise<AgentEnd>,
) {
  let reach = () => {};
  const reached = new Promise<void>(resolve => {
    reach = resolve;
  });
  const testProject = await createTestProject(
    {},
    {
      workers: elsewhere(async work => {
        const { task } = work;
        if (task.role !== 'execution') return { answer, tree: null };
        await task.call('builtin/write', { path: 'b.txt', content: 'first\n' });
        await task.call('builtin/write', { path: 'b.txt', content: 'second\n' });
        await before(work);
        reach();
        return untilStopped(work);
      }),
    },
  );
  await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const { id } = await testProject.troupe.use({ action: 'play', profile: 'trusted', execute: 'always' });
  await reached;
  const troupe = await testProject.reopen({ workers: elsewhere(after) });
  const plan = await troupe.get(id);
  const { state, toolCalls } = await plan.waitUntilIdle();
  return { state, toolCalls, diff: await plan.diff() };
}

const done = { state: 'complete', toolCalls: 2, diff: expect.stringContaining('+second') };

test('keeps the calls of work that ended while the owner was gone [R274]', async () => {
  const found = await runUntilKilled(
    async () => undefined,
    work => work.record(async () => ({ answer, tree: null, calls: 2 })),
  );
  expect(found).toEqual(done);
});

test('keeps the calls of work whose end was recorded just before the owner was gone [R274]', async () => {
  const found = await runUntilKilled(
    work => work.record(async () => ({ answer, tree: null, calls: 2 })),
    work => work.record(() => Promise.reject(new Error('it is done again'))),
  );
  expect(found).toEqual(done);
});
