/** Keys of the MCP servers of an agent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { respond } from '../../../src/adapters/mcp/task-protocol.ts';
import { type KeyCases, keyCase } from './key-case.ts';
import type { KeyFixture } from './key-fixture.ts';

const variable = (name: string) => `\${${name}}`;
const program = fileURLToPath(new URL('../../adapters/mcp/fake-mcp-server.mjs', import.meta.url));

/** What the tool `about` of the server says; the code of the error if the action is refused or fails. */
async function about(fixture: KeyFixture, server: object): Promise<string | null> {
  const module = fixture.module(
    `export default async ({ call, write }) => write('said.txt', (await call('mcp/docs/about', {})).text);`,
  );
  try {
    const run = await fixture.run({ executionActor: { kind: 'script', module, mcpServers: { docs: server } } });
    return (await fixture.text(run, 'said.txt')) ?? run.outcome;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

/** A server that answers with the path and a header of the request. */
async function withAddress<Value>(use: (address: string) => Promise<Value>): Promise<Value> {
  const server = createServer(async (request, response) => {
    const answered = `${request.url}|${request.headers['x-word'] ?? ''}`;
    const tool = { name: 'about', description: 'Says it', input: z.looseObject({}), call: () => answered };
    const { signal } = new AbortController();
    const answer = await respond([tool], JSON.parse((await text(request)) || '{}'), { signal });
    if (answer === null) response.writeHead(202).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

export const serverCases: KeyCases = {
  'mcpServers.*.type': keyCase('how a server is reached', {
    values: ['http', 'stdio'],
    observe: (type, fixture) => withAddress(url => about(fixture, { type, url: `${url}/a` })),
    expected: ['/a|', 'INVALID_ACTION'],
  }),
  'mcpServers.*.command': keyCase('the program of a server', {
    values: [program, 'no-such-program'],
    observe: (command, fixture) => about(fixture, { command }),
    expected: ['|', 'AGENT_UNAVAILABLE'],
  }),
  'mcpServers.*.args': keyCase('its arguments', {
    values: [[], ['a', variable('SHELL_SAYS')]],
    observe: (args, fixture) => about(fixture, { command: program, args }),
    expected: ['|', 'a shell|'],
  }),
  'mcpServers.*.env': keyCase('its variables', {
    values: [{ WORD: 'b' }, { WORD: `the ${variable('SHELL_SAYS')}` }, { WORD: variable('NOT_SET:-default') }],
    observe: (env, fixture) => about(fixture, { command: program, env }),
    expected: ['|b', '|the shell', '|default'],
  }),
  'mcpServers.*.url': keyCase('the address of a server', {
    values: ['/a', '/b'],
    observe: (path, fixture) => withAddress(url => about(fixture, { url: `${url}${path}` })),
    expected: ['/a|', '/b|'],
  }),
  'mcpServers.*.headers': keyCase('the headers of its requests', {
    values: [{}, { 'X-Word': `the ${variable('SHELL_SAYS')}` }],
    observe: (headers, fixture) => withAddress(url => about(fixture, { url: `${url}/a`, headers })),
    expected: ['/a|', '/a|the shell'],
  }),
};
