/** Which decisions hold no longer, and what took their place. */
import type { Correction } from './correction.ts';
import type { Decision } from './decision.ts';
import { type Rollback, rollbackThatUndid } from './rollback-history.ts';

/** What happened to a plan that takes decisions away. */
export interface PlanHistory {
  rollbacks: readonly Rollback[];
  corrections: readonly Correction[];
}

/** The decisions in recorded order, each with what supersedes it. */
export function markSuperseded(decisions: readonly Decision[], { rollbacks, corrections }: PlanHistory): Decision[] {
  const rolled = decisions.map(decision => ({
    ...decision,
    supersededBy: decision.supersededBy ?? rollbackThatUndid(rollbacks, decision.sequence)?.decisionId ?? null,
  }));
  return withReversions(withCorrections(rolled, effectiveCorrections(corrections, rollbacks)));
}

/** Corrections that were not themselves taken back. */
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

/** A reversion supersedes what was decided before it, except the root and what people themselves said. */
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
