/** After a correction a strategy is made anew while part of the old one still holds: what is decided again is the same. */
import type { Decision, DecisionDraft } from '../../src/model/decision.ts';
import { remapIds } from '../../src/model/remap-ids.ts';

/**
 * What of `made` was not decided before. Where a new decision says the same as a recorded one that hangs under the same
 * and depends on the same, the recorded one stands for it; each stands for one. So children of those need not run again.
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
