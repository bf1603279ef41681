import { describe, expect, test } from 'vitest';
import { roleIn, tryAcpAgent } from './try-acp-agent.ts';

const usage = { inputTokens: 100, outputTokens: 20, cachedReadTokens: 30, cachedWriteTokens: 0, totalTokens: 150 };
const cost = (amount: number, currency = 'USD') => ({
  sessionUpdate: 'usage_update',
  used: 10,
  size: 100,
  cost: { amount, currency },
});
const sum = (used: readonly { tokens?: number | undefined; usd?: number | undefined }[]) => ({
  tokens: used.reduce((all, { tokens = 0 }) => all + tokens, 0),
  usd: used.reduce((all, { usd = 0 }) => all + usd, 0),
});

describe('The usage of an ACP agent', () => {
  test('counts once, also if it is reported after the answer [R223, R233]', async () => {
    await using trial = await tryAcpAgent([{ update: cost(0.5) }, { say: 'Done' }], {
      options: { usage, late: [cost(0.75), cost(0.75)] },
    });
    await trial.run();
    expect(sum(trial.usage)).toEqual({ tokens: 150, usd: 0.75 });
  });

  test('is counted from what Gemini CLI reports, and no cost in another currency', async () => {
    const result = { _meta: { quota: { token_count: { input_tokens: 40, output_tokens: 2 } } } };
    await using trial = await tryAcpAgent([{ update: cost(3, 'EUR') }], { options: { result } });
    await trial.run();
    expect(sum(trial.usage)).toEqual({ tokens: 42, usd: 0 });
  });
});

describe('The output of an ACP agent', () => {
  test('may have notifications and updates that are not known, and lines that are no messages [R233]', async () => {
    const garbage = ['Welcome!', '{"level": "info"}', '{broken', '[1]', '{"jsonrpc":"2.0","id":77,"result":{}}'];
    await using trial = await tryAcpAgent([
      ...garbage.map(print => ({ print })),
      { notify: '_auth/status_update' },
      { update: { sessionUpdate: 'from_the_future', content: 1 } },
      { complain: 'a warning' },
      { say: 'Done' },
    ]);
    expect(await trial.run()).toMatchObject({ summary: 'Done' });
    expect(trial.harness.lines).toEqual(expect.arrayContaining([...garbage, 'a warning']));
  });

  test('may have a request that is not known, which is answered with an error [R233]', async () => {
    await using trial = await tryAcpAgent([{ request: 'terminal/create', params: { command: 'ls' } }]);
    await trial.run();
    expect(await trial.answers()).toMatchObject([{ error: { code: -32601 } }]);
  });

  test('may have very long messages [R233]', async () => {
    await using trial = await tryAcpAgent([{ long: 3_000_000 }]);
    expect((await trial.run()).summary).toHaveLength(3_000_000);
  });
});

