import type { PlanError } from '../state/events.ts';
import { createElement } from './dom.ts';

/** What failed subplans printed last: a block for each. */
export function lastOutputBlocks(error: PlanError | null): HTMLElement[] {
  return (error?.lastOutput ?? []).map(({ goal, lines }) =>
    createElement(
      'figure',
      { className: 'last-output' },
      createElement('figcaption', {}, `“${goal}” printed last:`),
      createElement('pre', {}, lines.join('\n')),
    ),
  );
}
