/** MCP servers of the user, whose tools agents of every kind get. */
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { resolveAgents } from '../../../src/adapters/agents/resolve-agents.ts';
import { serveTaskTools } from '../../../src/adapters/mcp/task-server.ts';
import { modelToolName } from '../../../src/adapters/mcp/tool-name.ts';
import { AgentSpec } from '../../../src/model/agent.ts';
import { McpServers } from '../../../src/model/mcp-server.ts';
import { fakeAcpAgent } from '../agents/acp/try-acp-agent.ts';
import { startModelStub } from '../agents/llm/model-stub.ts';
import { taggedPids } from '../tagged-pids.ts';
import { createToolHarness, type ToolHarness } from '../tool-harness.ts';

const command = fileURLToPath(new URL('fake-mcp-server.mjs', import.meta.url));
const docs = { docs: { command: process.execPath, args: [command] } };
const variable = (name: string) => `\${${name}}`;
const looks = { phase: 'strategize', agentRole: 'strategy' } as const;

/** A script agent that makes the calls, and answers with what they return or throw. */
const caller = `export default async ({ call }) => {
  const found = [];
  for (const [name, input] of JSON.parse(process.env.TEST_CALLS))
    found.push(await call(name, input).catch(({ code, message }) => ({ code, message })));
  return JSON.stringify(found);
};`;

interface Trial extends AsyncDisposable {
  harness: ToolHarness;
  run(...calls: [name: string, input: object][]): Promise<unknown[]>;
  check(): Promise<void>;
}

