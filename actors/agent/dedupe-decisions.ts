/**
 * After a correction a new strategy is made while part of the old one is still in effect: repeated decisions are
 * recognized.
 */
import type { Decision, DecisionDraft } from '../../src/model/decision.ts';
import { remapIds } from '../../src/model/remap-ids.ts';

/**
 * Returns the decisions of `made` that are new. A new decision that equals a recorded one, with the same parent and
 * dependencies, is replaced by it; each recorded one is used once. Children of such decisions need not run again.
 */
export function dedupeDecisions(made: readonly DecisionDraft[], recorded: readonly Decision[]): DecisionDraft[] {
  const replacements = new Map<string, string>();
  const free = [...recorded];
  const fresh: DecisionDraft[] = [];
  for (const draft of made) {
    const decision = remapIds(draft, replacements);
    const content = contentKey(decision);
    const at = free.findIndex(known => contentKey(known) === content);
    const [same] = at < 0 ? [] : free.splice(at, 1);
    if (same === undefined) fresh.push(decision);
    else replacements.set(draft.decisionId, same.decisionId);
  }
  return fresh;
}

function contentKey({ type, question, chosenOption, parentDecisionId, dependsOn, payload }: DecisionDraft): string {
  return JSON.stringify([type, question, chosenOption, parentDecisionId, dependsOn, payload]);
}
