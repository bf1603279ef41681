/** Faults of model providers: each ends in a retry or in its error, and usage counts once. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../../../src/model/errors.ts';
import { instantClock } from './instant-clock.ts';
import type { StubApi, StubReply } from './model-api.ts';
import { key, type LlmTrial, tryLlmAgent } from './try-llm-agent.ts';

const apis = ['anthropic', 'openai', 'google', 'openai-compatible'] as const;
const done: StubReply = { text: 'Done.' };
const tokensOfTurn = 1550;

interface Outcome {
  /** The summary, or the error. */
  end: string | TroupeError;
  requests: number;
  /** Seconds that it waited between requests. */
  waits: number[];
  tokens: number;
  trial: Pick<LlmTrial, 'harness' | 'stub'>;
}

/** Runs a task against these answers. */
async function work(api: StubApi, replies: readonly StubReply[], spec: object = {}): Promise<Outcome> {
  const clock = instantClock();
  await using trial = await tryLlmAgent(replies, { api, clock, spec });
  const end = await trial.run().then(
    ({ summary }) => summary,
    (thrown: unknown) => (TroupeError.is(thrown) ? thrown : Promise.reject(thrown)),
  );
  const tokens = trial.usage.reduce((sum, used) => sum + (used.tokens ?? 0), 0);
  return { end, requests: trial.stub.requests.length, waits: clock.waits, tokens, trial };
}

const times = (count: number, reply: StubReply) => Array.from({ length: count }, () => reply);

