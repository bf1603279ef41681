import type { PlanOverview } from '../state/events.ts';
import { spanKind, spanLabels } from '../view/timeline-spans.ts';
import { createElement } from './dom.ts';

/** A plan's state: a symbol with its text, never a color alone. */
export function createBadge(
  { phase, state, waiting, depth, need, approvals }: PlanOverview,
  asks = approvals.length,
): HTMLElement {
  if (approvals.length > 0)
    return createElement('span', { className: 'badge asking' }, `${phase}: ${spanLabels.asking}`);
  if (asks > 0)
    return createElement(
      'span',
      { className: 'badge asking' },
      `${phase}: ${asks} below ${asks === 1 ? 'asks' : 'ask'} you`,
    );
  if (waiting !== null && state === 'processing') {
    const kind = waiting.category === 'rate_limited' ? 'rate-limited' : 'retrying';
    return createElement('span', { className: `badge ${kind}` }, `${phase}: ${spanLabels[kind]}`);
  }
  if (need === 'refused') return createElement('span', { className: 'badge failed' }, `${phase}: ${state}, refused`);
  const kind = spanKind(state);
  const isMerged = depth > 0 && phase === 'execute' && state === 'complete';
  const className = state === 'applied' || isMerged ? 'badge done' : `badge ${kind}`;
  return createElement(
    'span',
    { className },
    state === 'applied' || state === 'cancelled' ? state : `${phase}: ${state}`,
  );
}
