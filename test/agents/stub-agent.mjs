#!/usr/bin/env node
/**
 * Stands for an agent in tests: printed in the format of the program it is called as, with fixed usage. What it does is in
 * STUB_AGENT, else in the goal of its prompt. With STUB_SESSIONS it has sessions (stub-sessions.mjs).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSession } from './stub-sessions.mjs';
import { findTools } from './stub-tools.mjs';

const name = basename(process.argv[1]);
const words = process.argv.slice(2);
if (words.includes('--version')) {
  console.log(`${name} 1.2.3 (stub)`);
  process.exit(0);
}
const takesStdin = ['claude', 'codex', 'goose', 'amp'].includes(name);
const prompt = takesStdin ? readFileSync(0, 'utf8') : words.at(-1);
const goal = /# Goal\n(.*)\n/.exec(prompt)?.[1] ?? '';
const mode = process.env.STUB_AGENT ?? '';
const print = value => console.log(typeof value === 'string' ? value : JSON.stringify(value));
const sessions = process.env.STUB_SESSIONS;
const opened = sessions ? openSession(sessions, { name, words, prompt }) : null;
const session = (opened ? (opened.session ?? opened.wanted) : null) ?? '11111111-2222-4333-8444-555555555555';

/** How each agent prints what it does; a step of its model uses 1,000 tokens and 0.01 USD, as far as it tells. */
const formats = {
  claude: {
    begin: () => print({ type: 'system', subtype: 'init', session_id: session }),
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      const content = [
        ...(text ? [{ type: 'text', text }] : []),
        ...(tool
          ? [
              {
                type: 'tool_use',
                id: 't',
                name: tool.path ? 'Write' : 'Bash',
                input: { file_path: tool.path, command: tool.command },
              },
            ]
          : []),
      ];
      const usage = { input_tokens: 500, cache_read_input_tokens: 400, output_tokens: 1 };
      for (const block of content)
        print({
          type: 'assistant',
          session_id: session,
          message: { id: `m${this.steps}`, role: 'assistant', content: [block], usage },
        });
    },
    retry: (attempt, status, delaySeconds = 20) =>
      print({
        type: 'system',
        subtype: 'api_retry',
        attempt,
        max_retries: 10,
        retry_delay_ms: delaySeconds * 1000,
        error_status: status,
        error: status === 401 ? 'authentication_failed' : 'rate_limit',
      }),
    end(text, { error, denied } = {}) {
      const count = this.steps ?? 0;
      print({
        type: 'result',
        subtype: error ?? 'success',
        is_error: error !== undefined,
        result: text,
        session_id: session,
        total_cost_usd: 0.01 * count,
        usage: { input_tokens: 500 * count, cache_read_input_tokens: 400 * count, output_tokens: 100 * count },
        permission_denials: denied
          ? [{ tool_name: 'Write', tool_use_id: 't', tool_input: { file_path: resolve('made.txt') } }]
          : [],
      });
    },
  },
  codex: {
    begin: () => print({ type: 'thread.started', thread_id: session }),
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      if (text) print({ type: 'item.completed', item: { id: 'i', type: 'agent_message', text } });
      if (tool)
        print({
          type: 'item.started',
          item: {
            id: 'i',
            type: 'command_execution',
            command: `/bin/bash -lc "${tool.command ?? `write ${tool.path}`}"`,
          },
        });
    },
    retry: (attempt, status) =>
      print({
        type: 'error',
        message: `Reconnecting... ${attempt}/5 (${status === 401 ? 'unexpected status 401 Unauthorized' : 'last status: 429 Too Many Requests'})`,
      }),
    end(text, { error } = {}) {
      if (error) return print({ type: 'turn.failed', error: { message: text } });
      // The usage of the whole thread.
      const count = (opened?.steps ?? 0) + (this.steps ?? 0);
      opened?.save(count);
      print({
        type: 'turn.completed',
        usage: { input_tokens: 900 * count, cached_input_tokens: 400 * count, output_tokens: 100 * count },
      });
    },
  },
  gemini: {
    begin: () => print({ type: 'init', session_id: session, model: 'stub' }),
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      const half = Math.ceil((text ?? '').length / 2);
      if (text)
        for (const content of [text.slice(0, half), text.slice(half)])
          print({ type: 'message', role: 'assistant', content, delta: true });
      if (tool)
        print({
          type: 'tool_use',
          tool_name: tool.path ? 'write_file' : 'run_shell_command',
          tool_id: 't',
          parameters: { file_path: tool.path, command: tool.command },
        });
    },
    end(text, { error } = {}) {
      const count = this.steps ?? 0;
      const stats = { total_tokens: 1000 * count, input_tokens: 900 * count, output_tokens: 100 * count };
      print({ type: 'result', status: error ? 'error' : 'success', ...(error && { error: { message: text } }), stats });
    },
  },
  opencode: {
    begin: () => print({ type: 'step_start', sessionID: session, part: {} }),
    step(text, tool, isLast) {
      if (text) print({ type: 'text', sessionID: session, part: { type: 'text', text } });
      if (tool)
        print({
          type: 'tool_use',
          sessionID: session,
          part: {
            type: 'tool',
            tool: tool.path ? 'write' : 'bash',
            state: { status: 'completed', input: { filePath: tool.path, command: tool.command } },
          },
        });
      print({
        type: 'step_finish',
        sessionID: session,
        part: {
          reason: isLast ? 'stop' : 'tool-calls',
          tokens: { input: 500, output: 100, reasoning: 0, cache: { read: 400, write: 0 } },
          cost: 0.01,
        },
      });
    },
    end(text, { error, denied } = {}) {
      if (denied) console.error('! permission requested: edit (made.txt); auto-rejecting');
      if (error) print({ type: 'error', sessionID: session, error: { name: 'APIError', data: { message: text } } });
    },
  },
  pi: {
    begin: () => print({ type: 'session', id: session }),
    // With a delay of its own.
    retry: (attempt, status) =>
      print({
        type: 'auto_retry_start',
        attempt,
        delayMs: 2000,
        errorMessage: `${status} Rate limit reached. Please try again in 20s.`,
      }),
    step(text, tool) {
      if (tool)
        print({ type: 'tool_execution_start', toolCallId: 't', toolName: tool.path ? 'write' : 'bash', args: tool });
      print({ type: 'message_update', message: { role: 'assistant', content: [{ type: 'text', text }] } });
      print({
        type: 'message_end',
        message: {
          role: 'assistant',
          stopReason: 'stop',
          content: [{ type: 'text', text: text ?? '' }],
          usage: { input: 500, output: 100, cacheRead: 400, cacheWrite: 0, cost: { total: 0.01 } },
        },
      });
    },
    end(text, { error } = {}) {
      if (error)
        print({
          type: 'message_end',
          message: { role: 'assistant', stopReason: 'error', errorMessage: text, content: [] },
        });
      print({ type: 'agent_end', messages: [] });
    },
  },
  cline: {
    begin: () => print({ type: 'hook_event', hookEventName: 'agent_start' }),
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      if (tool)
        print({
          type: 'agent_event',
          event: {
            type: 'content_start',
            contentType: 'tool',
            toolName: tool.path ? 'write_to_file' : 'run_commands',
            input: { path: tool.path, commands: tool.command && [tool.command] },
          },
        });
      if (text) print({ type: 'agent_event', event: { type: 'content_end', contentType: 'text', text } });
      print({ type: 'agent_event', event: { type: 'usage', inputTokens: 900, outputTokens: 100, cost: 0.01 } });
    },
    end(text, { error } = {}) {
      const count = this.steps ?? 0;
      const usage = { inputTokens: 900 * count, outputTokens: 100 * count, totalCost: 0.01 * count };
      print({ type: 'run_result', finishReason: error ? 'error' : 'completed', text, usage });
    },
    // It says nothing of its retries: the file that Bun loads before it does. Until the next one it does not exit.
    retry() {
      if (process.listenerCount('SIGTERM') === 0) process.on('SIGTERM', () => {});
      const file = /^"--preload=(.+)"$/.exec(process.env.BUN_OPTIONS ?? '')?.[1];
      if (file === undefined || !readFileSync(file, 'utf8').includes('troupe_refused')) return;
      const text = '{"error":{"message":"The service refused"}}';
      console.error(JSON.stringify({ type: 'troupe_refused', seconds: 20, text }));
    },
  },
  goose: {
    begin() {},
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      const content = [
        ...(text ? [{ type: 'text', text }] : []),
        ...(tool ? [{ type: 'toolRequest', toolCall: { value: { name: 'developer__shell', arguments: tool } } }] : []),
      ];
      print({ type: 'message', message: { id: `m${this.steps}`, role: 'assistant', content } });
    },
    end(text, { error } = {}) {
      if (error) print({ type: 'error', error: text });
      print({ type: 'complete', total_tokens: 1000 * (this.steps ?? 0) });
    },
  },
  aider: {
    begin: () => print('Aider v0.86'),
    step(text, tool) {
      if (text) print(text);
      if (tool?.path) print(`Applied edit to ${tool.path}`);
      print('Tokens: 900 sent, 100 received. Cost: $0.01 message, $0.01 session.');
    },
    end() {},
  },
  copilot: {
    begin: () => print({ type: 'user.message', data: { content: goal } }),
    step(text, tool) {
      this.steps = (this.steps ?? 0) + 1;
      print({ type: 'assistant.message', data: { content: text ?? '', toolRequests: [] } });
      if (tool)
        print({
          type: 'tool.execution_start',
          data: { toolCallId: 't', toolName: tool.path ? 'create' : 'bash', arguments: tool },
        });
    },
    retry: (attempt, status) =>
      print({
        type: 'model.call_failure',
        data: { statusCode: status, retryAttempt: attempt - 1, errorMessage: '{"message":"The service refused"}' },
      }),
    end(text, { error } = {}) {
      // The usage of the whole session.
      const count = (opened?.steps ?? 0) + (this.steps ?? 0);
      opened?.save(count);
      const usage = { inputTokens: 900 * count, outputTokens: 100 * count, cacheReadTokens: 400 * count };
      const metrics = { modelMetrics: { stub: { usage } } };
      writeFileSync(words[words.indexOf('--usage-output-file') + 1], JSON.stringify(metrics));
      if (error) print({ type: 'session.error', data: { errorType: 'query', message: text } });
      print({ type: 'result', sessionId: session, exitCode: error ? 1 : 0 });
    },
  },
};
formats.qwen = formats.claude;
formats.amp = formats.claude;

