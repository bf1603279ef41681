import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveAgents } from '../../../src/adapters/agents/resolve-agents.ts';
import { AgentSpec } from '../../../src/model/agent.ts';
import type { Agent } from '../../../src/ports/agent.ts';
import { type AgentSuiteOptions, agentSuite } from '../../../src/testing/agent-suite.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness } from '../tool-harness.ts';
import { startModelStub } from './llm/model-stub.ts';

const program = `if [ "$TROUPE_ROLE" = execution ]; then printf done > made.txt; echo made; fi`;
const script = `export default async ({ role, write, decide }) => {
  if (role === 'execution') await write('made.txt', 'done');
  else await decide({ question: 'How?', choose: 'So' });
};`;

const specs = {
  'A steps agent': {
    kind: 'steps',
    steps: [
      { write: { path: 'made.txt', content: 'done' }, if: { role: 'execution' } },
      { decide: { question: 'How?', choose: 'So' }, if: { role: 'strategy' } },
    ],
  },
  'A script agent': { kind: 'script', module: './agent.mjs' },
  'A command agent': { kind: 'command', argv: ['sh', '-c', program] },
  'An ACP agent': {
    kind: 'acp',
    argv: [fileURLToPath(new URL('acp/fake-acp-agent.mjs', import.meta.url))],
    env: {
      FAKE_ACP: JSON.stringify({
        strategy: [{ say: '{"decision": {"question": "How?", "choose": "So"}}\n' }],
        execution: [
          { ask: { kind: 'edit', title: 'Write', locations: [{ path: 'made.txt' }] } },
          { write: ['made.txt', 'done'] },
        ],
      }),
    },
  },
};

/** The same agent, which decides with the tools of its task: by HTTP, and through the program that forwards to them. */
const toolSpec = (options: object) => ({
  kind: 'acp',
  argv: [fileURLToPath(new URL('acp/fake-acp-agent.mjs', import.meta.url)), '[]', JSON.stringify(options)],
  env: {
    FAKE_ACP: JSON.stringify({
      strategy: [{ tool: ['decide', { question: 'How?', choose: 'So' }] }],
      execution: [{ tools: true }, { write: ['made.txt', 'done'] }],
    }),
  },
});

/** A model that writes one file when it may write. */
const modelStub = await startModelStub(({ tools, turn }) => {
  if (turn > 0) return { text: 'done' };
  const write = { name: 'write', input: { path: 'made.txt', content: 'done' } };
  return { calls: [tools.includes('write') ? write : { name: 'decide', input: { question: 'How?', choose: 'So' } }] };
});
afterAll(() => modelStub[Symbol.asyncDispose]());

const openWith =
  (agentIn: (actionDir: string) => Agent): AgentSuiteOptions['open'] =>
  async () => {
    const home = await createToolHarness({ 'agent.mjs': script });
    const harness = await createToolHarness({ 'there.txt': 'there' });
    return {
      agent: agentIn(home.directory),
      directory: harness.directory,
      task: (role, signal) => {
        const phase = role === 'strategy' ? 'strategize' : 'execute';
        return harness.task({ role, signal, call: harness.runner({ agentRole: role, phase, signal }) });
      },
      work: ['made.txt'],
      remaining: async () => (await taggedPids(harness.task().key)).length,
      async dispose() {
        await harness[Symbol.asyncDispose]();
        await home[Symbol.asyncDispose]();
      },
    };
  };

const model = {
  kind: 'llm',
  provider: 'openai-compatible',
  model: 'stub',
  baseUrl: modelStub.url('openai-compatible'),
};

for (const [title, spec] of Object.entries({
  ...specs,
  'An ACP agent with tools by HTTP': toolSpec({ http: true }),
  'An ACP agent with tools through a program': toolSpec({}),
  'An LLM agent': model,
})) {
  describe(`${title} satisfies the contract of the port [R244]`, () => {
    const agents = resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } });
    agentSuite({ test, open: openWith(actionDir => agents(AgentSpec.parse(spec), actionDir)) });
  });
}

describe('The suite', () => {
  /** Runs the suite against an agent and returns the titles of failed tests. */
  async function broken(agent: Agent): Promise<string[]> {
    const bodies: [title: string, body: () => Promise<void>][] = [];
    agentSuite({ test: (title, body) => bodies.push([title, body]), open: openWith(() => agent) });
    const failed: string[] = [];
    for (const [title, body] of bodies) {
      await body().catch(() => failed.push(title));
    }
    return failed;
  }
  const check = async () => undefined;
  const answer = { decisions: [], summary: '' };

  test('detects an agent that writes in every role', async () => {
    const agent: Agent = {
      check,
      async run({ signal, plan, directory, role, ...task }) {
        if (signal.aborted) return answer;
        const { writeFile } = await import('node:fs/promises');
        await writeFile(`${directory}/made.txt`, `${role} ${plan.planId} ${task.key} ${Math.random()}`);
        return answer;
      },
    };
    expect(await broken(agent)).toEqual([
      'asked for a strategy it changes no file',
      'asked again under the same key, as after a crash, it does the same',
      'work that was stopped before it began is not done',
    ]);
  });

  test('detects an agent that does nothing and returns an answer that cannot be stored', async () => {
    const agent: Agent = { check, run: async () => ({ ...answer, estimate: { until: new Date() } }) };
    expect(await broken(agent)).toEqual([
      'what it did is in the sandbox, and what it answers is plain data',
      'asked for a strategy it changes no file',
      'work that was stopped before it began is not done',
    ]);
  });

  test('detects an agent that never looks at its signal', async () => {
    const agent: Agent = {
      check,
      async run({ directory, role }) {
        const { writeFile } = await import('node:fs/promises');
        if (role === 'execution') await writeFile(`${directory}/made.txt`, 'done');
        return answer;
      },
    };
    expect(await broken(agent)).toEqual(['work that was stopped before it began is not done']);
  });

  test('detects an agent that fails with its own error when it is stopped', async () => {
    const agent: Agent = {
      check,
      async run({ call, signal, role }) {
        if (role === 'execution') await call('write', { path: 'made.txt', content: 'done' }).catch(() => undefined);
        if (signal.aborted) throw new TypeError('something broke');
        return answer;
      },
    };
    expect(await broken(agent)).toEqual([
      'work that was stopped before it began is not done',
      'work that is stopped in the middle ends',
    ]);
  });
});
