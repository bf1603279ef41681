import type { Agent, AgentTask } from 'troupe';
import { type Sign, unlessStopped } from './sign.ts';

/** An agent of the embedding program: it can always work, and works as `run` says. */
export function agent(run: (task: AgentTask) => Promise<void>): Agent {
  return {
    check: async () => undefined,
    run: async task => {
      await run(task);
      return { decisions: [], summary: 'done' };
    },
  };
}

/** Says that it is at work, and waits for the sign. */
export function attentive(atWork: Sign, sign: Sign): Agent {
  return agent(async ({ signal }) => {
    atWork.give();
    await unlessStopped(sign, signal);
  });
}

/** Counts how often it is asked to work on each goal. */
export function counting(asked: Map<string, number>): Agent {
  return agent(async ({ plan, role }) => {
    if (role === 'execution') asked.set(plan.description, (asked.get(plan.description) ?? 0) + 1);
  });
}
