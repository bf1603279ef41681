/** The program that forwards standard streams to the tools of a task, for agents without HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { decisionTools } from '../../../src/adapters/agents/decision-tools.ts';
import { bridgeCommand, toolVariables } from '../../../src/adapters/mcp/server-entry.ts';
import { serveTaskTools, type TaskServer } from '../../../src/adapters/mcp/task-server.ts';
import type { TaskTool } from '../../../src/adapters/mcp/task-tools.ts';

/** A tool whose answer comes when the test gives it, and what is called of it. */
function slowTool() {
  const calls: AbortSignal[] = [];
  let give = (_: object): void => undefined;
  const answer = new Promise<object>(resolve => {
    give = resolve;
  });
  const tool: TaskTool = {
    ...decisionTools.question,
    waits: true,
    call(_, { signal }) {
      calls.push(signal);
      return answer;
    },
  };
  return { tool, calls, give };
}

function startBridge(server: TaskServer) {
  const { command, args } = bridgeCommand();
  const child = spawn(command, args, { env: toolVariables(server), stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    send: (message: object | string) =>
      child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    async read(): Promise<Record<string, unknown>> {
      const { value } = await lines.next();
      return JSON.parse(value);
    },
  };
}
const call = (id: number) => ({
  ...{ id, method: 'tools/call' },
  params: { name: 'ask_person', arguments: { question: 'Which?' } },
});

test('[R238] the bridge forwards calls side by side, and answers in the order in which answers come', async () => {
  const { tool, give, calls } = slowTool();
  await using server = await serveTaskTools([tool]);
  const { child, send, read } = startBridge(server);
  send(call(1));
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'ping' });
  expect(await read()).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  await expect.poll(() => calls.length).toBe(1);
  give({ answer: 'LevelDB' });
  expect(await read()).toMatchObject({ id: 1, result: { structuredContent: { answer: 'LevelDB' } } });
  send('{');
  expect(await read()).toMatchObject({ id: null, error: { code: -32_700 } });
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('[R245] the bridge ends with its input, even while a call waits', async () => {
  const { tool, calls } = slowTool();
  await using server = await serveTaskTools([tool]);
  const { child, send } = startBridge(server);
  send(call(1));
  await expect.poll(() => calls.length).toBe(1);
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect.poll(() => calls[0]?.aborted).toBe(true);
});

test('[R238] a call that the agent cancelled is not waited for, and has no answer', async () => {
  const { tool, calls } = slowTool();
  await using server = await serveTaskTools([tool]);
  const { child, send, read } = startBridge(server);
  send(call(1));
  await expect.poll(() => calls.length).toBe(1);
  send({ method: 'notifications/cancelled', params: { requestId: 1 } });
  await expect.poll(() => calls[0]?.aborted).toBe(true);
  send({ id: 2, method: 'ping' });
  expect(await read()).toMatchObject({ id: 2 });
  child.kill();
});

test('[R237] without its token, or after its task, the bridge answers with an error', async () => {
  const server = await serveTaskTools([]);
  const stranger = startBridge({ ...server, token: '0'.repeat(64) });
  stranger.send({ id: 1, method: 'ping' });
  expect(await stranger.read()).toMatchObject({ id: 1, error: { message: 'The tools of the task answered 401' } });
  stranger.child.kill();
  const late = startBridge(server);
  await server[Symbol.asyncDispose]();
  late.send({ id: 1, method: 'ping' });
  expect(await late.read()).toMatchObject({ id: 1, error: { message: expect.stringContaining('The task is over') } });
  late.child.kill();
});
