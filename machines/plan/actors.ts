/** The effects and child machines of a plan. */
import { applyMachine } from '../apply.machine.ts';
import { correctionMachine } from '../correction.machine.ts';
import type { EffectInput, EffectName, EffectOutput } from '../effects.ts';
import { mergeMachine } from '../merge/merge.machine.ts';
import { partialApplyMachine } from '../partial-apply.machine.ts';
import { reconciliationMachine } from '../reconciliation.machine.ts';
import { subplansMachine } from '../subplans/subplans.machine.ts';
import { unprovidedActor } from '../unprovided-actor.ts';
import { validationMachine } from '../validation.machine.ts';

const effect = <Name extends EffectName>(name: Name) => unprovidedActor<EffectInput<Name>, EffectOutput<Name>>(name);

export const planActors = {
  preflight: effect('preflight'),
  strategize: effect('strategize'),
  estimate: effect('estimate'),
  prepare: effect('prepare'),
  execute: effect('execute'),
  createSubplans: effect('createSubplans'),
  restoreTree: effect('restoreTree'),
  review: effect('review'),
  describe: effect('describe'),
  recover: effect('recover'),
  archiveSandbox: effect('archiveSandbox'),
  rollback: effect('rollback'),
  apply: applyMachine,
  correction: correctionMachine,
  partialApply: partialApplyMachine,
  reconciliation: reconciliationMachine,
  subplans: subplansMachine,
  merge: mergeMachine,
  validation: validationMachine,
};
