import type { AgentTask } from '../ports/agent.ts';

/** What a task must say; everything else says that nothing happened before, and nothing is recorded. */
export type FirstTaskFields = Pick<AgentTask, 'role' | 'plan' | 'directory' | 'signal' | 'key' | 'call' | 'permit'>;

/** Returns the first attempt of an agent, outside of any plan that runs. */
export function firstTask(fields: FirstTaskFields): AgentTask {
  return {
    ...fields,
    attempt: 1,
    session: null,
    variables: {},
    decisions: [],
    guidance: [],
    advice: [],
    problem: null,
    diff: null,
    once: (_name, act) => act(),
    reportUsage() {},
    ask: async (_, request) => (await request()).result,
    log() {},
    logOutput() {},
  };
}