describe.each(apis)('[R235] a fault of %s', api => {
  test('429 with a short retry-after is waited for', async () => {
    const limited = { status: 429, headers: { 'retry-after': '7' }, message: 'Slow down' };
    expect(await work(api, [limited, done])).toMatchObject({ end: 'Done.', requests: 2, waits: [7], tokens: 1550 });
  });

  test('429 with a long retry-after ends the run at once, with the time', async () => {
    const limited = { status: 429, headers: { 'retry-after': '120' }, message: 'Slow down' };
    expect(await work(api, [limited, done])).toMatchObject({
      end: { code: 'RATE_LIMITED', details: { retryAfterSeconds: 120 }, message: expect.stringContaining('Slow down') },
      ...{ requests: 1, waits: [], tokens: 0 },
    });
  });

  test('429 with a date in retry-after is the time until then', async () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' };
    expect(await work(api, [{ status: 429, headers }])).toMatchObject({
      end: { code: 'RATE_LIMITED', details: { retryAfterSeconds: 120 } },
    });
  });

  test('429 without retry-after is tried again after 1, 2 and 4 seconds, and then ends the run', async () => {
    const limited = { status: 429, message: 'Slow down' };
    expect(await work(api, [limited, limited, done])).toMatchObject({ end: 'Done.', requests: 3, waits: [1, 2] });
    expect(await work(api, times(9, limited))).toMatchObject({
      end: { code: 'RATE_LIMITED' },
      ...{ requests: 4, waits: [1, 2, 4], tokens: 0 },
    });
  });

  test('401 ends the run at once, says which variable to check, and repeats no key', async () => {
    const refused = { status: 401, message: `Invalid key ${key}` };
    const { end, ...rest } = await work(api, [refused, done]);
    expect(rest).toMatchObject({ requests: 1, waits: [], tokens: 0 });
    expect(end).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining('check KEY: Invalid key …'),
    });
    expect((end as TroupeError).hints).toContain('export KEY=…');
    expect((end as TroupeError).retriable).toBe(false);
  });

  test('500 is tried again, and then ends the run', async () => {
    const failed = { status: 500, message: 'Boom' };
    expect(await work(api, [failed, done])).toMatchObject({ end: 'Done.', requests: 2, waits: [1], tokens: 1550 });
    expect(await work(api, times(9, failed))).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringMatching(/\(500\): .*Boom/), retriable: true },
      ...{ requests: 4, tokens: 0 },
    });
  });

  test('400 ends the run at once, with the reason', async () => {
    expect(await work(api, [{ status: 400, message: 'No such model' }, done])).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringMatching(/\(400\): .*No such model/), retriable: false },
      ...{ requests: 1, tokens: 0 },
    });
  });

  test.each(['halfway', 'at once'] as const)('an answer that breaks off %s is asked for again', async cut => {
    const write: StubReply = {
      text: 'I write a long text before the call.',
      calls: [{ name: 'write', input: { path: 'b.txt', content: 'b\n' } }],
    };
    const once = await work(api, [{ ...write, cut }, write, done]);
    expect(once).toMatchObject({ end: 'Done.', requests: 3, waits: [1], tokens: 2 * tokensOfTurn });
    expect(once.trial.harness.calls).toHaveLength(1);
    const always = await work(api, times(9, { ...write, cut }));
    expect(always).toMatchObject({ end: { code: 'AGENT_FAILED', retriable: true }, requests: 4, tokens: 0 });
    expect(always.trial.harness.calls).toEqual([]);
  });

  test('an answer of which nothing more comes is asked for once more, and then ends the run', async () => {
    const clock = instantClock();
    let silent = 1;
    await using trial = await tryLlmAgent(
      () => {
        if (silent-- <= 0) return done;
        setImmediate(() => clock.endLongWaits());
        return { text: 'I think', cut: 'silent' };
      },
      { api, clock, spec: { idleSeconds: 90 } },
    );
    expect(await trial.run()).toMatchObject({ summary: 'Done.' });
    expect(clock.waits).toEqual([90, 1]);
    silent = 9;
    await expect(trial.run({ ask: async (_, request) => (await request()).result })).rejects.toMatchObject({
      ...{ code: 'STALLED', retriable: true },
      message: expect.stringContaining('nothing came for 90 s'),
    });
    expect(trial.stub.requests).toHaveLength(4);
    expect(clock.waits).toEqual([90, 1, 90, 1, 90]);
    await expect.poll(() => trial.stub.closed).toBe(3);
  });

  test('an empty answer is asked about twice, and then ends the run', async () => {
    expect(await work(api, [{}, done])).toMatchObject({ end: 'Done.', requests: 2, tokens: 2 * tokensOfTurn });
    const empty = await work(api, times(9, {}));
    expect(empty).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringContaining('answered nothing 3 times') },
      ...{ requests: 3, waits: [], tokens: 3 * tokensOfTurn },
    });
    expect(JSON.stringify(empty.trial.stub.requests[1]?.body)).toContain('Your answer was empty');
  });

  test('an answer that ends at the limit of tokens goes on in smaller steps, and then ends the run', async () => {
    const cut: StubReply = { text: 'And so on and', finish: 'length' };
    const once = await work(api, [cut, done]);
    expect(once).toMatchObject({ end: 'Done.', requests: 2, tokens: 2 * tokensOfTurn });
    expect(JSON.stringify(once.trial.stub.requests[1]?.body)).toContain('Your answer was cut off');
    expect(await work(api, times(9, cut), { maxTokens: 100 })).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringContaining('maxTokens of the agent is 100') },
      ...{ requests: 3, tokens: 3 * tokensOfTurn },
    });
  });

  test('an answer that the provider refuses to give ends the run', async () => {
    expect(await work(api, [{ text: 'I', finish: 'refusal' }, done])).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringContaining('refused to go on') },
      ...{ requests: 1, tokens: tokensOfTurn },
    });
  });

  // This API sends the input of a call as JSON, never as text.
  test.skipIf(api === 'google')('the broken input of a call is reported to the model, which calls again', async () => {
    const broken: StubReply = { calls: [{ name: 'write', input: '{"path": "b.txt", "content' }] };
    const good: StubReply = { calls: [{ name: 'write', input: { path: 'b.txt', content: 'b\n' } }] };
    const once = await work(api, [broken, good, done]);
    expect(once).toMatchObject({ end: 'Done.', requests: 3, tokens: 3 * tokensOfTurn });
    expect(once.trial.stub.requests[1]?.results).toEqual([expect.stringContaining('is not a JSON object')]);
    expect(once.trial.harness.calls).toHaveLength(1);
    const always = await work(api, times(9, broken));
    expect(always).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringContaining('3 answers in a row') },
      ...{ requests: 3, tokens: 3 * tokensOfTurn },
    });
    const cut = await work(api, times(9, { ...broken, finish: 'length' }), { maxTokens: 100 });
    expect(cut).toMatchObject({
      end: { code: 'AGENT_FAILED', message: expect.stringContaining('maxTokens of the agent is 100') },
      requests: 3,
    });
  });

  test('a call of a tool that does not exist, or with wrong input, is reported to the model', async () => {
    const wrong: StubReply = {
      calls: [
        { name: 'fly', input: {} },
        { name: 'write', input: { way: 'b.txt' } },
      ],
    };
    const { end, trial } = await work(api, [wrong, done]);
    expect(end).toBe('Done.');
    expect(trial.stub.requests[1]?.results).toEqual([
      expect.stringContaining('There is no tool fly'),
      expect.stringContaining('path'),
    ]);
  });
});

/** The base URL of a server that answers everything with this body; null: of one that has ended. */
async function startServer(body: string | null): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const end = async () => {
    server.close();
    server.closeAllConnections();
  };
  if (body === null) await end();
  return { url: `http://127.0.0.1:${port}/v1`, [Symbol.asyncDispose]: end };
}

test('[R235] a server that does not run ends the run, and says at which address it was looked for', async () => {
  const clock = instantClock();
  const { url } = await startServer(null);
  await using trial = await tryLlmAgent([], { api: 'openai-compatible', clock, spec: { baseUrl: url } });
  await expect(trial.run()).rejects.toMatchObject({
    ...{ code: 'AGENT_UNAVAILABLE', retriable: false },
    message: expect.stringMatching(/cannot be reached at http:\/\/127\.0\.0\.1:\d+\/v1: .*ECONNREFUSED/),
  });
  expect(clock.waits).toEqual([1, 2, 4]);
});

test.each(['<html>No models here</html>', '{"ok": true}', ''])('[R235] an answer that is %j fails', async body => {
  await using server = await startServer(body);
  for (const api of apis) {
    await using trial = await tryLlmAgent([], { api, clock: instantClock(), spec: { baseUrl: server.url } });
    await expect(trial.run()).rejects.toMatchObject({ code: 'AGENT_FAILED' });
    expect(trial.usage).toEqual([]);
  }
});
