/** Lines of agents with missing or unusual fields: what is known is read, and the rest is left out. */
import { describe, expect, it } from 'vitest';
import type { PriceTokens } from '../../../../src/adapters/agents/formats/agent-reader.ts';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';
import { eventsIn, jsonLines, workIn } from './recording.ts';

/** A dollar for each token of a kind, so that a sum shows which kinds were counted. */
const price: PriceTokens = ({ input, cacheRead, cacheWrite, output }) =>
  input + cacheRead * 10 + cacheWrite * 100 + output * 1000;

const usageOf = (format: keyof typeof readers, line: object, priced: PriceTokens = price) =>
  eventsIn(format, jsonLines(line), { price: priced }).find(({ kind }) => kind === 'usage');

describe('A line of codex', () => {
  const item = (more: object, type = 'item.completed') => workIn('codex', jsonLines({ type, item: more }));

  it.each([
    [{ type: 'file_change', changes: [{ kind: 'add', path: '/project/a.ts' }] }, 'writes a.ts'],
    [{ type: 'file_change', changes: [{ kind: 'update', path: '/project/a.ts' }] }, 'edits a.ts'],
    [{ type: 'mcp_tool_call', server: 'notes', tool: 'add', arguments: {} }, 'calls notes/add'],
    [{ type: 'web_search', query: 'vitest' }, 'searches the web for vitest'],
    [{ type: 'todo_list', items: [] }, 'plans'],
  ])('names the tool of a finished item: %j', (finished, line) => {
    expect(item(finished)).toEqual([{ kind: 'tool', line }]);
    expect(item(finished, 'item.started')).toEqual([]);
  });

  it('names a command when it begins and not again when it ends', () => {
    const command = { type: 'command_execution', command: 'npm test' };
    expect(item(command, 'item.started')).toEqual([{ kind: 'tool', line: 'runs npm test' }]);
    expect(item(command)).toEqual([]);
  });

  it('is a warning for an error of an item, and nothing for an unknown item or a thread without an id', () => {
    expect(item({ type: 'error', message: 'slow' })).toEqual([{ kind: 'warning', text: 'slow' }]);
    expect(item({ type: 'dream' })).toEqual([]);
    expect(eventsIn('codex', jsonLines({ type: 'thread.started', thread_id: 7 }))).toEqual([]);
  });

  it('is a retry with what is known of it, or a warning', () => {
    const error = (message: string) => workIn('codex', jsonLines({ type: 'error', message }));
    expect(error('Reconnecting... 2/5')).toEqual([
      { kind: 'retry', cause: 'other', attempt: 2, afterSeconds: null, message: 'Reconnecting... 2/5' },
    ]);
    expect(error('Reconnecting... 1/5 (rate limit, try again in 7s)')).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: 7, message: 'rate limit, try again in 7s' },
    ]);
    expect(error('Odd')).toEqual([{ kind: 'warning', text: 'Odd' }]);
  });

  it('has a cost where a count is missing, and none where the price is not known', () => {
    const turn = { type: 'turn.completed', usage: { input_tokens: 3, cached_input_tokens: 2 } };
    expect(usageOf('codex', turn)).toEqual({ kind: 'usage', usage: { tokens: 3, usd: 21 } });
    expect(usageOf('codex', turn, () => null)).toEqual({ kind: 'usage', usage: { tokens: 3 } });
    const answer = { type: 'turn.completed', usage: { output_tokens: 2 } };
    expect(usageOf('codex', answer)).toEqual({ kind: 'usage', usage: { tokens: 2, usd: 2000 } });
  });
});

