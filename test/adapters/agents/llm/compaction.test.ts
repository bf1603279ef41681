/** Conversations that become too long for the context of the model. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { instantClock } from './instant-clock.ts';
import type { StubApi, StubReply, StubRequest } from './model-api.ts';
import type { StubBrain } from './model-stub.ts';
import { type LlmTrial, tryLlmAgent } from './try-llm-agent.ts';

/** What the services say of a request that is too long for the model. */
const refusals: Record<StubApi, StubReply> = {
  anthropic: { status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' },
  openai: { status: 400, message: 'Your input exceeds the context window of this model.' },
  google: {
    ...{ status: 400 },
    message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  },
  'openai-compatible': {
    status: 400,
    message: "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens.",
  },
};
const apis = Object.keys(refusals) as StubApi[];

const bigLine = 'A line of a long file, of which there are many.\n';
const files = Object.fromEntries(
  Array.from({ length: 12 }, (_, at) => [`big-${at}.txt`, `File ${at}\n${bigLine.repeat(200)}`]),
);
/** Characters of the tools and instructions, which no measure shortens. */
const sizeOf = ({ body }: StubRequest) =>
  JSON.stringify(body.messages ?? body.input ?? body.contents ?? '').replace(/"signature":"[^"]*"/g, '').length;

/** A model that reads one file after the other, and whose context holds `most` characters. */
function reader(most: number, calls = 12): StubBrain {
  let answered = 0;
  return request => {
    if (sizeOf(request) > most) return refusals[request.api];
    const at = answered++;
    return at < calls
      ? {
          thought: `On to ${at}.`,
          text: `Now file ${at}.`,
          calls: [{ name: 'read', input: { path: `big-${at}.txt` } }],
        }
      : { text: 'All is read.' };
  };
}

const isRefused = (most: number) => (request: StubRequest) => sizeOf(request) > most;
const tokensOf = ({ usage }: LlmTrial) => usage.reduce((sum, used) => sum + (used.tokens ?? 0), 0);

describe.each(apis)('[R236] a conversation with a model of %s that fills its context', api => {
  test('goes on with older results shortened; refused requests cost nothing', async () => {
    const most = 50_000;
    await using trial = await tryLlmAgent(reader(most), { api, files, clock: instantClock() });
    expect(await trial.run()).toMatchObject({ summary: 'All is read.' });
    const { requests } = trial.stub;
    const refused = requests.filter(isRefused(most));
    expect(refused.length).toBeGreaterThan(0);
    expect(requests).toHaveLength(13 + refused.length);
    expect(tokensOf(trial)).toBe(13 * 1550);
    const last = requests.at(-1);
    expect(last?.task).toContain('# Goal');
    const sent = JSON.stringify(last?.body);
    expect(sent).toContain('Shortened to save space');
    // The last results stay as they are.
    expect(last?.results).toEqual([files['big-11.txt']]);
    expect(trial.harness.lines).toContain('its context is full: continues with a shortened history');
  });

  test('goes on with a list of what was done when that is not enough', async () => {
    const most = 24_000;
    await using trial = await tryLlmAgent(reader(most), { api, files, clock: instantClock() });
    expect(await trial.run()).toMatchObject({ summary: 'All is read.' });
    const sent = JSON.stringify(trial.stub.requests.at(-1)?.body);
    expect(sent).toContain('Your older answers were removed to save space');
    expect(sent).toMatch(/- reads big-\d+\.txt/);
    expect(sent).toContain('Now file 0.');
  });

  test('that holds not even the task ends the run', async () => {
    const most = 10;
    await using trial = await tryLlmAgent(reader(most), { api, files, clock: instantClock() });
    await expect(trial.run()).rejects.toMatchObject({
      ...{ code: 'AGENT_FAILED', retriable: false },
      message: expect.stringContaining(`cannot read that much: ${refusals[api].message}`),
    });
    expect(trial.stub.requests).toHaveLength(1);
    expect(trial.usage.every(used => used.tokens === undefined)).toBe(true);
  });

  test('goes on in the same way after an interruption', async () => {
    const most = 24_000;
    const requestsOf = async (stopAt: number) => {
      const stop = new AbortController();
      const brain = reader(most);
      let asked = 0;
      await using trial = await tryLlmAgent(
        request => {
          asked += 1;
          if (asked !== stopAt) return brain(request);
          stop.abort();
          return new Promise(() => {});
        },
        { api, files, clock: instantClock() },
      );
      if (stopAt > 0) await expect(trial.run({ signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await trial.run()).toMatchObject({ summary: 'All is read.' });
      expect(tokensOf(trial)).toBe(13 * 1550);
      return trial.stub.requests.filter((_, at) => at + 1 !== stopAt).map(request => withoutIds(request.body));
    };
    const whole = await requestsOf(0);
    expect(await requestsOf(whole.length)).toEqual(whole);
    expect(await requestsOf(whole.length - 5)).toEqual(whole);
  });
});

/** A digest of the request. The ids of calls are numbers of requests, or random. */
function withoutIds(body: unknown): string {
  const text = JSON.stringify(body).replace(/(toolu|call|rs|msg|fc)_\d+|"id":"\w{16}"/g, '');
  return createHash('sha256').update(text).digest('hex');
}

test('[R236] contextTokens shortens before the service refuses', async () => {
  const tokens = (request: StubRequest) => Math.ceil(sizeOf(request) / 4);
  const brain = reader(Number.POSITIVE_INFINITY);
  const spec = { contextTokens: 12_000 };
  await using trial = await tryLlmAgent(
    async request => ({ ...(await brain(request)), inputTokens: tokens(request) }),
    { api: 'openai-compatible', files, spec },
  );
  expect(await trial.run()).toMatchObject({ summary: 'All is read.' });
  const { requests } = trial.stub;
  expect(requests).toHaveLength(13);
  expect(Math.max(...requests.map(tokens))).toBeLessThan(spec.contextTokens);
  expect(JSON.stringify(requests.at(-1)?.body)).toContain('Shortened to save space');
});

test.each([
  [413, 'Request exceeds the maximum size'],
  [400, 'input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000'],
  [400, 'the request exceeds the available context size, try increasing it'],
])('[R236] a refusal with %i "%s" is one of the length', async (status, message) => {
  let asked = 0;
  await using trial = await tryLlmAgent(
    () => {
      asked += 1;
      if (asked === 4) return { status, message };
      return asked < 4 ? { calls: [{ name: 'read', input: { path: `big-${asked}.txt` } }] } : { text: 'Done.' };
    },
    { files },
  );
  expect(await trial.run()).toMatchObject({ summary: 'Done.' });
});
