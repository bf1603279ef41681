/** An LLM plan whose process dies during each answer of the model in turn. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { Plan, PlanRecord, Troupe } from '../../src/index.ts';
import type { StubReply } from '../adapters/agents/llm/model-api.ts';
import { startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { sharedStore } from '../runtime/crash-points.ts';
import { createTestProject } from '../runtime/test-project.ts';

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

test('[R234] each answer is asked for once more when the process dies during it, and usage counts once', async () => {
  const rows = await memoryStore()();
  const asked: string[] = [];
  let die: (() => void) | null = null;
  await using stub = await startModelStub(({ system, turn }) => {
    const role = system.includes('You only look') ? 'strategy' : 'execution';
    const name = `${role} ${turn}`;
    asked.push(name);
    if (asked.indexOf(name) < asked.length - 1) return replies[role]?.[turn] ?? { text: 'There is nothing more.' };
    die?.();
    return new Promise(() => {});
  });
  const testProject = await createTestProject();
  const agents = {
    model: {
      kind: 'llm' as const,
      ...{ provider: 'openai-compatible' as const, model: 'stub', baseUrl: stub.url('openai-compatible') },
      ...{ maxTurns: 10, price: { input: 10, output: 100, cacheRead: 1 } },
    },
  };
  /** Opens the store as the next process does; resolves when that dies, or when the plan is executed. */
  const live = async (find: (troupe: Troupe) => Promise<Plan>): Promise<PlanRecord | 'died'> => {
    let isDead = false;
    const troupe = await testProject.openSecond({
      store: sharedStore(rows, () => isDead),
      agents,
      resume: true,
    });
    const died = new Promise<'died'>(resolve => {
      die = () => {
        isDead = true;
        resolve('died');
      };
    });
    const execute = async () => {
      const plan = await find(troupe);
      await plan.waitUntilIdle();
      // It may be executed already, or wait for that.
      await plan.execute().catch(() => undefined);
      const record = await plan.waitUntilIdle();
      await troupe.close();
      return record;
    };
    return Promise.race([execute(), died]);
  };

  const action = {
    ...{ name: 'local/work', description: 'Work in spite of crashes', automationProfile: 'auto' },
    ...{ strategyActor: 'model', executionActor: 'model' },
  };
  let planId = '';
  let last = await live(async troupe => {
    const plan = await troupe.use({ action: await troupe.actions.read(action), start: true });
    planId = plan.id;
    return plan;
  });
  for (let deaths = 1; last === 'died' && deaths <= turns.length; deaths++) {
    last = await live(troupe => troupe.get(planId));
  }
  expect(last).toMatchObject({ state: 'applied', error: null });
  expect(asked).toEqual(turns.flatMap(name => [name, name]));
  const { spent, changeSet } = last as PlanRecord;
  expect(spent.tokens).toBe(1550 * turns.length);
  expect(spent.usd).toBeCloseTo(((1200 * 10 + 300 * 1 + 50 * 100) / 1e6) * turns.length);
  expect(changeSet?.files.map(({ path }) => path).sort()).toEqual(['a.txt', 'copy.txt', 'one.txt']);
}, 120_000);