describe('A line of claude', () => {
  const assistant = (message: object) => ({ type: 'assistant', message });

  it('without an id of its message counts its usage each time', () => {
    const line = assistant({ usage: { output_tokens: 4 }, content: [] });
    const used = workIn('claude', jsonLines(line, line));
    expect(used).toEqual([
      { kind: 'usage', usage: { tokens: 4 } },
      { kind: 'usage', usage: { tokens: 4 } },
    ]);
  });

  it('has a tool without a name, and nothing for a block of another type', () => {
    const content = [{ type: 'tool_use', input: {} }, { type: 'thinking', thinking: 'Hm' }, 'text'];
    expect(workIn('claude', jsonLines(assistant({ id: 'm', content })))).toEqual([
      { kind: 'tool', line: 'uses a tool' },
    ]);
  });

  it('has a retry with the defaults for what it does not say', () => {
    expect(workIn('claude', jsonLines({ type: 'system', subtype: 'api_retry' }))).toEqual([
      { kind: 'retry', cause: 'other', attempt: 1, afterSeconds: null, message: 'the service refused' },
    ]);
  });

  it('is a failure without a reason if it gives none', () => {
    expect(workIn('claude', jsonLines({ type: 'result', is_error: true })).at(-1)).toMatchObject({
      failure: { cause: 'other', message: 'it failed and does not say why' },
    });
  });

  it.each([
    [{ input_tokens: 2 }, 2],
    [{ cache_read_input_tokens: 2 }, 20],
    [{ cache_creation_input_tokens: 2 }, 200],
    [{ output_tokens: 2 }, 2000],
  ])('costs what it counts, of %j', (usage, usd) => {
    expect(usageOf('claude', assistant({ id: 'm', usage }))).toEqual({ kind: 'usage', usage: { tokens: 2, usd } });
  });
});

describe('A line of gemini', () => {
  it('has whole messages as they are, and none of the user', () => {
    const say = (role: string, content: unknown) => ({ type: 'message', role, content });
    const lines = jsonLines(say('assistant', 'Done'), say('user', 'Go on'), say('assistant', 5));
    expect(workIn('gemini', lines)).toEqual([{ kind: 'text', text: 'Done' }]);
  });

  it('has the start without an id, a tool without a name, and an error without a message', () => {
    const error = { type: 'error', code: 3 };
    expect(eventsIn('gemini', jsonLines({ type: 'init' }, { type: 'tool_use' }, error, { type: 'other' }))).toEqual([
      { kind: 'tool', line: 'uses a tool' },
      { kind: 'warning', text: JSON.stringify(error) },
    ]);
  });

  it('refuses a tool for an error that is a denial only', () => {
    const call = { type: 'tool_use', tool_id: 't', tool_name: 'run_shell_command', parameters: { command: 'ls' } };
    const refused = (error: object | undefined, tool_id = 't') =>
      workIn('gemini', jsonLines(call, { type: 'tool_result', tool_id, status: 'error', error })).slice(1);
    expect(refused({ type: 'permission_denied' })).toEqual([{ kind: 'refused', what: 'runs ls' }]);
    expect(refused({ message: 'not allowed in plan mode' })).toEqual([{ kind: 'refused', what: 'runs ls' }]);
    expect(refused({ message: 'no such file' })).toEqual([]);
    expect(refused(undefined)).toEqual([]);
    expect(refused({ type: 'permission_denied' }, 'unknown')).toEqual([]);
  });

  it('on standard error is a retry, with and without a status and a message', () => {
    const retry = (line: string) => readers.gemini({ directory: '/project' }).readError?.(line);
    const plain = 'Attempt 2 failed. Retrying with backoff...';
    expect(retry(plain)).toEqual([{ kind: 'retry', cause: 'other', attempt: 2, afterSeconds: null, message: plain }]);
    expect(retry('Attempt 1 failed with status 429. Retrying with backoff... {"message": "Slow down"}')).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: null, message: 'Slow down' },
    ]);
    expect(retry('Loaded')).toBeNull();
  });

  it('costs the sum of its models, and nothing known if the price of one is not', () => {
    const models = { a: { input_tokens: 5, cached: 2, total_tokens: 6 }, b: { output_tokens: 1 }, c: {} };
    const result = { type: 'result', status: 'success', stats: { total_tokens: 7, models } };
    expect(usageOf('gemini', result)).toEqual({ kind: 'usage', usage: { tokens: 7, usd: 3 + 20 + 1000 + 1000 } });
    const unknown: PriceTokens = (tokens, model) => (model === 'b' ? null : price(tokens, model));
    expect(usageOf('gemini', result, unknown)).toEqual({ kind: 'usage', usage: { tokens: 7 } });
    const without = { type: 'result', status: 'success', stats: { input_tokens: 1, output_tokens: 1 } };
    expect(usageOf('gemini', without)).toEqual({ kind: 'usage', usage: { tokens: 2, usd: 1001 } });
  });
});

