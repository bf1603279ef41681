/** What must hold of every plan, whatever people, effects, children and crashes do, and in whatever order. */
import type { planMachine } from '../../machines/index.ts';
import { plan } from './plan-lies.ts';
import { lifeTheorems } from './plan-life.ts';
import { phaseTheorems } from './plan-phases.ts';
import { returnTheorems } from './plan-returns.ts';
import { worlds } from './plan-worlds.ts';
import type { Theory } from './theorem.ts';

export const planTheory: Theory<typeof planMachine> = {
  machine: plan,
  worlds,
  theorems: [...phaseTheorems, ...lifeTheorems, ...returnTheorems],
};
