import type { PlanItem } from '../book/item.ts';
import { kindOf, spanWords } from '../view/lanes.ts';
import { h } from './element.ts';

/** Where a plan stands: a mark with its words beside it, never a colour alone. */
export function badge({ phase, state, waiting, depth, need, asked }: PlanItem, asks = asked.length): HTMLElement {
  if (asked.length > 0) return h('span', { className: 'badge asking' }, `${phase}: ${spanWords.asking}`);
  if (asks > 0)
    return h('span', { className: 'badge asking' }, `${phase}: ${asks} below ${asks === 1 ? 'asks' : 'ask'} you`);
  if (waiting !== null && state === 'processing') {
    const kind = waiting.category === 'rate_limited' ? 'rate-limited' : 'retrying';
    return h('span', { className: `badge ${kind}` }, `${phase}: ${spanWords[kind]}`);
  }
  if (need === 'refused') return h('span', { className: 'badge failed' }, `${phase}: ${state}, refused`);
  const kind = kindOf(state);
  const isMerged = depth > 0 && phase === 'execute' && state === 'complete';
  const className = state === 'applied' || isMerged ? 'badge done' : `badge ${kind}`;
  return h('span', { className }, state === 'applied' || state === 'cancelled' ? state : `${phase}: ${state}`);
}
