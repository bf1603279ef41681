import { mergeTheory } from './merge-theory.ts';
import { planTheory } from './plan-theorems.ts';
import { runtimeTheory } from './runtime-theory.ts';
import { attemptTheory, correctionTheory, reconciliationTheory, validationTheory } from './small-theories.ts';
import { groupTheory, memberTheory } from './subplans-theories.ts';
import { prove, type Verdict } from './theorem.ts';

/** Every chart with what must hold of it. */
export const theories: Record<string, () => Verdict[]> = {
  plan: () => prove(planTheory),
  subplans: () => prove(groupTheory),
  member: () => prove(memberTheory),
  merge: () => prove(mergeTheory),
  reconciliation: () => prove(reconciliationTheory),
  validation: () => prove(validationTheory),
  runtime: () => prove(runtimeTheory),
  correction: () => prove(correctionTheory),
  attempt: () => prove(attemptTheory),
};