async function trial(
  servers: object,
  {
    changes = {},
    env = {},
    own = null,
  }: {
    changes?: Parameters<typeof createToolHarness>[1];
    env?: Record<string, string>;
    own?: Record<string, string> | null;
  } = {},
): Promise<Trial> {
  const home = await createToolHarness({ 'agent.mjs': caller });
  const harness = await createToolHarness({ 'a.txt': 'a' }, changes);
  const spec = AgentSpec.parse({ kind: 'script', module: `${home.directory}/agent.mjs`, mcpServers: servers });
  const registered: Record<string, AgentSpec> = own === null ? {} : { mine: spec };
  const options = { registered, env: { PATH: process.env.PATH ?? '', ...env }, agentEnv: own ?? {} };
  const agent = resolveAgents(options)(own === null ? spec : 'mine', '/');
  return {
    harness,
    check: () => agent.check(),
    async run(...calls) {
      process.env.TEST_CALLS = JSON.stringify(calls);
      const role = changes.agentRole ?? 'execution';
      return JSON.parse((await agent.run(harness.task({ role, call: harness.runner() }))).summary);
    },
    async [Symbol.asyncDispose]() {
      expect(await taggedPids(harness.task().key)).toEqual([]);
      await harness[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

describe('Tools of an MCP server of the user', () => {
  test('are called by name, run in the sandbox, and are recorded [R239]', async () => {
    await using tried = await trial(docs);
    const answers = await tried.run(
      ['mcp/docs/search', { query: 'x' }],
      ['mcp/docs/note', { words: 'hello' }],
      ['mcp/docs/picture', {}],
    );
    expect(answers).toEqual([{ text: 'found x' }, { text: 'noted' }, { text: '[image image/png]' }]);
    expect(await tried.harness.read('note.txt')).toBe('hello');
    expect(tried.harness.calls).toMatchObject([
      { tool: 'mcp/docs/search', input: { query: 'x' }, result: { text: 'found x' } },
      { tool: 'mcp/docs/note' },
      { tool: 'mcp/docs/picture' },
    ]);
  });

  test('have side effects unless their annotation says that they only read, so a strategist is refused [R239]', async () => {
    await using tried = await trial(docs, { changes: looks });
    const [found, refused, unknown] = await tried.run(
      ['mcp/docs/search', { query: 'x' }],
      ['mcp/docs/note', { words: 'hello' }],
      ['mcp/other/note', {}],
    );
    expect(found).toEqual({ text: 'found x' });
    expect(refused).toMatchObject({ code: 'TOOL_REFUSED', message: expect.stringContaining('read-only') });
    expect(unknown).toMatchObject({ code: 'UNKNOWN_TOOL' });
    await expect(tried.harness.read('note.txt')).rejects.toThrow('ENOENT');
  });

  test('are denied by their name, or all by the name of the server, in the profile [R239]', async () => {
    const guards = { denyTools: ['mcp/docs'], allowTools: [], callsPerStepMax: 10 };
    await using tried = await trial(docs, { changes: { guards: { ...guards } as never } });
    const [refused] = await tried.run(['mcp/docs/search', { query: 'x' }]);
    expect(refused).toMatchObject({ code: 'TOOL_REFUSED', message: expect.stringContaining('denylist') });
  });

  test('say what failed, with the last words of a server that died [R239]', async () => {
    await using tried = await trial(docs);
    const [closed, dead] = await tried.run(['mcp/docs/fail', {}], ['mcp/docs/die', {}]);
    expect(closed).toEqual({ code: 'TOOL_FAILED', message: 'mcp/docs/fail: it is closed' });
    expect(dead).toMatchObject({ code: 'TOOL_FAILED', message: expect.stringContaining('Out of memory') });
  });

  test('leave no process, not even one of another session [R239, R245]', async () => {
    await using tried = await trial(docs);
    expect(await tried.run(['mcp/docs/leave', {}])).toEqual([{ text: 'left' }]);
    expect(await taggedPids(tried.harness.task().key)).toEqual([]);
  });
});

describe('Variables of an MCP server', () => {
  const secret = { docs: { ...docs.docs, env: { DOCS_TOKEN: variable('DOCS_TOKEN') } } };

  test('have the values of variables of the host, whose own agents may have all [R239, R246]', async () => {
    await using passed = await trial(secret, { env: { DOCS_TOKEN: 'token-of-the-docs' } });
    expect(await passed.run(['mcp/docs/secret', {}])).toEqual([{ text: 'the token is token-of-the-docs' }]);
    await using own = await trial(secret, { own: { DOCS_TOKEN: 'token-of-the-docs' } });
    expect(await own.run(['mcp/docs/secret', {}])).toEqual([{ text: 'the token is token-of-the-docs' }]);
  });

  test('that are not set, and programs that are not there, are found before the agent runs [R239]', async () => {
    await using unset = await trial(secret);
    await expect(unset.check()).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message:
        'The MCP server docs cannot be started: DOCS_TOKEN is not set for it; --env DOCS_TOKEN passes a variable on',
    });
    await using absent = await trial({ docs: { command: 'no-such-program' } });
    await expect(absent.check()).rejects.toThrow('the program no-such-program was not found');
  });

  test.each([
    ['a secret that is written out', { command: 'x', env: { API_KEY: 'abc' } }, 'never written here'],
    [
      'a token in a header',
      { url: 'https://example.com', headers: { Authorization: 'Bearer abc' } },
      'never written here',
    ],
    ['neither a program nor an address', {}, 'either a command or a url'],
    ['both', { command: 'x', url: 'https://example.com' }, 'either a command or a url'],
    ['headers for a program', { command: 'x', headers: { A: 'b' } }, 'is required for http'],
    ['arguments for an address', { url: 'https://example.com', args: ['x'] }, 'is required for args'],
  ])('are refused with %s [R239, R246]', (_, server, message) => {
    expect(McpServers.safeParse({ docs: server }).error?.message).toContain(message);
  });
});

test('A server with an address is asked over HTTP, with its headers [R239, R246]', async () => {
  const greet = { name: 'greet', description: 'Greets', input: z.looseObject({}), call: () => 'hello' };
  await using server = await serveTaskTools([greet]);
  const servers = {
    docs: { type: 'http', url: server.url, headers: { Authorization: `Bearer ${variable('DOCS_TOKEN')}` } },
  };
  await using tried = await trial(servers, { env: { DOCS_TOKEN: server.token } });
  expect(await tried.run(['mcp/docs/greet', {}])).toEqual([{ text: 'hello' }]);
  await using stranger = await trial(servers, { env: { DOCS_TOKEN: 'another' } });
  await expect(stranger.run()).rejects.toThrow(/The MCP server docs did not start: .*/);
});

test('An MCP server that does not start is named, with its last words [R239]', async () => {
  await using tried = await trial({ ...docs, broken: { command: process.execPath, args: [command, 'broken'] } });
  await expect(tried.run()).rejects.toMatchObject({
    code: 'AGENT_UNAVAILABLE',
    message: expect.stringMatching(/The MCP server broken did not start: .*There is no database/s),
  });
});

test('A model gets the tools under names that providers accept, and reads their text [R239]', async () => {
  await using stub = await startModelStub(({ turn }) =>
    turn === 0 ? { calls: [{ name: 'docs__search', input: { query: 'x' } }] } : { text: 'done' },
  );
  const spec = AgentSpec.parse({
    ...{ kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl: stub.url('openai-compatible') },
    mcpServers: docs,
  });
  await using harness = await createToolHarness({}, looks);
  const agent = resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } })(spec, '/');
  expect(agent.usesDirectory).toBe(true);
  await agent.run(harness.task({ role: 'strategy' }));
  expect(stub.requests[1]?.results).toEqual(['found x']);
  const { tools } = stub.requests[0]?.body as { tools: { function: { name: string; parameters: object } }[] };
  const offered = tools.map(({ function: { name } }) => name).filter(name => name.startsWith('docs__'));
  expect(offered).toEqual(['docs__search', 'docs__secret', 'docs__fail']);
  expect(tools.find(({ function: { name } }) => name === 'docs__search')?.function.parameters).toMatchObject({
    ...{ type: 'object', required: ['query'] },
    properties: { query: { type: 'string' } },
  });
});