describe('An ACP agent that is stopped', () => {
  test('is asked to cancel, and its usage until then counts [R233, R245]', async () => {
    const abort = new AbortController();
    await using trial = await tryAcpAgent([{ spawn: true }, { say: 'working\n' }, { untilCancelled: true }], {
      options: { usage },
      watchdogs: { graceSeconds: 30 },
    });
    const log = (line: string) => {
      if (line === 'working') abort.abort();
    };
    await expect(trial.run({ signal: abort.signal, log })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await trial.received()).map(({ method }) => method)).toContain('session/cancel');
    expect(sum(trial.usage).tokens).toBe(150);
  });

  test('is killed if it neither answers nor obeys [R233, R245]', async () => {
    const abort = new AbortController();
    await using trial = await tryAcpAgent([{ say: 'working\n' }, { never: true }], {
      options: { cancelAnswer: false, ignoresTerm: true, neverExits: true },
    });
    const log = (line: string) => {
      if (line === 'working') abort.abort();
    };
    await expect(trial.run({ signal: abort.signal, log })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('gets its pending request for permission cancelled [R233]', async () => {
    const abort = new AbortController();
    const step = { kind: 'edit', title: 'Edit', locations: [{ path: 'a.txt' }] };
    // It works on until it is cancelled, and even on a busy machine it is not killed before it has written down what it got.
    const steps = [{ ask: step }, { untilCancelled: true, anyway: true }];
    await using trial = await tryAcpAgent(steps, { watchdogs: { graceSeconds: 30 } });
    const permit = async () => {
      abort.abort();
      throw new Error('The work was stopped');
    };
    await expect(trial.run({ signal: abort.signal, permit })).rejects.toMatchObject({ code: 'CANCELLED' });
    const received = await trial.received();
    const answerAt = received.findIndex(({ id }) => id === 'a1');
    expect(received[answerAt]).toMatchObject({ result: { outcome: { outcome: 'cancelled' } } });
    expect(received.findIndex(({ method }) => method === 'session/cancel')).toBeGreaterThan(answerAt);
  });
});

describe('The process of an ACP agent', () => {
  test('is ended if it does not exit after the answer, and the work counts [R233]', async () => {
    await using trial = await tryAcpAgent([{ say: 'Done' }], { options: { neverExits: true } });
    expect(await trial.run()).toMatchObject({ summary: 'Done' });
  });

  test('may exit with any code after the answer', async () => {
    await using trial = await tryAcpAgent([{ say: 'Done' }], { options: { exitCode: 3 } });
    expect(await trial.run()).toMatchObject({ summary: 'Done' });
  });

  test('that ends before the answer fails with its last words [R233]', async () => {
    await using trial = await tryAcpAgent([{ complain: 'fatal: out of memory' }, { die: 9 }]);
    await expect(trial.run()).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      message: 'fake-acp-agent.mjs exited with 9 before it finished its work: fatal: out of memory',
    });
  });

  test('that ends before the answer is started again once and continues its session, if it can [R233]', async () => {
    const steps = (path: (name: string) => string) => [
      { say: '{"decision": {"question": "Split?", "choose": "No"}}\n' },
      { dieOnce: path('died') },
      { write: ['b.txt', 'new'] },
    ];
    await using trial = await tryAcpAgent(steps, { options: { canLoad: true } });
    await trial.run();
    expect(await trial.harness.read('b.txt')).toBe('new');
    const received = await trial.received();
    expect(received.map(({ method }) => method)).toEqual([
      ...['initialize', 'session/new', 'session/prompt'],
      ...['initialize', 'session/load', 'session/prompt'],
    ]);
    expect(received[4]).toMatchObject({ params: { sessionId: 's-1', cwd: trial.harness.directory } });
    expect(trial.harness.lines).not.toContain('This was said before the restart.');
  });

  test('is not started a third time [R233]', async () => {
    await using trial = await tryAcpAgent([{ die: 9 }], { options: { canLoad: true } });
    await expect(trial.run()).rejects.toMatchObject({ code: 'AGENT_FAILED' });
    expect((await trial.received()).filter(({ method }) => method === 'initialize')).toHaveLength(2);
  });

  test('that needs a sign-in is not available [R225]', async () => {
    await using trial = await tryAcpAgent([], {
      options: { newError: { code: -32000, message: 'Authentication required' } },
    });
    await expect(trial.run()).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining('sign in with the agent itself'),
    });
  });

  test('whose service limits its rate is waited for [R225]', async () => {
    const fail = { code: -32603, message: 'Internal error', data: { details: '429 rate limit, try again in 20s' } };
    await using trial = await tryAcpAgent([{ fail }], {});
    await expect(trial.run()).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 20 } });
  });

  test.each([
    ['max_tokens', 'maximum number of tokens'],
    ['refusal', 'refused to go on'],
    ['cancelled', 'stopped its work'],
    ['new_reason', 'for the reason "new_reason"'],
  ])('that stops for %s has failed [R224]', async (stopReason, words) => {
    await using trial = await tryAcpAgent([], { options: { result: { stopReason } } });
    await expect(trial.run()).rejects.toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining(words) });
  });

  test('that speaks another version of the protocol is not available', async () => {
    await using trial = await tryAcpAgent([], { options: { version: 2 } });
    await expect(trial.run()).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining('version 2'),
    });
  });
});

describe('The session of an ACP agent', () => {
  const modes = (...ids: string[]) => ({ modes: { availableModes: ids.map(id => ({ id })), currentModeId: ids[0] } });
  const select = (category: string, ...values: string[]) => ({
    configOptions: [{ id: `the-${category}`, category, type: 'select', options: values.map(value => ({ value })) }],
  });
  const setting = (received: readonly Record<string, unknown>[]) =>
    received.filter(({ method }) => String(method).startsWith('session/set')).map(({ params }) => params);

  test('is in a mode that changes nothing for an agent that only looks [R232]', async () => {
    const session = modes('default', 'acceptEdits', 'plan');
    await using trial = await tryAcpAgent([], { options: { session }, harness: roleIn.strategy });
    await trial.run({ role: 'strategy' });
    expect(setting(await trial.received())).toEqual([{ sessionId: 's-1', modeId: 'plan' }]);
    await using other = await tryAcpAgent([], { options: { session: select('mode', 'build', 'plan') } });
    await other.run({ role: 'estimation' });
    expect(setting(await other.received())).toEqual([{ sessionId: 's-1', configId: 'the-mode', value: 'plan' }]);
    await using worker = await tryAcpAgent([], { options: { session } });
    await worker.run();
    expect(setting(await worker.received())).toEqual([]);
  });

  test('is with the model that is chosen, and an unknown one is refused', async () => {
    const session = select('model', 'small', 'big');
    await using trial = await tryAcpAgent([], { options: { session }, model: 'big' });
    await trial.run();
    expect(setting(await trial.received())).toEqual([{ sessionId: 's-1', configId: 'the-model', value: 'big' }]);
    await using unknown = await tryAcpAgent([], { options: { session }, model: 'huge' });
    await expect(unknown.run()).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: expect.stringContaining('small, big'),
    });
    await using none = await tryAcpAgent([], { model: 'big' });
    await expect(none.run()).rejects.toMatchObject({
      code: 'INVALID_ACTION',
      message: expect.stringContaining('argv'),
    });
  });
});
