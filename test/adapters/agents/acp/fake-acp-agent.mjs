#!/usr/bin/env node
/**
 * An agent that speaks the Agent Client Protocol without its library: JSON-RPC, one message a line. Its first argument is the
 * scenario, a list of steps as JSON; `FAKE_ACP` in the environment overrides it by role: {"strategy": […], "execution": […]}. In it `$GOAL`
 * is the goal of the plan.
 * Every message it gets is appended to the file `FAKE_ACP_LOG`, if that is set.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const scenarios = JSON.parse(process.env.FAKE_ACP ?? '{}');
const given = scenarios[process.env.TROUPE_ROLE] ?? JSON.parse(process.argv[2] ?? '[]');
const steps = JSON.parse(JSON.stringify(given).replaceAll('$GOAL', process.env.TROUPE_GOAL ?? ''));
const options = JSON.parse(process.argv[3] ?? '{}');
const sessionId = options.sessionId ?? 's-1';
const waiting = new Map();
let ids = 0;
let promptId = null;
let cwd = process.cwd();
let servers = [];
let tools = null;
let cancelled = () => {};
const isCancelled = new Promise(resolve => {
  cancelled = resolve;
});

const send = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = fields => send({ method: 'session/update', params: { sessionId, update: fields } });
const text = words => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words } });
const note = message => {
  if (process.env.FAKE_ACP_LOG) appendFileSync(process.env.FAKE_ACP_LOG, `${JSON.stringify(message)}\n`);
};
const request = (method, params) =>
  new Promise(resolve => {
    const id = `a${ids++}`;
    waiting.set(id, resolve);
    send({ id, method, params: { sessionId, ...params } });
  });
/** A client of the first server of the session, by the transport that it names. */
async function openTools() {
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const [{ type, url, headers, command, args, env }] = servers;
  const pairs = list => Object.fromEntries(list.map(({ name, value }) => [name, value]));
  const transport =
    type === 'http'
      ? new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: pairs(headers) } })
      : new StdioClientTransport({ command, args, env: pairs(env) });
  const client = new Client({ name: 'fake', version: '1.0.0' });
  await client.connect(transport);
  return client;
}
const allOptions = [
  { optionId: 'x1', name: 'Always', kind: 'allow_always' },
  { optionId: 'x2', name: 'Yes', kind: 'allow_once' },
  { optionId: 'x3', name: 'No', kind: 'reject_once' },
];

/** Each step has one key. A step after a refused permission runs only if the permission was given. */
async function perform(step, stopped) {
  if (stopped) return true;
  if ('say' in step) text(step.say);
  if ('update' in step) update(step.update);
  if ('print' in step) process.stdout.write(`${step.print}\n`);
  if ('complain' in step) process.stderr.write(`${step.complain}\n`);
  if ('notify' in step) send({ method: step.notify, params: {} });
  if ('long' in step) text('x'.repeat(step.long));
  if ('write' in step) {
    const [path, content] = step.write;
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  if ('ask' in step) {
    const { options: offered = allOptions, ...toolCall } = step.ask;
    const id = toolCall.toolCallId ?? `t${ids++}`;
    const answer = await request('session/request_permission', {
      toolCall: { toolCallId: id, ...toolCall },
      options: offered,
    });
    note({ answer });
    const { outcome, optionId } = answer.result?.outcome ?? {};
    return outcome !== 'selected' || !['x1', 'x2'].includes(optionId);
  }
  if ('request' in step) note({ answer: await request(step.request, step.params ?? {}) });
  if ('tool' in step) {
    tools ??= await openTools();
    note({ called: await tools.callTool({ name: step.tool[0], arguments: step.tool[1] }) });
  }
  if ('tools' in step) {
    tools ??= await openTools();
    const listed = (await tools.listTools()).tools;
    note({ listed: listed.map(({ name }) => name) });
    const ofServers = listed.filter(({ name }) => name.includes('__'));
    note({ annotated: ofServers.map(({ name, annotations }) => [name, annotations?.readOnlyHint]) });
  }
  if ('spawn' in step) spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
  if ('untilCancelled' in step) await isCancelled;
  if ('never' in step) await new Promise(() => {});
  if ('dieOnce' in step && !existsSync(step.dieOnce)) {
    writeFileSync(step.dieOnce, '');
    process.exit(9);
  }
  if ('hangOnce' in step && !existsSync(step.hangOnce)) {
    writeFileSync(step.hangOnce, '');
    await new Promise(() => {});
  }
  if ('die' in step) process.exit(step.die);
  if ('fail' in step) throw step.fail;
  return false;
}

async function prompt(id) {
  try {
    let isRefused = false;
    for (const step of steps) isRefused = await perform(step, isRefused && step.anyway !== true);
    send({ id, result: { stopReason: 'end_turn', ...(options.usage && { usage: options.usage }), ...options.result } });
    for (const fields of options.late ?? []) update(fields);
  } catch (error) {
    send({ id, error });
  }
}

const input = createInterface({ input: process.stdin });
input.on('line', line => {
  const message = JSON.parse(line);
  note(message);
  const { id, method, params } = message;
  if (method === undefined) {
    waiting.get(id)?.(message);
    waiting.delete(id);
    return;
  }
  if (method === 'session/cancel') {
    cancelled();
    if (options.cancelAnswer !== false)
      send({ id: promptId, result: { stopReason: 'cancelled', usage: options.usage } });
  }
  if (method === 'initialize') {
    const protocolVersion = options.version ?? 1;
    const mcpCapabilities = { http: options.http === true };
    send({
      id,
      result: { protocolVersion, agentCapabilities: { loadSession: options.canLoad === true, mcpCapabilities } },
    });
  }
  if (method === 'session/new') {
    cwd = params.cwd;
    servers = params.mcpServers;
    if (options.newError) send({ id, error: options.newError });
    else send({ id, result: { sessionId, ...options.session } });
  }
  if (method === 'session/load') {
    cwd = params.cwd;
    servers = params.mcpServers;
    text('This was said before the restart.\n');
    send({ id, result: { ...options.session } });
  }
  if (method === 'session/set_mode' || method === 'session/set_config_option') send({ id, result: {} });
  if (method === 'session/prompt') {
    promptId = id;
    void prompt(id);
  }
});
input.on('close', () => {
  if (options.neverExits === true) setInterval(() => {}, 1000);
  else process.exit(options.exitCode ?? 0);
});
if (options.ignoresTerm === true) process.on('SIGTERM', () => {});
