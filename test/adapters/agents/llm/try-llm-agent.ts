import { expect } from 'vitest';
import { llmAgent } from '../../../../src/adapters/agents/llm.ts';
import { systemClock } from '../../../../src/adapters/clocks/system-clock.ts';
import type { AgentUsage } from '../../../../src/model/budget.ts';
import { LlmSpec } from '../../../../src/model/llm-agent.ts';
import type { Agent, AgentTask } from '../../../../src/ports/agent.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import { createToolHarness, type ToolHarness } from '../../tool-harness.ts';
import type { StubApi, StubReply } from './model-api.ts';
import { type ModelStub, type StubBrain, startModelStub } from './model-stub.ts';

export interface LlmTrial extends AsyncDisposable {
  harness: ToolHarness;
  stub: ModelStub;
  agent: Agent;
  usage: AgentUsage[];
  /** The recorded results, by name. */
  recorded: Map<string, unknown>;
  run(changes?: Partial<AgentTask>): ReturnType<Agent['run']>;
}

export const key = 'key-of-the-stub';

interface TrialOptions {
  api?: StubApi;
  spec?: Partial<LlmSpec>;
  env?: Record<string, string>;
  clock?: Clock;
  files?: Record<string, string>;
  harness?: Parameters<typeof createToolHarness>[1];
}

/** An LLM agent that a stub answers, and a sandbox. Replies in a list are the answers in order. */
export async function tryLlmAgent(
  brain: StubBrain | readonly StubReply[],
  { api = 'anthropic', spec, env, clock, files, harness: changes }: TrialOptions = {},
): Promise<LlmTrial> {
  const harness = await createToolHarness(files ?? { 'a.txt': 'one\ntwo\nthree\n' }, changes);
  let next = 0;
  const stub = await startModelStub(
    typeof brain === 'function' ? brain : () => brain[next++] ?? { status: 400, message: 'there is no further reply' },
  );
  const agent = llmAgent({
    spec: LlmSpec.parse({ kind: 'llm', provider: api, model: 'stub', baseUrl: stub.url(api), keyEnv: 'KEY', ...spec }),
    env: env ?? { KEY: key },
    clock: clock ?? systemClock(),
  });
  const usage: AgentUsage[] = [];
  const recorded = new Map<string, unknown>();
  const ask: AgentTask['ask'] = async (name, request) => {
    if (recorded.has(name)) return recorded.get(name) as never;
    const done = await request();
    usage.push(done.usage);
    recorded.set(name, JSON.parse(JSON.stringify(done.result)));
    return done.result;
  };
  return {
    ...{ harness, stub, agent, usage, recorded },
    run: more => agent.run(harness.task({ ask, ...more })),
    async [Symbol.asyncDispose]() {
      expect(JSON.stringify([harness.lines, [...recorded]])).not.toContain(key);
      await stub[Symbol.asyncDispose]();
      await harness[Symbol.asyncDispose]();
    },
  };
}
