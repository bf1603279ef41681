import {
  apply,
  check,
  collect,
  describe,
  discard,
  dismiss,
  enlist,
  estimate,
  execute,
  fix,
  fold,
  judge,
  keep,
  land,
  place,
  preflight,
  prepare,
  recover,
  reopen,
  review,
  rollback,
  settle,
  strategize,
  validate,
  type World,
} from '../../actors/index.ts';
import {
  correctionMachine,
  landingMachine,
  mergeMachine,
  patienceOfProfile,
  patient,
  planMachine,
  reconciliationMachine,
  runtimeMachine,
  subplansOf,
  validationMachine,
} from '../../machines/index.ts';

/** The one place where machines meet actors: every chart with its effects, plans within groups within plans. */
export function company(world: World): typeof runtimeMachine {
  const reconciliation = reconciliationMachine.provide({ actors: { collect: collect(world), check: check(world) } });
  const validation = validationMachine.provide({
    actors: {
      validate: validate(world),
      judge: patient(judge(world), patienceOfProfile),
      fix: patient(fix(world), patienceOfProfile),
    },
  });
  const correction = correctionMachine.provide({
    actors: { keep: keep(world), reopen: reopen(world), discard: discard(world) },
  });
  const landing = landingMachine.provide({ actors: { reconciliation, land: land(world) } });
  const merge = mergeMachine.provide({ actors: { fold: fold(world), settle: settle(world) } });
  const plan = planMachine.provide({
    actors: {
      preflight: preflight(world),
      strategize: patient(strategize(world), patienceOfProfile),
      estimate: estimate(world),
      prepare: prepare(world),
      execute: patient(execute(world), patienceOfProfile),
      enlist: enlist(world),
      place: place(world),
      review: review(world),
      describe: describe(world),
      rollback: rollback(world),
      recover: recover(world),
      apply: apply(world),
      dismiss: dismiss(world),
      correction,
      landing,
      reconciliation,
      validation,
      merge,
    },
  });
  // A plan has groups of plans: the circle is closed here, after both exist.
  plan.implementations.actors.subplans = subplansOf(plan);
  return runtimeMachine.provide({ actors: { plan } });
}
