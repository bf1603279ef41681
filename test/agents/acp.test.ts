/** Complete plans with agents that speak the Agent Client Protocol. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listTaggedProcesses } from '../../src/agents.ts';
import type { Plan, PlanRecord } from '../../src/index.ts';
import { fakeAcpAgent } from '../adapters/agents/acp/try-acp-agent.ts';
import { createTestProject, type TestProject } from '../runtime/test-project.ts';

const acp = (steps: Record<string, object[]>, options: object = {}) => ({
  kind: 'acp',
  argv: [fakeAcpAgent, '[]', JSON.stringify(options)],
  env: { FAKE_ACP: JSON.stringify(steps) },
});
const edit = (path: string) => ({ ask: { kind: 'edit', title: 'Edit', locations: [{ path }] } });

async function use(project: TestProject, keys: object): Promise<Plan> {
  const action = { name: 'local/try', description: 'Do it', automationProfile: 'full-auto', ...keys };
  return project.troupe.use({ action: await project.troupe.actions.read(action) });
}

async function run(project: TestProject, keys: object): Promise<{ plan: Plan; record: PlanRecord }> {
  const plan = await use(project, keys);
  await plan.execute();
  return { plan, record: await plan.waitUntilIdle() };
}

const pathsOf = ({ changeSet }: PlanRecord) => (changeSet?.files ?? []).map(({ path }) => path).sort();
const subplan = (goal: string) => ({ say: `{"subplan": {"goal": "${goal}", "resourceScopes": ["${goal}"]}}\n` });

describe('A plan with ACP agents', { timeout: 120_000 }, () => {
  test('has subplans from its strategist, which are worked on and merged, and its usage is counted [R223, R232]', async () => {
    const usage = { totalTokens: 100 };
    const strategist = acp(
      { strategy: [edit('a.txt'), { ...subplan('one'), anyway: true }, subplan('two')] },
      { usage },
    );
    const worker = acp({ execution: [edit('$GOAL/made.txt'), { write: ['$GOAL/made.txt', 'x'] }] }, { usage });
    const project = await createTestProject({}, { env: { PATH: process.env.PATH ?? '' } });
    const { record } = await run(project, { strategyActor: strategist, executionActor: worker });
    expect(record).toMatchObject({ state: 'applied', error: null });
    expect(pathsOf(record)).toEqual(['Do it/made.txt', 'one/made.txt', 'two/made.txt']);
    // The strategist, the plan itself, and its two parts.
    expect(record.spent).toMatchObject({ tokens: 400 });
  });

  test('asks a person for what its agent wants to do, and goes on with the answer [R232]', async () => {
    const project = await createTestProject({}, { env: { PATH: process.env.PATH ?? '' } });
    const worker = acp({ execution: [edit('made.txt'), { write: ['made.txt', 'x'] }] });
    const { plan } = await run(project, { executionActor: worker, approvals: { execute: { writeFiles: 'ask' } } });
    expect(await plan.approve()).toMatchObject([{ tool: 'builtin/edit', words: 'edit made.txt' }]);
    const record = await plan.waitUntilIdle();
    expect(record).toMatchObject({ state: 'applied', error: null });
    expect(pathsOf(record)).toEqual(['made.txt']);
  });

  test('has done nothing if the agent was refused permission [R224, R232]', async () => {
    const project = await createTestProject({}, { env: { PATH: process.env.PATH ?? '' } });
    const worker = acp({ execution: [edit('made.txt'), { write: ['made.txt', 'x'] }] });
    const { record } = await run(project, { executionActor: worker, approvals: { execute: { writeFiles: 'deny' } } });
    expect(record.error).toMatchObject({
      code: 'NOTHING_DONE',
      message: 'Nothing was changed, because the agent was refused what it tried: edits made.txt',
    });
  });

  test('leaves no process when it is cancelled, not even one in another session [R245]', async () => {
    const project = await createTestProject({}, { env: { PATH: process.env.PATH ?? '' } });
    const worker = acp({ execution: [{ spawn: true }, { say: 'working\n' }, { untilCancelled: true }] });
    const plan = await use(project, { executionActor: worker });
    await plan.execute();
    for await (const { text } of plan.logs({ follow: true })) if (text === 'working') break;
    await plan.cancel();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'cancelled' });
    expect((await listTaggedProcesses()).filter(({ tag }) => tag.includes(plan.id))).toEqual([]);
    expect(existsSync(join(project.folder, 'made.txt'))).toBe(false);
  });
});
