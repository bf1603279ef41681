import type { Agent, AgentTask } from 'troupe';
import { type Latch, waitForLatch } from './latch.ts';

/** Creates an agent of the embedding program that is always available and runs `run`. */
export function createAgent(run: (task: AgentTask) => Promise<void>): Agent {
  return {
    check: async () => undefined,
    run: async task => {
      await run(task);
      return { decisions: [], summary: 'done' };
    },
  };
}

/** Reports its start, and waits for the latch. */
export function blockingAgent(started: Latch, latch: Latch): Agent {
  return createAgent(async ({ signal }) => {
    started.release();
    await waitForLatch(latch, signal);
  });
}

/** Counts its calls for each goal. */
export function countingAgent(calls: Map<string, number>): Agent {
  return createAgent(async ({ plan, role }) => {
    if (role === 'execution') calls.set(plan.description, (calls.get(plan.description) ?? 0) + 1);
  });
}
