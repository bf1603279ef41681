/** An LLM plan whose process dies during each answer of the model in turn. */
import { expect, test } from 'vitest';
import type { PlanRecord } from '../../src/index.ts';
import type { StubReply } from '../adapters/agents/llm/model-api.ts';
import { startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { type DyingPlan, dyingPlan } from './dying-plan.ts';

const replies: Record<string, StubReply[]> = {
  strategy: [
    { calls: [{ name: 'decide', input: { question: 'How?', choose: 'In two parts', confidence: 0.9 } }] },
    { text: 'Decided.' },
  ],
  execution: [
    { thought: 'First one.', calls: [{ name: 'write', input: { path: 'one.txt', content: '1\n' } }] },
    {
      calls: [
        { name: 'edit', input: { path: 'a.txt', find: 'one', replace: 'ONE' } },
        { name: 'run', input: { argv: ['sh', '-c', 'cat one.txt > copy.txt'] } },
      ],
    },
    { text: 'Done.' },
  ],
};
const turns = Object.entries(replies).flatMap(([role, list]) => list.map((_, turn) => `${role} ${turn}`));
const tokensOfTurn = 1550;

test('[R234] each answer is asked for once more when the process dies during it, and usage counts once', async () => {
  const asked: string[] = [];
  let plan: DyingPlan | null = null;
  await using stub = await startModelStub(({ system, turn }) => {
    const role = system.includes('You only look') ? 'strategy' : 'execution';
    const name = `${role} ${turn}`;
    asked.push(name);
    if (asked.indexOf(name) < asked.length - 1) return replies[role]?.[turn] ?? { text: 'There is nothing more.' };
    plan?.die();
    return new Promise(() => {});
  });
  plan = dyingPlan(
    {
      ...{ name: 'local/work', description: 'Work in spite of crashes', automationProfile: 'auto' },
      ...{ strategyActor: 'model', executionActor: 'model' },
    },
    {
      model: {
        kind: 'llm',
        ...{ provider: 'openai-compatible', model: 'stub', baseUrl: stub.url('openai-compatible') },
        ...{ maxTurns: 10, price: { input: 10, output: 100, cacheRead: 1 } },
      },
    },
  );
  const last = await plan.run(turns.length);
  expect(last).toMatchObject({ state: 'applied', error: null });
  expect(asked).toEqual(turns.flatMap(name => [name, name]));
  const { spent, changeSet } = last as PlanRecord;
  expect(spent.tokens).toBe(tokensOfTurn * turns.length);
  expect(spent.usd).toBeCloseTo(((1200 * 10 + 300 * 1 + 50 * 100) / 1e6) * turns.length);
  expect(changeSet?.files.map(({ path }) => path).sort()).toEqual(['a.txt', 'copy.txt', 'one.txt']);
}, 120_000);

test('[R236] a conversation that was shortened continues as it was, whenever the process dies', async () => {
  const files = [1, 2, 3, 4, 5];
  const inOrder: StubReply[] = [
    ...files.map(at => ({ calls: [{ name: 'read', input: { path: `big-${at}.txt` } }] })),
    { calls: [{ name: 'write', input: { path: 'one.txt', content: '1\n' } }] },
    { text: 'Done.' },
  ];
  const asked: string[] = [];
  let answered = 0;
  let plan: DyingPlan | null = null;
  await using stub = await startModelStub(({ body }) => {
    const sent = JSON.stringify(body.messages);
    if (asked.filter(each => each === sent).length === 0) {
      asked.push(sent);
      plan?.die();
      return new Promise(() => {});
    }
    asked.push(sent);
    if (sent.length > 14_000) return { status: 400, message: 'the request exceeds the available context size' };
    return inOrder[answered++] ?? { text: 'There is nothing more.' };
  });
  const service = { provider: 'openai-compatible' as const, model: 'stub', baseUrl: stub.url('openai-compatible') };
  plan = dyingPlan(
    { name: 'local/work', description: 'Work', automationProfile: 'auto', executionActor: 'model' },
    { model: { kind: 'llm', ...service, maxTurns: 20 } },
    Object.fromEntries(files.map(at => [`big-${at}.txt`, `${at}${' line\n'.repeat(1000)}`])),
  );
  const last = await plan.run(30);
  expect(last).toMatchObject({ state: 'applied', error: null });
  // Each request is made twice, with the same words.
  expect(asked.filter((_, at) => at % 2 === 0)).toEqual(asked.filter((_, at) => at % 2 === 1));
  expect(asked.filter(sent => sent.length > 14_000).length).toBeGreaterThan(1);
  expect(asked.at(-1)).toMatch(/Shortened to save space|removed to save space/);
  expect((last as PlanRecord).spent.tokens).toBe(tokensOfTurn * inOrder.length);
}, 120_000);