describe('A line of goose', () => {
  const says = (message: object) => ({ type: 'message', message: { role: 'assistant', ...message } });

  it('ends the text of a message with the next one, also of the user', () => {
    const text = (words: string) => [{ type: 'text', text: words }];
    const lines = jsonLines(says({ id: 'a', content: text('One') }), says({ id: 'b', content: text('Two') }));
    const user = jsonLines({ type: 'message', message: { role: 'user', content: text('Go on') } });
    expect(workIn('goose', [...lines, ...user, ...jsonLines(says({ content: text('Three') }))])).toEqual([
      { kind: 'text', text: 'One' },
      { kind: 'text', text: 'Two' },
      { kind: 'text', text: 'Three' },
    ]);
  });

  it('has a tool without a name or with its call as it is, and nothing for other blocks', () => {
    const content = [
      { type: 'toolRequest' },
      { type: 'toolRequest', toolCall: { name: 'developer__shell', arguments: { command: 'ls' } } },
      { type: 'thinking' },
      { type: 'text' },
    ];
    expect(workIn('goose', jsonLines(says({ content })))).toEqual([
      { kind: 'tool', line: 'uses a tool' },
      { kind: 'tool', line: 'runs ls' },
    ]);
  });

  it('has the whole line of an error without words', () => {
    const line = JSON.stringify({ type: 'error', code: 1 });
    expect(workIn('goose', [line])).toEqual([{ kind: 'warning', text: line }]);
  });

  it('has a cost only with both counts', () => {
    const complete = { type: 'complete', input_tokens: 2, output_tokens: 1 };
    expect(usageOf('goose', complete)).toEqual({ kind: 'usage', usage: { tokens: 3, usd: 1002 } });
    for (const part of [{ input_tokens: 3 }, { output_tokens: 3 }, { total_tokens: 3 }]) {
      expect(usageOf('goose', { type: 'complete', ...part })).toEqual({ kind: 'usage', usage: { tokens: 3 } });
    }
  });
});

describe('A line of another agent', () => {
  it('of cline has a tool without a name, and an end without a reason', () => {
    const event = { type: 'content_start', contentType: 'tool' };
    expect(workIn('cline', jsonLines({ type: 'agent_event', event }, { type: 'run_result' }))).toEqual([
      { kind: 'tool', line: 'uses a tool' },
      { kind: 'end', summary: null, failure: { cause: 'other', message: 'it ended as unfinished' } },
    ]);
  });

  it('of pi has no text for a block without one', () => {
    const content = [{ type: 'text' }, { type: 'text', text: 'Yes' }];
    const lines = jsonLines({ type: 'message_end', message: { role: 'assistant', content } });
    expect(workIn('pi', lines)).toContainEqual({ kind: 'text', text: 'Yes' });
  });

  it('of aider counts millions of tokens', () => {
    const [used] = eventsIn('aider', ['Tokens: 1.5M sent, 10 received. Cost: $0.5 message, $0.5 session.']);
    expect(used).toEqual({ kind: 'usage', usage: { tokens: 1_500_010, usd: 0.5 } });
  });

  it('with a blank text does not change the summary of the work', () => {
    const say = (text: string) => ({ type: 'item.completed', item: { type: 'agent_message', text } });
    const lines = jsonLines(say('Done'), say(' '), { type: 'turn.completed' });
    expect(workIn('codex', lines).at(-1)).toEqual({ kind: 'end', summary: 'Done', failure: null });
  });
});
