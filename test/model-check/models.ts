import { applyModel } from './apply.ts';
import { childModel } from './child.ts';
import { correctionModel } from './correction.ts';
import { mergeModel } from './merge.ts';
import { partialApplyModel } from './partial-apply.ts';
import { planModel } from './plan/plan.ts';
import { type Verification, verify } from './property.ts';
import { reconciliationModel } from './reconciliation.ts';
import { retryModel } from './retry.ts';
import { shardModel } from './shard.ts';
import { subplansModel } from './subplans.ts';
import { supervisorModel } from './supervisor.ts';
import { validationModel } from './validation.ts';

/** Every chart with what must hold of it. */
export const models: Record<string, () => Verification> = {
  plan: () => verify(planModel),
  subplans: () => verify(subplansModel),
  shard: () => verify(shardModel),
  child: () => verify(childModel),
  merge: () => verify(mergeModel),
  reconciliation: () => verify(reconciliationModel),
  validation: () => verify(validationModel),
  supervisor: () => verify(supervisorModel),
  correction: () => verify(correctionModel),
  apply: () => verify(applyModel),
  partialApply: () => verify(partialApplyModel),
  retry: () => verify(retryModel),
};
