import {
  apply,
  applyPart,
  archiveSandbox,
  bisect,
  check,
  checkpointCurrent,
  collectInvariants,
  createSubplans,
  describe,
  type EffectServices,
  estimate,
  execute,
  fix,
  mergeNext,
  openNextSandbox,
  preflight,
  prepare,
  recover,
  removeSandbox,
  resolveConflict,
  restoreTree,
  review,
  reviewResult,
  rollback,
  strategize,
  validate,
} from '../../actors/index.ts';
import {
  applyMachine,
  bindPlanMachine,
  correctionMachine,
  mergeMachine,
  partialApplyMachine,
  planMachine,
  reconciliationMachine,
  retryPolicyFromProfile,
  supervisorMachine,
  validationMachine,
  withRetry,
} from '../../machines/index.ts';

/** Connects machines and effects: every machine gets its effects, and plans contain groups, which contain plans. */
export function provideEffects(services: EffectServices): typeof supervisorMachine {
  const reconciliation = reconciliationMachine.provide({
    actors: { collectInvariants: collectInvariants(services), check: check(services) },
  });
  const validation = validationMachine.provide({
    actors: {
      validate: validate(services),
      bisect: bisect(services),
      reviewResult: withRetry(reviewResult(services), retryPolicyFromProfile),
      fix: withRetry(fix(services), retryPolicyFromProfile),
    },
  });
  const correction = correctionMachine.provide({
    actors: {
      checkpointCurrent: checkpointCurrent(services),
      openNextSandbox: openNextSandbox(services),
      removeSandbox: removeSandbox(services),
    },
  });
  const partialApply = partialApplyMachine.provide({ actors: { reconciliation, applyPart: applyPart(services) } });
  const merge = mergeMachine.provide({
    actors: { mergeNext: mergeNext(services), resolveConflict: resolveConflict(services) },
  });
  const applying = applyMachine.provide({ actors: { apply: apply(services), recover: recover(services) } });
  const plan = planMachine.provide({
    actors: {
      preflight: preflight(services),
      strategize: withRetry(strategize(services), retryPolicyFromProfile),
      estimate: estimate(services),
      prepare: prepare(services),
      execute: withRetry(execute(services), retryPolicyFromProfile),
      createSubplans: createSubplans(services),
      restoreTree: restoreTree(services),
      review: review(services),
      describe: describe(services),
      rollback: rollback(services),
      recover: recover(services),
      archiveSandbox: archiveSandbox(services),
      apply: applying,
      correction,
      partialApply: partialApply,
      reconciliation,
      validation,
      merge,
    },
  });
  // A plan contains groups of plans: the cycle is closed here, after both exist.
  plan.implementations.actors.subplans = bindPlanMachine(plan);
  return supervisorMachine.provide({ actors: { plan } });
}
