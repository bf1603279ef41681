/** Events read from the output of real agents, whose model was a stub with fixed answers and fixed usage. */

import { describe, expect, it } from 'vitest';
import type { PriceTokens } from '../../../../src/adapters/agents/formats/agent-reader.ts';
import { readers } from '../../../../src/adapters/agents/formats/index.ts';
import { calculateCost, type PriceTable } from '../../../../src/model/price.ts';
import { eventsIn, recordedLines, usedIn, workIn } from './recording.ts';

const written = [
  { kind: 'text', text: 'I will write the file.' },
  { kind: 'tool', line: 'writes made.txt' },
  { kind: 'text', text: 'Done: made.txt written.' },
];
const ended = { kind: 'end', summary: 'Done: made.txt written.', failure: null };

describe('A successful run', () => {
  it('of claude counts each message once, and then what its result adds [R222] [R223]', () => {
    const events = workIn('claude', recordedLines('claude-work'));
    const [text, tool, done] = written;
    // 1000 + 200 + 300 + 1 for each of two messages; the result has 3,100 in total.
    expect(events).toEqual([
      { kind: 'usage', usage: { tokens: 1501 } },
      text,
      tool,
      { kind: 'usage', usage: { tokens: 1501 } },
      done,
      { kind: 'usage', usage: { tokens: 98, usd: 0.015300000000000001 } },
      ended,
    ]);
    expect(usedIn(events)).toEqual({ tokens: 3100, usd: 0.015300000000000001 });
  });

  it('of codex includes cached tokens in its input, and has no price [R223]', () => {
    expect(workIn('codex', recordedLines('codex-work'))).toEqual([
      {
        kind: 'warning',
        text: 'Model metadata for `stub` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.',
      },
      { kind: 'text', text: 'I will write the file.' },
      { kind: 'tool', line: "runs printf '%s' 'made by agent ' > made.txt" },
      { kind: 'text', text: 'Done: made.txt written.' },
      { kind: 'usage', usage: { tokens: 2100 } },
      ended,
    ]);
  });

  it('of codex that continues a thread counts only what this run added to the total [R223]', () => {
    const events = eventsIn('codex', recordedLines('codex-work'), { usageBefore: { tokens: 1400 } });
    expect(usedIn(events)).toEqual({ tokens: 700, usd: 0 });
  });

  it('of an agent that has no price costs what the table says, cached tokens apart [R226]', () => {
    const prices: PriceTable = {
      stub: { input: 10, cacheRead: 1, output: 100 },
      'claude-opus-4-8': { input: 10, cacheRead: 1, cacheWrite: 20, output: 100 },
    };
    const price: PriceTokens = (tokens, model) =>
      calculateCost(tokens, prices[model ?? 'stub'] ?? { input: 0, output: 0 });
    const costIn = (format: Parameters<typeof eventsIn>[0], lines: readonly string[], usageBefore = {}) =>
      usedIn(eventsIn(format, lines, { price, usageBefore })).usd;
    // Of 2,000 tokens that are read 600 are cached; 100 are written.
    expect(costIn('codex', recordedLines('codex-work'))).toBeCloseTo((1400 * 10 + 600 + 100 * 100) / 1e6, 10);
    // Of a thread that goes on only the difference.
    const before = { tokens: 1050, usd: 0.0123 };
    expect(costIn('codex', recordedLines('codex-work'), before)).toBeCloseTo(0.0246 - 0.0123, 10);
    expect(costIn('gemini', recordedLines('gemini-work'))).toBeCloseTo((4900 * 10 + 2100 + 350 * 100) / 1e6, 10);
    // As Qwen Code prints it: without a cost.
    const unpriced = recordedLines('claude-work').map(line => line.replace(/"total_cost_usd":[\d.]+,/, ''));
    const cost = (2000 * 10 + 600 + 400 * 20 + 100 * 100) / 1e6;
    expect(costIn('claude', unpriced)).toBeCloseTo(cost, 10);
  });

  it('of gemini reports its retries on standard error [R225]', () => {
    const reader = readers.gemini({ directory: '/project' });
    const line =
      'Attempt 2 failed with status 429. Retrying with backoff... _ApiError: {"error":{"code":429,"message":"Rate limit reached. Please try again in 20s.","status":"FAILED"}}';
    const message = 'Rate limit reached. Please try again in 20s.';
    expect(reader.readError?.(line)).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 2, afterSeconds: null, message },
    ]);
    expect(reader.readError?.('    at throwErrorIfNotOK (file:///chunk.js:1:2)')).toBeNull();
  });

  it('of opencode has requests that failed in its log, the names of sessions left out [R225]', () => {
    const reader = readers.opencode({ directory: '/project' });
    const logged = (size: string, error: string) =>
      `timestamp=2026-11-24T21:52:53.008Z level=ERROR run=1 message="stream error" providerID=stub ${size} agent=build error.error="${error}"`;
    const limited = 'AI_APICallError: Rate limit reached. Please try again in 20s.';
    const message = 'Rate limit reached. Please try again in 20s.';
    const retry = { kind: 'retry', cause: 'rate_limit', afterSeconds: null, message };
    expect(reader.readError?.(logged('small=false', limited))).toEqual([{ ...retry, attempt: 1 }]);
    expect(reader.readError?.(logged('small=true', limited))).toBeNull();
    expect(reader.readError?.(logged('small=false', limited))).toEqual([{ ...retry, attempt: 2 }]);
    const refused = readers.opencode({ directory: '/project' }).readError;
    const key = 'Invalid API key';
    expect(refused?.(logged('small=false', `AI_APICallError: ${key}`))).toEqual([
      { kind: 'retry', cause: 'sign_in', attempt: 1, afterSeconds: null, message: key },
    ]);
    expect(readers.opencode({ directory: '/project' }).readError?.(logged('small=false', 'It failed'))).toEqual([
      { kind: 'warning', text: 'It failed' },
    ]);
  });

  it('of gemini counts the tokens of all its models, including cached ones [R222] [R223]', () => {
    expect(workIn('gemini', recordedLines('gemini-work'))).toEqual([
      ...written,
      { kind: 'usage', usage: { tokens: 7350 } },
      ended,
    ]);
  });

  it('of opencode counts each step separately, with its price [R223]', () => {
    const events = workIn('opencode', recordedLines('opencode-work'));
    const [text, tool, done] = written;
    const step = { kind: 'usage', usage: { tokens: 1050, usd: 0.00285 } };
    expect(events).toEqual([text, tool, step, done, step, ended]);
    expect(usedIn(events)).toEqual({ tokens: 2100, usd: 0.0057 });
  });

  it('of pi counts only the ends of messages, each of which is repeated many times [R223]', () => {
    const [text, tool, done] = written;
    const message = { kind: 'usage', usage: { tokens: 1050, usd: 0.00285 } };
    expect(workIn('pi', recordedLines('pi-work'))).toEqual([message, text, tool, message, done, ended]);
  });

  it('of copilot counts what the file of its usage adds to earlier runs of its session [R222] [R223]', () => {
    expect(workIn('copilot', recordedLines('copilot-work'))).toEqual([
      { kind: 'text', text: 'I will write the file.' },
      { kind: 'tool', line: 'writes made.txt' },
      { kind: 'text', text: 'Done.' },
      { kind: 'end', summary: 'Done.', failure: null },
    ]);
    const usage = { inputTokens: 3000, outputTokens: 100, cacheReadTokens: 600, cacheWriteTokens: 0 };
    const file = JSON.stringify({ modelMetrics: { stub: { requests: { count: 2, cost: 0 }, usage } } }, null, 2);
    const price: PriceTokens = (tokens, model) =>
      model === 'stub' ? calculateCost(tokens, { input: 10, cacheRead: 1, output: 100 }) : null;
    const used = (options: object) => readers.copilot({ directory: '/project', ...options }).readUsage?.(file);
    expect(used({})).toEqual([{ kind: 'usage', usage: { tokens: 3100 } }]);
    expect(used({ usageBefore: { tokens: 1000 } })).toEqual([{ kind: 'usage', usage: { tokens: 2100 } }]);
    const usd = (2400 * 10 + 600 + 100 * 100) / 1e6;
    expect(used({ price })).toEqual([{ kind: 'usage', usage: { tokens: 3100, usd: expect.closeTo(usd, 10) } }]);
    expect(readers.copilot({ directory: '/project' }).readUsage?.('')).toEqual([]);
  });

  it('reports its session', () => {
    // Some formats name it on every line.
    const sessionOf = (format: 'claude' | 'codex' | 'gemini' | 'opencode' | 'pi') => [
      ...new Set(
        eventsIn(format, recordedLines(`${format}-work`)).flatMap(event => (event.kind === 'session' ? event.id : [])),
      ),
    ];
    expect(sessionOf('claude')).toEqual(['a1f0ecea-82de-40ee-b935-fd4d8912f96e']);
    expect(sessionOf('codex')).toEqual(['01a20235-bee1-7fb1-aea6-f5530c402796']);
    expect(sessionOf('gemini')).toEqual(['02d891bb-2492-478b-baa9-b248a8f665df']);
    expect(sessionOf('opencode')).toEqual(['ses_dfdc98ac8ffeiTiJu9Am6h1fFl']);
    expect(sessionOf('pi')).toEqual(['01a20238-795f-72c8-82f1-58d0a65266ac']);
  });

  it('of copilot has the session that it was given as soon as it begins [R231]', () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const sessions = (lines: readonly string[], newSession: string | null) =>
      eventsIn('copilot', lines, { newSession }).filter(({ kind }) => kind === 'session');
    const lines = recordedLines('copilot-work');
    expect(sessions(lines.slice(0, 4), id)).toEqual([{ kind: 'session', id }]);
    // One that goes on is named at the end.
    expect(sessions(lines.slice(0, 4), null)).toEqual([]);
    expect(sessions(lines, null)).toEqual([{ kind: 'session', id }]);
  });

  it('counts its usage so far when it is interrupted [R223]', () => {
    const half = (format: 'claude' | 'opencode' | 'pi', lines: number) =>
      usedIn(eventsIn(format, recordedLines(`${format}-work`).slice(0, lines)));
    expect(half('claude', 3)).toEqual({ tokens: 1501, usd: 0 });
    expect(half('opencode', 5)).toEqual({ tokens: 1050, usd: 0.00285 });
    expect(half('pi', 20)).toEqual({ tokens: 1050, usd: 0.00285 });
  });
});

