/** A plan's decisions, with superseded ones marked. */
import type { Decision } from '../../model/decision.ts';
import type { PlanEvent } from '../../model/event.ts';
import { sequenceOf } from '../../model/rollback-history.ts';
import { markSuperseded } from '../../model/supersession.ts';

/** In recorded order. */
export type Decisions = readonly Decision[];

/** A rollback may bring superseded decisions back into effect: after one, decisions must be loaded again. */
export function reduceDecisions(decisions: Decisions, event: PlanEvent): Decisions {
  if (event.type === 'decision.recorded') {
    const { decision, at } = event;
    if (decisions.some(({ decisionId }) => decisionId === decision.decisionId)) return decisions;
    const recorded = { ...decision, sequence: sequenceOf(event), createdAt: at };
    const all = [...decisions, recorded];
    return decision.type === 'reversion' ? markSuperseded(all, { rollbacks: [], corrections: [] }) : all;
  }
  if (event.type !== 'plan.corrected') return decisions;
  const correction = { ...event.correction, sequence: sequenceOf(event), createdAt: event.at };
  return markSuperseded(decisions, { rollbacks: [], corrections: [correction] });
}
