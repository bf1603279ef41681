/** The ends of runs, and formats without recordings: lines from the agents' documentation or published recordings. */
import { describe, expect, it } from 'vitest';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';
import { eventsIn, jsonLines, usedIn, workIn } from './recording.ts';

const message = (text: string) => ({
  type: 'assistant',
  message: { id: 'm1', role: 'assistant', content: [{ type: 'text', text }] },
});

describe('A result of claude', () => {
  const endOf = (result: object) => workIn('claude', jsonLines({ type: 'result', ...result })).at(-1);

  it('is a failure if it is marked as an error or starts as one, whatever the exit code [R224]', () => {
    expect(endOf({ subtype: 'error_max_turns', is_error: true, num_turns: 5 })).toEqual({
      kind: 'end',
      summary: null,
      failure: { cause: 'other', message: 'max turns' },
    });
    expect(endOf({ subtype: 'error_during_execution', is_error: false, errors: ['It broke'] })).toMatchObject({
      failure: { cause: 'other', message: 'It broke' },
    });
    expect(
      endOf({ subtype: 'success', is_error: true, result: 'Invalid API key', api_error_status: 401 }),
    ).toMatchObject({
      failure: { cause: 'sign_in', message: 'Invalid API key' },
    });
    expect(endOf({ subtype: 'success', is_error: true, api_error_status: 529, result: 'Busy' })).toMatchObject({
      failure: { cause: 'rate_limit' },
    });
    // Qwen Code 0.15.10
    expect(endOf({ subtype: 'success', is_error: false, result: '[API Error: 401 invalid x-api-key]' })).toMatchObject({
      failure: { cause: 'sign_in' },
    });
    expect(endOf({ subtype: 'success', is_error: false, result: 'Done' })).toEqual({
      kind: 'end',
      summary: 'Done',
      failure: null,
    });
  });

  it('names the tools that were denied [R224]', () => {
    const result = {
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: 'I need permission',
      permission_denials: [
        { tool_name: 'Write', tool_use_id: 't1', tool_input: { file_path: '/project/src/a.ts', content: 'x' } },
        { tool_name: 'Bash', tool_use_id: 't2', tool_input: { command: 'npm  test\n--silent' } },
      ],
    };
    expect(workIn('claude', jsonLines(result)).filter(({ kind }) => kind === 'refused')).toEqual([
      { kind: 'refused', what: 'writes src/a.ts' },
      { kind: 'refused', what: 'runs npm test --silent' },
    ]);
  });

  it('is the text if nothing was printed before, and is not repeated [R222]', () => {
    const result = { type: 'result', subtype: 'success', is_error: false, result: '{"decision": {}}' };
    const texts = (...lines: object[]) => workIn('claude', jsonLines(...lines)).filter(({ kind }) => kind === 'text');
    expect(texts(result)).toEqual([{ kind: 'text', text: '{"decision": {}}' }]);
    expect(texts(message('{"decision": {}}'), result)).toHaveLength(1);
  });

  it('counts the usage of every model it names [R223]', () => {
    const result = {
      type: 'result',
      subtype: 'success',
      usage: { input_tokens: 10, output_tokens: 5 },
      modelUsage: { big: { inputTokens: 10, outputTokens: 5 }, small: { inputTokens: 100, cacheReadInputTokens: 7 } },
      total_cost_usd: 0.5,
    };
    expect(usedIn(workIn('claude', jsonLines(result)))).toEqual({ tokens: 122, usd: 0.5 });
  });
});