describe('A run that its service rejects', () => {
  it('for a rate limit: claude reports each retry with its delay, and then the failure [R224] [R225]', () => {
    const words = 'API Error: Request rejected (429) · Rate limit reached. Please try again in 20s.';
    expect(workIn('claude', recordedLines('claude-rate-limit'))).toEqual([
      { kind: 'retry', cause: 'rate_limit', attempt: 1, afterSeconds: 20, message: 'rate limit' },
      { kind: 'usage', usage: { tokens: 0 } },
      { kind: 'text', text: words },
      { kind: 'usage', usage: { tokens: 0, usd: 0 } },
      { kind: 'end', summary: words, failure: { cause: 'rate_limit', message: words } },
    ]);
  });

  it('for a rate limit: codex reports each retry, without the delay [R225]', () => {
    const retries = workIn('codex', recordedLines('codex-rate-limit')).filter(({ kind }) => kind === 'retry');
    expect(retries.map(retry => retry.kind === 'retry' && [retry.attempt, retry.cause, retry.afterSeconds])).toEqual([
      [1, 'rate_limit', null],
      [2, 'rate_limit', null],
      [3, 'rate_limit', null],
    ]);
  });

  it('for an invalid key: claude reports each retry [R225]', () => {
    const retries = workIn('claude', recordedLines('claude-auth'));
    expect(retries).toHaveLength(7);
    expect(retries[0]).toEqual({
      kind: 'retry',
      cause: 'sign_in',
      attempt: 1,
      afterSeconds: 1,
      message: 'authentication failed',
    });
  });

  it('for an invalid key: codex reports its retries, and then that the turn failed [R224] [R225]', () => {
    const events = workIn('codex', recordedLines('codex-auth'));
    expect(events.flatMap(event => (event.kind === 'retry' ? [event.cause] : []))).toEqual(Array(5).fill('sign_in'));
    expect(events.at(-1)).toEqual({
      kind: 'end',
      summary: null,
      failure: {
        cause: 'sign_in',
        message: 'unexpected status 401 Unauthorized: invalid x-api-key, url: http://127.0.0.1:8791/auth/v1/responses',
      },
    });
  });
});
