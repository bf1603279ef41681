/** Budgets of plans that ask a language model. */
import { expect, test } from 'vitest';
import type { AgentSpec } from '../../src/agents.ts';
import type { PlanRecord, PriceTable } from '../../src/index.ts';
import { startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { createTestProject } from '../runtime/test-project.ts';

interface Outcome {
  record: PlanRecord;
  warnings: string[];
  requests: number;
}

/** Runs a plan whose model writes a file with each answer, for ten answers. */
async function work(budget: object, changes: object, prices: PriceTable = {}): Promise<Outcome> {
  await using stub = await startModelStub(({ turn }) =>
    turn < 10 ? { calls: [{ name: 'write', input: { path: `${turn}.txt`, content: 'x' } }] } : { text: 'Done.' },
  );
  const baseUrl = stub.url('openai-compatible');
  const model = { kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl, maxTurns: 20, ...changes };
  const { troupe } = await createTestProject({}, { prices, agents: { model: model as AgentSpec } });
  const action = { name: 'local/work', description: 'Work', executionActor: 'model', budget };
  const plan = await troupe.use({ action: await troupe.actions.read(action) });
  await plan.execute();
  const record = await plan.waitUntilIdle();
  const warnings: string[] = [];
  for await (const event of plan.events()) if (event.type === 'plan.warned') warnings.push(event.message);
  return { record, warnings, requests: stub.requests.length };
}

test('a budget in USD for a model without a price is named before the plan runs [R226]', async () => {
  const { record, warnings } = await work({ usd: 0.0001 }, {});
  expect(record).toMatchObject({ state: 'complete', spent: { usd: null } });
  expect(warnings).toEqual([
    'budget.usd does not limit all of the work: model does not report usd; set budget.tokens too, or name the model and its price',
  ]);
});

test('a budget in USD ends the work of a model with a price, and the error names what it cost [R226]', async () => {
  // Each answer costs (1200 × 1 + 300 × 1 + 50 × 4) / 1,000,000.
  const { record, warnings, requests } = await work({ usd: 0.005 }, { price: { input: 1, output: 4 } });
  expect(warnings).toEqual([]);
  expect(record.error).toMatchObject({
    ...{ code: 'BUDGET_EXHAUSTED', message: 'The budget of 0.005 usd is used up (0.0051)' },
  });
  expect(requests).toBe(3);
});

test('the price of a model is that of its agent, else that in the table of the user [R226]', async () => {
  const prices = { stub: { input: 1, output: 4 } };
  expect((await work({ usd: 0.005 }, {}, prices)).record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  const cheap = await work({ usd: 0.005 }, { price: { input: 0, output: 0 } }, prices);
  expect(cheap).toMatchObject({ record: { state: 'complete', spent: { usd: 0 } }, warnings: [] });
});

test('a budget in tokens ends the work of a model', async () => {
  const { record, requests } = await work({ tokens: 2000 }, {});
  expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  expect(requests).toBe(2);
});
