/** Keys of an agent that is a language model; a stub answers it. */
import { once } from 'node:events';
import type { StubApi, StubReply, StubRequest } from '../../adapters/agents/llm/model-api.ts';
import { startModelStub } from '../../adapters/agents/llm/model-stub.ts';
import { type KeyCases, keyCase } from './key-case.ts';
import type { KeyFixture, KeyRun } from './key-fixture.ts';

const work: readonly StubReply[] = [
  { calls: [{ name: 'write', input: { path: 'made.txt', content: 'x' } }] },
  { text: 'Done.' },
];

/** Runs a plan with such an agent; returns the run, and what the model was asked first. */
async function ask(
  fixture: KeyFixture,
  keys: Record<string, unknown>,
  api: StubApi = 'openai-compatible',
): Promise<KeyRun & { asked: StubRequest | undefined }> {
  await using stub = await startModelStub(({ turn }) => work[turn] ?? { text: 'Done.' });
  const service = { kind: 'llm', provider: api, model: 'stub', baseUrl: stub.url(api), keyEnv: 'SHELL_SAYS' };
  const run = await fixture.run({ executionActor: { ...service, ...keys } });
  return { ...run, asked: stub.requests[0] };
}

const priced = async (fixture: KeyFixture, price: Record<string, number>): Promise<number> =>
  (await ask(fixture, { price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...price } }, 'anthropic')).record
    .spent.usd ?? 0;

/** US dollars of two answers, in which `tokens` of the kind cost 1 dollar for a million. */
const cost = (tokens: number) => (2 * tokens) / 1e6;

export const llmCases: KeyCases = {
  provider: keyCase('by which API it is asked', {
    values: ['anthropic', 'openai-compatible'] as const,
    observe: async (provider, fixture) => (await ask(fixture, {}, provider)).asked?.path,
    expected: ['/v1/messages', '/v1/chat/completions'],
  }),
  baseUrl: keyCase('at which address', {
    values: ['v1', 'v2'],
    async observe(version, fixture) {
      await using stub = await startModelStub(() => ({ text: 'Done.' }));
      const baseUrl = stub.url('openai-compatible').replace('v1', version);
      await fixture.run({ executionActor: { kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl } });
      return stub.requests[0]?.path;
    },
    expected: ['/v1/chat/completions', '/v2/chat/completions'],
  }),
  keyEnv: keyCase('which variable holds the key', {
    values: ['SHELL_SAYS', 'NO_SUCH_KEY'],
    async observe(keyEnv, fixture) {
      const { outcome, asked } = await ask(fixture, { keyEnv });
      return [outcome, asked?.headers.authorization];
    },
    expected: [
      ['complete', 'Bearer shell'],
      ['AGENT_UNAVAILABLE', undefined],
    ],
  }),
  maxTurns: keyCase('how often it may be asked', {
    values: [1, 2],
    observe: async (maxTurns, fixture) => (await ask(fixture, { maxTurns })).outcome,
    expected: ['AGENT_FAILED', 'complete'],
  }),
  maxTokens: keyCase('how long an answer may be', {
    values: [100, 200],
    observe: async (maxTokens, fixture) => (await ask(fixture, { maxTokens })).asked?.body.max_tokens,
    expected: [100, 200],
  }),
  idleSeconds: keyCase('how long it may be silent', {
    values: [1, 60],
    async observe(idleSeconds, fixture) {
      let asked = 0;
      await using stub = await startModelStub(async () => {
        if (asked++ === 0) await once(AbortSignal.timeout(2500), 'abort');
        return { text: 'Done.' };
      });
      const baseUrl = stub.url('openai-compatible');
      await fixture.run({
        executionActor: { kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl, idleSeconds },
      });
      return stub.requests.length;
    },
    expected: [2, 1],
  }),
  contextTokens: keyCase('from how many tokens on older results are shortened', {
    values: [1000, 100_000],
    async observe(contextTokens, fixture) {
      const run = { name: 'run', input: { argv: ['seq', '1000'] } };
      await using stub = await startModelStub(({ turn }) => (turn < 3 ? { calls: [run] } : { text: 'Done.' }));
      const baseUrl = stub.url('openai-compatible');
      const service = { kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl };
      await fixture.run({ executionActor: { ...service, contextTokens } });
      return JSON.stringify(stub.requests.at(-1)?.body).includes('Shortened to save space');
    },
    expected: [true, false],
  }),
  'price.input': keyCase('what a token that is read costs', {
    values: [0, 1],
    observe: (input, fixture) => priced(fixture, { input }),
    expected: [0, cost(1000)],
  }),
  'price.output': keyCase('what a token that is written costs', {
    values: [0, 1],
    observe: (output, fixture) => priced(fixture, { output }),
    expected: [0, cost(50)],
  }),
  'price.cacheRead': keyCase('what a token from the cache costs', {
    values: [0, 1],
    observe: (cacheRead, fixture) => priced(fixture, { cacheRead }),
    expected: [0, cost(300)],
  }),
  'price.cacheWrite': keyCase('what a token for the cache costs', {
    values: [0, 1],
    observe: (cacheWrite, fixture) => priced(fixture, { cacheWrite }),
    expected: [0, cost(200)],
  }),
};
