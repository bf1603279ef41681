/** The server of one task's tools, as agents and as others on the machine reach it. */
import { once } from 'node:events';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { serveTaskTools, type TaskServer } from '../../../src/adapters/mcp/task-server.ts';
import { countedMessages, createTaskTools, type TaskToolOptions } from '../../../src/adapters/mcp/task-tools.ts';
import type { AgentUsage } from '../../../src/model/budget.ts';
import type { AgentTask } from '../../../src/ports/agent.ts';
import { planSpec } from '../../fixtures.ts';

const toolsOf = (changes: Partial<AgentTask> = {}, options: Partial<TaskToolOptions> = {}) => {
  const task = {
    role: 'strategy' as const,
    plan: planSpec(),
    decisions: [],
    reportUsage: () => {},
    call: async () => ({}),
  };
  const { signal } = new AbortController();
  return createTaskTools(
    { ...task, ...changes },
    { usageInOutput: false, signal, pauseTime: () => () => {}, ...options },
  );
};

async function connect({ url, token }: TaskServer): Promise<Client> {
  const client = new Client({ name: 'a test', version: '1.0.0' });
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

/** The status of a request; an undefined header is left out. */
async function statusOf(
  server: TaskServer,
  changes: { method?: string; path?: string; body?: string; headers?: Record<string, string | undefined> } = {},
): Promise<number | undefined> {
  const { method = 'POST', path = '/mcp', body = ping } = changes;
  const wanted = {
    authorization: `Bearer ${server.token}`,
    'content-type': 'application/json',
    ...changes.headers,
  };
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(wanted).filter(([, value]) => value !== undefined),
  );
  const sent = request(new URL(path, server.url), { method, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe('the tools of a task', () => {
  test('[R238] are used by a client of the protocol, and what cannot be used is answered at once', async () => {
    const { tools, messages } = toolsOf({}, { usageInOutput: true });
    await using server = await serveTaskTools(tools);
    const client = await connect(server);
    const listed = (await client.listTools()).tools;
    expect(listed.map(({ name }) => name)).toEqual(['decide', 'plan_subplan', 'ask_person']);
    expect(listed[1]?.inputSchema).toMatchObject({ type: 'object', required: ['goal'] });
    // Agents in a mode that only plans have no others.
    expect(listed.map(({ annotations }) => annotations?.readOnlyHint)).toEqual([true, true, true]);
    const call = (name: string, input: Record<string, unknown>) => client.callTool({ name, arguments: input });
    expect(await call('decide', { question: 'Split?', choose: 'In two' })).toMatchObject({
      structuredContent: { accepted: true },
    });
    expect(await call('plan_subplan', { key: 'a', goal: 'Do a', resourceScopes: ['a.txt'] })).toMatchObject({
      structuredContent: { accepted: true },
    });
    const refused = [
      ['plan_subplan', { key: 'a', goal: 'Do it again', resourceScopes: ['b.txt'] }, 'Two subplans have the key "a"'],
      ['plan_subplan', { goal: 'Do b', dependsOn: ['c'], resourceScopes: ['b.txt'] }, 'depends on "c"'],
      ['plan_subplan', { goal: 'Get out', resourceScopes: ['../b'] }, 'resourceScopes'],
      ['decide', { question: 'Split?' }, 'decision.choose'],
      ['decide', { question: 'Split?', choose: 'No', why: 'x' }, 'why'],
    ] as const;
    for (const [name, input, text] of refused) {
      expect(await call(name, input)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining(text) }],
      });
    }
    expect(messages.map(message => ('value' in message ? message.value : null))).toEqual([
      { question: 'Split?', choose: 'In two' },
      { key: 'a', goal: 'Do a', resourceScopes: ['a.txt'] },
    ]);
    await expect(call('delete_everything', {})).rejects.toThrow('There is no tool delete_everything');
    await client.close();
  });

  test('[R238] are those of the role; usage is reported to the tool unless the output has it', async () => {
    const used: AgentUsage[] = [];
    const names = (role: AgentTask['role'], usageInOutput = false) =>
      toolsOf({ role }, { usageInOutput }).tools.map(({ name }) => name);
    expect(names('execution')).toEqual(['decide', 'plan_subplan', 'checkpoint', 'ask_person', 'report_usage']);
    expect(names('review')).toEqual(['report_finding', 'report_usage']);
    expect(names('review', true)).toEqual(['report_finding']);
    expect([names('fix', true), names('conflict', true)]).toEqual([['ask_person'], ['ask_person']]);
    expect([names('apply'), names('estimation')]).toEqual([[], []]);
    const { tools } = toolsOf({ reportUsage: usage => used.push(usage) });
    const report = tools.find(({ name }) => name === 'report_usage');
    const request = { signal: new AbortController().signal };
    report?.call({ tokens: 12, usd: 0.5 }, request);
    expect(() => report?.call({ tokens: -1 }, request)).toThrow('usage.tokens');
    expect(used).toEqual([{ tokens: 12, usd: 0.5 }]);
  });

  test('[R238] count instead of printed lines of the same kind', () => {
    const given = [{ kind: 'subplan', value: 1 } as const];
    const printed = [{ kind: 'subplan', value: 2 } as const, { kind: 'decision', value: 3 } as const];
    expect(countedMessages(given, printed)).toEqual([given[0], printed[1]]);
    expect(countedMessages([], printed)).toEqual(printed);
  });
});

describe('the server of a task', () => {
  test.each([
    ['the token', {}, 200],
    ['no token', { headers: { authorization: undefined } }, 401],
    ['another token', { headers: { authorization: `Bearer ${'0'.repeat(64)}` } }, 401],
    ['a shorter token', { headers: { authorization: 'Bearer 0' } }, 401],
    ['the name of another host, as after DNS rebinding', { headers: { host: 'example.com' } }, 403],
    ['the page of another site', { headers: { origin: 'https://example.com' } }, 403],
    ['a page without an origin', { headers: { origin: 'null' } }, 403],
    ['another path', { path: '/other' }, 404],
    ['a stream', { method: 'GET', body: '' }, 405],
    ['a form', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a body that is too large', { body: `"${'x'.repeat(4 * 1024 * 1024)}"` }, 413],
    ['a body that is not JSON', { body: '{' }, 400],
    ['a notification', { body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) }, 202],
  ])('[R237] answers a request with %s', async (_, changes, status) => {
    await using server = await serveTaskTools([]);
    expect(await statusOf(server, changes)).toBe(status);
  });

  test('[R237] is reached on the loopback interface, has a token of its own, and is closed with the task', async () => {
    const first = await serveTaskTools([]);
    await using second = await serveTaskTools([]);
    expect(new URL(first.url).hostname).toBe('127.0.0.1');
    expect(first.token).toMatch(/^[0-9a-f]{64}$/);
    expect(first.token).not.toBe(second.token);
    expect(await statusOf(second, { headers: { authorization: `Bearer ${first.token}` } })).toBe(401);
    const client = await connect(first);
    await first[Symbol.asyncDispose]();
    await expect(client.listTools()).rejects.toThrow();
    await expect(statusOf(first)).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
  });
});
