/** Determines which decisions are superseded, and by which. */
import type { Correction } from './correction.ts';
import type { Decision } from './decision.ts';
import { type Rollback, rollbackThatUndid } from './rollback-history.ts';

/** Events of a plan that supersede decisions. */
export interface PlanHistory {
  rollbacks: readonly Rollback[];
  corrections: readonly Correction[];
}

/** Returns the decisions in recorded order, each with the decision that supersedes it. */
export function markSuperseded(decisions: readonly Decision[], { rollbacks, corrections }: PlanHistory): Decision[] {
  const rolled = decisions.map(decision => ({
    ...decision,
    supersededBy: decision.supersededBy ?? rollbackThatUndid(rollbacks, decision.sequence)?.decisionId ?? null,
  }));
  return withReversions(withCorrections(rolled, effectiveCorrections(corrections, rollbacks)));
}

/** Returns the corrections that were not rolled back. */
export function effectiveCorrections(corrections: readonly Correction[], rollbacks: readonly Rollback[]): Correction[] {
  return corrections.filter(({ sequence }) => rollbackThatUndid(rollbacks, sequence) === null);
}

function withCorrections(decisions: readonly Decision[], corrections: readonly Correction[]): Decision[] {
  const by = new Map<string, string>();
  for (const { superseded, interventionId } of corrections) {
    for (const decisionId of superseded) if (!by.has(decisionId)) by.set(decisionId, interventionId);
  }
  return decisions.map(decision => ({
    ...decision,
    supersededBy: decision.supersededBy ?? by.get(decision.decisionId) ?? null,
  }));
}

/** A reversion supersedes earlier decisions, except the root and decisions by people. */
function withReversions(decisions: readonly Decision[]): Decision[] {
  const exempt = new Set(['prompt_definition', 'user_intervention', 'reversion']);
  let reversion: string | null = null;
  const marked: Decision[] = [];
  for (const decision of [...decisions].reverse()) {
    const supersededBy: string | null = decision.supersededBy ?? (exempt.has(decision.type) ? null : reversion);
    marked.push({ ...decision, supersededBy });
    if (decision.type === 'reversion' && decision.supersededBy === null) reversion = decision.decisionId;
  }
  return marked.reverse();
}