const agent = formats[name];
const write = (path, content) => {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, content);
};

/** What each mode does in addition to the work of the role. */
const modes = {
  // Its service always refuses, and it retries forever.
  async 'refused-401'() {
    for (let attempt = 1; ; attempt++) {
      agent.retry(attempt, 401);
      await pause(50);
    }
  },
  // Its service refuses once, and says that it answers soon.
  'refused-429-once'() {
    agent.retry(1, 429, 5);
    work();
  },
  async 'refused-429'() {
    for (let attempt = 1; ; attempt++) {
      agent.retry(attempt, 429);
      await pause(50);
    }
  },
  'max-turns'() {
    agent.step('I begin.', { path: 'made.txt' });
    write('made.txt', 'half\n');
    agent.end('It took too many turns', { error: 'error_max_turns' });
  },
  denied() {
    agent.step('I may not write.', undefined, true);
    agent.end('I need permission', { denied: true });
  },
  // Never ends, and has a child in a session of its own.
  async hang() {
    agent.step('I work.', { command: 'sleep 600' });
    spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
    await pause(600_000);
  },
  // Records its input in files.
  record() {
    write('argv.json', JSON.stringify(words));
    write('env.json', JSON.stringify(process.env));
    agent.step('Recorded.', undefined, true);
    agent.end('Recorded.');
  },
  silent() {},
  // Plans a part with the tools of its task, and prints nothing of it.
  async tools() {
    const call = findTools(name, words);
    await call('decide', { question: 'How?', choose: 'With tools', confidence: 0.95 });
    await call('plan_subplan', { key: 'a', goal: 'Write part a', resourceScopes: ['a'] });
    agent.step('Planned.', undefined, true);
    agent.end('Planned.');
  },
  // Its n-th run does what the n-th word of STUB_RUNS says; later ones work.
  sequence() {
    const words = (process.env.STUB_RUNS ?? '').split(' ');
    const word = words[opened.runs];
    if (word === 'stop') return stopHalfway();
    agent.begin();
    return runs[word]?.() ?? work();
  },
};