test('An agent that is a program gets them with the tools of its task, judged by the same guards [R239]', async () => {
  const search = { tool: ['docs__search', { query: 'x' }] };
  const steps = {
    execution: [{ tools: true }, search, { tool: ['docs__note', { words: 'hello' }] }],
    strategy: [{ tools: true }, search],
  };
  await using harness = await createToolHarness();
  const log = `${harness.directory}/log`;
  const env = { FAKE_ACP: JSON.stringify(steps), FAKE_ACP_LOG: log };
  const spec = AgentSpec.parse({ kind: 'acp', argv: [fakeAcpAgent], env, mcpServers: docs });
  const agent = resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } })(spec, '/');
  await agent.run(harness.task());
  expect(await harness.read('note.txt')).toBe('hello');
  expect(harness.calls).toMatchObject([{ result: { text: 'found x' } }, { result: { text: 'noted' } }]);
  await agent.run(harness.task({ role: 'strategy', call: harness.runner(looks) }));
  expect(harness.calls.slice(2)).toMatchObject([{ tool: 'mcp/docs/search', result: { text: 'found x' } }]);
  const listed = ['decide', 'plan_subplan', 'ask_person', 'docs__search', 'docs__secret', 'docs__fail'];
  expect(await harness.read('log')).toContain(JSON.stringify({ listed }));
  expect(await harness.read('log')).toContain('"annotated":[["docs__search",true],["docs__note",false]');
  expect(await taggedPids(harness.task().key)).toEqual([]);
});

test('An agent that gets no tools refuses servers before it runs [R239]', async () => {
  const spec = AgentSpec.parse({ kind: 'preset', agent: 'pi', mcpServers: docs });
  await using home = await createToolHarness({ pi: '' });
  await chmod(`${home.directory}/pi`, 0o755);
  const agent = resolveAgents({ registered: {}, env: { PATH: home.directory } })(spec, '/');
  await expect(agent.check()).rejects.toMatchObject({
    code: 'INVALID_ACTION',
    message: expect.stringContaining('mcpServers'),
  });
});

test.each([
  ['mcp/docs/search', 'docs__search'],
  ['mcp/docs/get.issue/x', 'docs__get_issue_x'],
  [`mcp/docs/${'x'.repeat(100)}`, /^docs__x{33}_[0-9a-f]{8}$/],
])('The tool %s is known to models as %s', (name, expected) => {
  expect(modelToolName(name)).toMatch(expected);
});
