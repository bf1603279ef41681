/** After a correction a strategy is made anew while part of the old one still holds: what is decided again is the same. */
import type { Decision, DecisionDraft } from '../src/model/decision.ts';
import { renamed } from '../src/model/renamed.ts';

/**
 * What of `made` was not decided before. Where a new decision says the same as a recorded one that hangs under the same
 * and depends on the same, the recorded one stands for it; each stands for one. So children of those need not run again.
 */
export function withoutRepeats(made: readonly DecisionDraft[], recorded: readonly Decision[]): DecisionDraft[] {
  const standsFor = new Map<string, string>();
  const free = [...recorded];
  const fresh: DecisionDraft[] = [];
  for (const draft of made) {
    const decision = renamed(draft, standsFor);
    const said = sayingOf(decision);
    const at = free.findIndex(known => sayingOf(known) === said);
    const [same] = at < 0 ? [] : free.splice(at, 1);
    if (same === undefined) fresh.push(decision);
    else standsFor.set(draft.decisionId, same.decisionId);
  }
  return fresh;
}

function sayingOf({ type, question, chosenOption, parentDecisionId, dependsOn, payload }: DecisionDraft): string {
  return JSON.stringify([type, question, chosenOption, parentDecisionId, dependsOn, payload]);
}