/** Writes half of its work, and waits to be ended. The file is there before the session is printed: tests wait for that. */
async function stopHalfway() {
  write('half.txt', 'half\n');
  agent.begin();
  agent.step('I begin.', { path: 'half.txt' });
  await pause(600_000);
}

const runs = {
  fail() {
    agent.step('I begin.', { path: 'half.txt' });
    write('half.txt', 'half\n');
    agent.end('It took too many turns', { error: 'error_max_turns' });
    return true;
  },
  fix() {
    agent.step('I will mend it.', { path: 'fixed.txt' });
    write('fixed.txt', 'fixed\n');
    agent.step('Mended.', undefined, true);
    agent.end('Mended.');
    return true;
  },
};

/** As the real agents report it. */
function refuseSession() {
  if (name === 'claude') {
    const errors = [`No conversation found with session ID: ${session}`];
    print({ type: 'result', subtype: 'error_during_execution', is_error: true, session_id: session, errors });
  } else console.error(`Session not found: ${session}`);
  process.exit(1);
}

function work() {
  const part = /^Write part (\w+)/.exec(goal)?.[1];
  // The prompt of a continued session does not repeat what to print.
  if (/Print each decision/.test(prompt) || words.includes('plan')) {
    const decision = { question: 'How?', choose: 'By folder', confidence: 0.95 };
    const parts = ['a', 'b', 'c'].map(key => ({ subplan: { key, goal: `Write part ${key}`, resourceScopes: [key] } }));
    const lines = part ? ['No split.'] : [{ decision }, ...parts].map(line => JSON.stringify(line));
    agent.step(lines.join('\n'), undefined, true);
    agent.end(lines.join('\n'));
    return;
  }
  const onlyFile = /# Change nothing but\n- (\S+\.\w+)\n/.exec(prompt)?.[1];
  const path = part ? `${part}/done.txt` : /Split/.test(goal) ? null : (onlyFile ?? 'made.txt');
  if (path !== null) {
    agent.step('I will write the file.', { path: resolve(path) });
    write(path, `made by ${name}\n`);
  }
  agent.step('Done.', undefined, true);
  agent.end('Done.');
}

if (opened?.session === null) refuseSession();
if (mode !== 'sequence') agent.begin();
await (modes[mode] ?? work)();
