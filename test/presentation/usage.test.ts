import { expect, test } from 'vitest';
import { formatUsage } from '../../src/presentation/usage.ts';

test('Usage is shown next to its limits, and unreported usage as unknown [R132]', () => {
  const spent = { toolCalls: 12, seconds: 34.4, tokens: 1200, usd: 0.123 };
  expect(formatUsage({ spent, budget: {} })).toBe('12 tool calls · 34 s · 1,200 tokens · 0.12 USD');
  expect(formatUsage({ spent, budget: { toolCalls: 20, seconds: 60, tokens: 5000, usd: 5 } })).toBe(
    '12 of 20 tool calls · 34 of 60 s · 1,200 of 5,000 tokens · 0.12 of 5 USD',
  );
  const unknown = { toolCalls: 1, seconds: 0, tokens: null, usd: null };
  expect(formatUsage({ spent: { ...spent, usd: 0.001_734 }, budget: { usd: 0.0025 } })).toMatch(
    / 0\.0017 of 0\.0025 USD$/,
  );
  expect(formatUsage({ spent: { ...spent, usd: 0 }, budget: {} })).toMatch(/ 0 USD$/);
  expect(formatUsage({ spent: unknown, budget: {} })).toBe('1 tool call · 0 s');
  expect(formatUsage({ spent: unknown, budget: { tokens: 1, usd: 1 } })).toBe(
    '1 tool call · 0 s · no agent said its tokens · no agent said its usd',
  );
});