describe('The end of a run', () => {
  it('of codex, which reports totals, adds up the turns to one total [R223]', () => {
    const turn = (input: number) => ({ type: 'turn.completed', usage: { input_tokens: input, output_tokens: 10 } });
    const events = workIn('codex', jsonLines(turn(100), turn(250)));
    expect(events.filter(({ kind }) => kind === 'usage')).toEqual([
      { kind: 'usage', usage: { tokens: 110 } },
      { kind: 'usage', usage: { tokens: 150 } },
    ]);
  });

  it('of gemini has the reason of a failure, and tool calls that a policy denied [R224]', () => {
    const events = workIn(
      'gemini',
      jsonLines(
        { type: 'tool_use', tool_name: 'write_file', tool_id: 't', parameters: { file_path: '/project/a.ts' } },
        {
          type: 'tool_result',
          tool_id: 't',
          status: 'error',
          error: { type: 'denied', message: 'Tool denied by policy' },
        },
        { type: 'message', role: 'assistant', content: '{"sub', delta: true },
        { type: 'message', role: 'assistant', content: 'plan": {}}\nnext', delta: true },
        { type: 'result', status: 'error', error: { message: 'Quota exceeded' }, stats: { total_tokens: 9 } },
      ),
    );
    expect(events).toEqual([
      { kind: 'tool', line: 'writes a.ts' },
      { kind: 'refused', what: 'writes a.ts' },
      { kind: 'text', text: '{"subplan": {}}' },
      { kind: 'text', text: 'next' },
      { kind: 'usage', usage: { tokens: 9 } },
      { kind: 'end', summary: null, failure: { cause: 'rate_limit', message: 'Quota exceeded' } },
    ]);
  });

  it('of opencode has the reason of a failure, and permissions denied on standard error [R224]', () => {
    const error = { name: 'APIError', data: { message: 'invalid x-api-key', statusCode: 401 } };
    expect(workIn('opencode', jsonLines({ type: 'error', sessionID: 's', error }))).toEqual([
      { kind: 'end', summary: null, failure: { cause: 'sign_in', message: 'invalid x-api-key' } },
    ]);
    const reader = readers.opencode({ directory: '/project' });
    const line = '! permission requested: external_directory (/etc/*); auto-rejecting';
    expect(reader.readError?.(line)).toEqual([{ kind: 'refused', what: 'external_directory (/etc/*)' }]);
    expect(reader.readError?.('! warning')).toBeNull();
  });

  it('of copilot has the reason of a failure, refused tools, and refusals of its service [R224] [R225]', () => {
    const failed = (statusCode: number, retryAttempt: number, message: string) => ({
      type: 'model.call_failure',
      data: { statusCode, retryAttempt, errorMessage: JSON.stringify({ message, type: 'error' }) },
    });
    const result = (exitCode: number) => ({ type: 'result', sessionId: 's', exitCode, usage: { premiumRequests: 0 } });
    const key = 'Authentication failed with provider (HTTP 401).';
    const refusedKey = [
      ...[failed(401, 0, 'invalid x-api-key'), failed(401, 1, 'invalid x-api-key')],
      ...[{ type: 'session.error', data: { errorType: 'authentication', statusCode: 401, message: key } }, result(1)],
    ];
    expect(workIn('copilot', jsonLines(...refusedKey))).toEqual([
      { kind: 'warning', text: 'invalid x-api-key' },
      { kind: 'retry', cause: 'sign_in', attempt: 2, afterSeconds: null, message: 'invalid x-api-key' },
      { kind: 'end', summary: null, failure: { cause: 'sign_in', message: key } },
    ]);
    const wait = 'Rate limit reached. Please try again in 20s.';
    expect(workIn('copilot', jsonLines(failed(429, 0, wait)))).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: null, message: wait },
    ]);
    const tool = { toolCallId: 'c', toolName: 'create', arguments: { path: 'a.txt' } };
    const denied = { toolCallId: 'c', success: false, error: { message: 'denied by rules', code: 'denied' } };
    const start = { type: 'tool.execution_start', data: tool };
    expect(workIn('copilot', jsonLines(start, { type: 'tool.execution_complete', data: denied }, result(1)))).toEqual([
      { kind: 'tool', line: 'writes a.txt' },
      { kind: 'refused', what: 'writes a.txt' },
      { kind: 'end', summary: null, failure: { cause: 'other', message: 'it failed and does not say why' } },
    ]);
  });

  it('of pi is not reached while it retries [R224]', () => {
    const answer = (more: object) => ({ type: 'message_end', message: { role: 'assistant', content: [], ...more } });
    const failed = answer({ stopReason: 'error', errorMessage: '429 Too Many Requests' });
    const retry = { type: 'auto_retry_start', attempt: 1, delayMs: 2000, errorMessage: '429 Too Many Requests' };
    const again = jsonLines(failed, { type: 'agent_end', messages: [] }, retry);
    const last = jsonLines(answer({ stopReason: 'stop', content: [{ type: 'text', text: 'Yes' }] }), {
      type: 'agent_end',
    });
    expect(workIn('pi', [...again, ...last])).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: 2, message: '429 Too Many Requests' },
      { kind: 'text', text: 'Yes' },
      { kind: 'end', summary: 'Yes', failure: null },
    ]);
    expect(workIn('pi', again).at(-1)).toEqual({
      kind: 'end',
      summary: null,
      failure: { cause: 'rate_limit', message: '429 Too Many Requests' },
    });
  });

  it('of pi is found even if the line that repeats everything is cut off [R224]', () => {
    expect(workIn('pi', ['{"type":"agent_end","messages":[{"role":"user","con… (90 characters more)'])).toEqual([
      { kind: 'end', summary: null, failure: null },
    ]);
  });

  it('of cline has the total of the result, or the sum of the steps without one [R222] [R223] [R224]', () => {
    const events = (...list: object[]) => list.map(event => ({ type: 'agent_event', event }));
    const work = events(
      { type: 'content_start', contentType: 'tool', toolName: 'run_commands', input: { commands: ['echo hi', 'ls'] } },
      { type: 'content_end', contentType: 'text', text: 'Done.' },
      { type: 'usage', inputTokens: 100, outputTokens: 20, cacheReadTokens: 40, cost: 0.001 },
    );
    const result = {
      type: 'run_result',
      usage: { inputTokens: 150, outputTokens: 25, totalCost: 0.002 },
      text: 'Done.',
    };
    const whole = workIn('cline', jsonLines(...work, { ...result, finishReason: 'completed' }));
    expect(whole).toEqual([
      { kind: 'tool', line: 'runs echo hi && ls' },
      { kind: 'text', text: 'Done.' },
      { kind: 'usage', usage: { tokens: 120, usd: 0.001 } },
      { kind: 'usage', usage: { tokens: 55, usd: 0.001 } },
      { kind: 'end', summary: 'Done.', failure: null },
    ]);
    expect(usedIn(workIn('cline', jsonLines(...work)))).toEqual({ tokens: 120, usd: 0.001 });
    expect(workIn('cline', jsonLines({ type: 'run_result', finishReason: 'error', text: 'Unauthorized' }))).toEqual([
      { kind: 'end', summary: null, failure: { cause: 'sign_in', message: 'Unauthorized' } },
    ]);
  });

  it('of goose joins text that arrives in parts, and fails for an error before the end [R222] [R223] [R224]', () => {
    const piece = (text: string) => ({
      type: 'message',
      message: { id: 'a', role: 'assistant', content: [{ type: 'text', text }] },
    });
    const call = {
      id: 'c',
      type: 'toolRequest',
      toolCall: { value: { name: 'developer__shell', arguments: { command: 'ls' } } },
    };
    const tool = { type: 'message', message: { id: 'a', role: 'assistant', content: [call] } };
    const complete = { type: 'complete', total_tokens: 1234, input_tokens: 1000, output_tokens: 234 };
    expect(workIn('goose', jsonLines(piece('I '), piece('look.'), tool, complete))).toEqual([
      { kind: 'text', text: 'I look.' },
      { kind: 'tool', line: 'runs ls' },
      { kind: 'usage', usage: { tokens: 1234 } },
      { kind: 'end', summary: 'I look.', failure: null },
    ]);
    expect(workIn('goose', jsonLines({ type: 'error', error: 'Authentication error' }, complete)).at(-1)).toMatchObject(
      {
        failure: { cause: 'sign_in', message: 'Authentication error' },
      },
    );
  });

  it('of aider has the edits and the usage from its lines of text [R222] [R223]', () => {
    const events = eventsIn('aider', [
      'I change it.',
      'Applied edit to src/a.ts',
      'Running npm test',
      'Tokens: 2.5k sent, 1.1k cache hit, 120 received. Cost: $0.0081 message, $0.02 session.',
      'Tokens: 1,050 sent, 10 received.',
      'Cost: $0.01 message, $0.03 session.',
    ]);
    expect(events.slice(0, 3)).toEqual([
      { kind: 'text', text: 'I change it.' },
      { kind: 'tool', line: 'edits src/a.ts' },
      { kind: 'tool', line: 'runs npm test' },
    ]);
    expect(usedIn(events)).toEqual({ tokens: 3680, usd: expect.closeTo(0.0181) });
  });
});

describe('A line in another format', () => {
  it.each(
    Object.keys(readers).filter(format => format !== 'aider') as (keyof typeof readers)[],
  )('is ignored by %s, and a line with missing fields does not fail [R230]', format => {
    const reader = readers[format]({ directory: '/project' });
    for (const line of ['', 'Compiling…', '{', '[1]', '{"type": 3}', '{"no": "type"}']) {
      expect(reader.read(line), line).toBeNull();
    }
    const types =
      'assistant result system turn.completed turn.failed item.completed item.started error message tool_use';
    const more =
      'tool_result text step_finish message_end tool_execution_start agent_event run_result complete session';
    for (const type of `${types} ${more}`.split(' ')) {
      expect(Array.isArray(reader.read(JSON.stringify({ type }))), type).toBe(true);
    }
  });
});
