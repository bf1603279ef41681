/** The tools of its task, as an ACP agent gets them: by HTTP, or by a program that forwards to them. */
import { symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { isTaskToolCall } from '../../../../src/adapters/agents/acp/task-tool-call.ts';
import { resolveAgents } from '../../../../src/adapters/agents/resolve-agents.ts';
import { AgentSpec } from '../../../../src/model/agent.ts';
import { taggedPids } from '../../tagged-pids.ts';
import { createToolHarness } from '../../tool-harness.ts';
import { fakeAcpAgent, roleIn, tryAcpAgent } from './try-acp-agent.ts';

const decide = { tool: ['decide', { question: 'Split?', choose: 'Yes' }] };
const subplan = (key: string, fields: object = {}) => ({
  tool: ['plan_subplan', { key, goal: `Do ${key}`, resourceScopes: [key], ...fields }],
});
const transports = [
  ['HTTP', { http: true }],
  ['a program', {}],
] as const;
type Received = Record<string, unknown>;
const called = (received: Received[]) => received.flatMap(({ called }) => (called === undefined ? [] : [called]));

describe.each(transports)('The tools of an ACP agent by %s', (_, options) => {
  test('plan, and what cannot be used is answered at once [R238]', async () => {
    const steps = [{ tools: true }, decide, subplan('a'), subplan('a'), subplan('b', { dependsOn: ['a'] })];
    await using trial = await tryAcpAgent(steps, { options, harness: roleIn.strategy });
    await trial.run({ role: 'strategy' });
    const [choice, first, second, ...rest] = trial.harness.decisions;
    expect(choice).toMatchObject({ chosenOption: 'Yes' });
    expect(first).toMatchObject({ payload: { goal: 'Do a' } });
    expect(second).toMatchObject({ payload: { goal: 'Do b', dependencies: [first?.decisionId] } });
    expect(rest).toEqual([]);
    const received = await trial.received();
    expect(received).toContainEqual({ listed: ['decide', 'plan_subplan', 'ask_person'] });
    expect(called(received).map(answer => (answer as { isError?: boolean }).isError ?? false)).toEqual([
      ...[false, false, true, false],
    ]);
  });

  test('count instead of what it prints [R238]', async () => {
    const printed = { say: '{"decision": {"question": "Split?", "choose": "No"}}\n' };
    await using trial = await tryAcpAgent([decide, printed], { options, harness: roleIn.strategy });
    await trial.run({ role: 'strategy' });
    expect(trial.harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['Yes']);
  });

  test('ask a person, while its time does not run [R238, R345]', async () => {
    await using trial = await tryAcpAgent([{ tool: ['ask_person', { question: 'Which store?' }] }], { options });
    await trial.run();
    expect(trial.harness.calls).toMatchObject([{ tool: 'builtin/ask-person', input: { question: 'Which store?' } }]);
  });

  test('are closed when it dies, and leave no process [R237, R245]', async () => {
    await using trial = await tryAcpAgent([decide, { die: 9 }], { options, harness: roleIn.strategy });
    await expect(trial.run({ role: 'strategy' })).rejects.toMatchObject({ code: 'AGENT_FAILED' });
    expect(trial.harness.decisions).toEqual([]);
    expect(await taggedPids(trial.harness.task().key)).toEqual([]);
  });
});

test('An ACP agent gets the token of its tools in its session, never in arguments [R246]', async () => {
  await using trial = await tryAcpAgent([]);
  await trial.run();
  const [, session] = await trial.received();
  const [server] = (session as { params: { mcpServers: { args: string[]; env: { name: string; value: string }[] }[] } })
    .params.mcpServers;
  const token = server?.env.find(({ name }) => name === 'TROUPE_MCP_TOKEN')?.value ?? '';
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(server?.args.join(' ')).not.toContain(token);
});

test('An ACP agent that commits gets no tools', async () => {
  await using trial = await tryAcpAgent([{ say: '{"message": {"subject": "Do it"}}' }]);
  await trial.run({ role: 'apply' });
  expect((await trial.received())[1]).toMatchObject({ params: { mcpServers: [] } });
});

test.each([
  ['mcp__troupe__plan_subplan', 'other', true],
  ['decide (troupe MCP Server)', 'other', true],
  ['mcp__troupe__docs__search', 'other', true],
  ['Tool: troupe/ask_person', 'think', true],
  ['mcp__troupe__decide', 'execute', false],
  ['mcp__other__decide', 'other', false],
  ['mcp__troupe__delete_all', 'other', false],
  ['rm troupe/decide', 'other', false],
])('A call with the title %s of the kind %s is one of the tools: %s', (title, kind, expected) => {
  expect(isTaskToolCall({ title, kind }, ['decide', 'plan_subplan', 'ask_person', 'docs__search'])).toBe(expected);
});

test('An ACP agent that asks for permission to plan gets it, even as a strategist [R232]', async () => {
  const ask = { ask: { kind: 'other', title: 'mcp__troupe__decide' } };
  await using trial = await tryAcpAgent([ask, decide], { harness: roleIn.strategy });
  await trial.run({ role: 'strategy' });
  expect(trial.harness.decisions).toHaveLength(1);
});

test('gemini reads and writes files itself: it cannot write a new file through its client [R233]', async () => {
  await using harness = await createToolHarness();
  const [program, log] = [`${harness.directory}/gemini`, `${harness.directory}/log`];
  await symlink(fakeAcpAgent, program);
  const spec = AgentSpec.parse({ kind: 'acp', argv: [program], env: { FAKE_ACP_LOG: log } });
  await resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } })(spec, '/').run(harness.task());
  const [first = ''] = (await harness.read('log')).split('\n');
  const fs = { readTextFile: false, writeTextFile: false };
  expect(JSON.parse(first)).toMatchObject({ method: 'initialize', params: { clientCapabilities: { fs } } });
});
