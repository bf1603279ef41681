import { attemptTheory } from './attempt-theory.ts';
import { correctionTheory } from './correction-theory.ts';
import { groupTheory } from './group-theory.ts';
import { landingTheory } from './landing-theory.ts';
import { memberTheory } from './member-theory.ts';
import { mergeTheory } from './merge-theory.ts';
import { planTheory } from './plan-theory.ts';
import { reconciliationTheory } from './reconciliation-theory.ts';
import { runtimeTheory } from './runtime-theory.ts';
import { teamTheory } from './team-theory.ts';
import { type Proof, prove } from './theorem.ts';
import { validationTheory } from './validation-theory.ts';

/** Every chart with what must hold of it. */
export const theories: Record<string, () => Proof> = {
  plan: () => prove(planTheory),
  subplans: () => prove(groupTheory),
  team: () => prove(teamTheory),
  member: () => prove(memberTheory),
  merge: () => prove(mergeTheory),
  reconciliation: () => prove(reconciliationTheory),
  validation: () => prove(validationTheory),
  runtime: () => prove(runtimeTheory),
  correction: () => prove(correctionTheory),
  landing: () => prove(landingTheory),
  attempt: () => prove(attemptTheory),
};
