import type { Agent, AgentTask } from 'troupe';
import { type Latch, waitForLatch } from './latch.ts';

/** An agent of the embedding program: it can always work, and works as `run` says. */
export function createAgent(run: (task: AgentTask) => Promise<void>): Agent {
  return {
    check: async () => undefined,
    run: async task => {
      await run(task);
      return { decisions: [], summary: 'done' };
    },
  };
}

/** Says that it is at work, and waits for the sign. */
export function blockingAgent(started: Latch, latch: Latch): Agent {
  return createAgent(async ({ signal }) => {
    started.release();
    await waitForLatch(latch, signal);
  });
}

/** Counts how often it is asked to work on each goal. */
export function countingAgent(calls: Map<string, number>): Agent {
  return createAgent(async ({ plan, role }) => {
    if (role === 'execution') calls.set(plan.description, (calls.get(plan.description) ?? 0) + 1);
  });
}
