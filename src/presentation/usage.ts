import type { PlanRecord } from '../index.ts';
import { formatDollars, pluralize } from './units.ts';

/**
 * Formats `12 of 20 tool calls · 34 s · 1,200 tokens · 0.12 of 5 USD`: the usage of a plan and its subplans, and
 * their limits.
 */
export function formatUsage({ spent, budget }: Pick<PlanRecord, 'spent' | 'budget'>): string {
  const of = (limit: number | undefined) => (limit === undefined ? '' : ` of ${amount(limit)}`);
  const calls = pluralize(spent.toolCalls, 'tool call');
  const notReported = (what: 'tokens' | 'usd') => (budget[what] === undefined ? [] : [`no agent said its ${what}`]);
  return [
    budget.toolCalls === undefined ? calls : `${spent.toolCalls}${of(budget.toolCalls)} tool calls`,
    `${amount(spent.seconds)}${of(budget.seconds)} s`,
    ...(spent.tokens === null ? notReported('tokens') : [`${amount(spent.tokens)}${of(budget.tokens)} tokens`]),
    ...(spent.usd === null
      ? notReported('usd')
      : [`${dollars(spent.usd)}${budget.usd === undefined ? '' : ` of ${dollars(budget.usd)}`} USD`]),
  ].join(' · ');
}

/** `5`, `0.12`, `0.0017`. */
const dollars = (usd: number) => (usd > 0 && usd < 0.01 ? formatDollars(usd) : amount(usd));

function amount(value: number): string {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 }).format(value);
}
