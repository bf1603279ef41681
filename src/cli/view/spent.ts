import type { PlanRecord } from '../../index.ts';
import { count } from '../progress/sentence.ts';

/** `12 of 20 tool calls · 34 s · 1,200 tokens · 0.12 of 5 USD`: what a plan and its subplans spent, of what they may. */
export function spentLine({ spent, budget }: Pick<PlanRecord, 'spent' | 'budget'>): string {
  const of = (limit: number | undefined) => (limit === undefined ? '' : ` of ${amount(limit)}`);
  const calls = count(spent.toolCalls, 'tool call');
  const unsaid = (what: 'tokens' | 'usd') => (budget[what] === undefined ? [] : [`no agent said its ${what}`]);
  return [
    budget.toolCalls === undefined ? calls : `${spent.toolCalls}${of(budget.toolCalls)} tool calls`,
    `${amount(spent.seconds)}${of(budget.seconds)} s`,
    ...(spent.tokens === null ? unsaid('tokens') : [`${amount(spent.tokens)}${of(budget.tokens)} tokens`]),
    ...(spent.usd === null ? unsaid('usd') : [`${amount(spent.usd)}${of(budget.usd)} USD`]),
  ].join(' · ');
}

function amount(value: number): string {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 }).format(value);
}
