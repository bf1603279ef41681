/** What an agent used before its process died. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import type { Agent, Troupe } from '../../../src/index.ts';
import type { AgentUsage } from '../../../src/model/budget.ts';
import { sharedStore } from '../crash-points.ts';
import { createTestProject } from '../test-project.ts';

/** Reports usage in two parts; its first run does not end. */
function spendingAgent(): Agent {
  let runs = 0;
  return {
    usesDirectory: false,
    repeatsUsage: false,
    check: async () => {},
    async run(task) {
      runs += 1;
      task.reportUsage({ tokens: 1000, usd: 0.25 });
      // Less than a tenth more: no event of its own, but counted with what is committed next.
      task.reportUsage({ tokens: 50 });
      if (runs === 1) await new Promise(() => {});
      return { decisions: [], summary: 'Done' };
    },
  };
}

async function firstUsage(troupe: Troupe): Promise<AgentUsage | null> {
  for await (const event of troupe.events()) if (event.type === 'usage.recorded') return event.usage;
  return null;
}

test('[R223] usage of an agent that starts again counts for the run before the crash and for the one after it', async () => {
  const rows = await memoryStore()();
  let isDead = false;
  const agents = { spender: spendingAgent() };
  const testProject = await createTestProject();
  const first = await testProject.openSecond({ store: sharedStore(rows, () => isDead), agents });
  const action = { name: 'local/spend', description: 'Spend', executionActor: 'spender' };
  const plan = await first.use({ action: await first.actions.read(action) });
  const recorded = firstUsage(first);
  await plan.execute();
  expect(await recorded).toEqual({ tokens: 1000, usd: 0.25 });
  isDead = true;

  const second = await testProject.openSecond({ store: sharedStore(rows), agents, resume: true });
  const again = await second.get(plan.id);
  const record = await again.waitUntilIdle();
  expect([record.state, record.error]).toEqual(['complete', null]);
  expect(record.spent).toMatchObject({ tokens: 2100, usd: 0.5 });
  // The first run has no last event.
  const total = { tokens: 0, usd: 0 };
  for await (const event of again.events()) {
    if (event.type !== 'usage.recorded') continue;
    total.tokens += event.usage.tokens ?? 0;
    total.usd += event.usage.usd ?? 0;
  }
  expect(total).toEqual({ tokens: 2050, usd: 0.5 });
  await second.close();
}, 60_000);
