/** What must hold of every plan, whatever people, effects, children and crashes do, and in whatever order. */
import type { planMachine } from '../../../machines/index.ts';
import type { Model } from '../property.ts';
import { lifecycleProperties } from './lifecycle.ts';
import { plan } from './mutations.ts';
import { phaseProperties } from './phases.ts';
import { rollbackProperties } from './rollback.ts';
import { worlds } from './worlds.ts';

export const planModel: Model<typeof planMachine> = {
  machine: plan,
  worlds,
  properties: [...phaseProperties, ...lifecycleProperties, ...rollbackProperties],
};
