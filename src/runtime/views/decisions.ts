/** What a plan decided, with what holds no longer. */
import type { Decision } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import { positionOf } from '../../model/rollbacks.ts';
import { superseding } from '../../model/superseding.ts';

/** In recorded order. */
export type Decisions = readonly Decision[];

/** Going back to a checkpoint may make hold again what did not: after that, decisions have to be looked at anew. */
export function reduceDecisions(decisions: Decisions, event: PlanEvent): Decisions {
  if (event.type === 'decision.recorded') {
    const { decision, at } = event;
    if (decisions.some(({ decisionId }) => decisionId === decision.decisionId)) return decisions;
    const recorded = { ...decision, sequence: positionOf(event), createdAt: at };
    const all = [...decisions, recorded];
    return decision.type === 'reversion' ? superseding(all, { rollbacks: [], corrections: [] }) : all;
  }
  if (event.type !== 'plan.corrected') return decisions;
  const correction = { ...event.correction, sequence: positionOf(event), createdAt: event.at };
  return superseding(decisions, { rollbacks: [], corrections: [correction] });
}
