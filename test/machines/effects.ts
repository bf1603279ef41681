import { fromPromise } from 'xstate';
import type { EffectInput, EffectName, EffectOutput } from '../../machines/contract.ts';
import {
  correctionMachine,
  landingMachine,
  mergeMachine,
  planMachine,
  reconciliationMachine,
  runtimeMachine,
  subplansOf,
  validationMachine,
} from '../../machines/index.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../../src/model/checkpoint.ts';
import { linksAt } from '../../src/model/trees.ts';
import { idOf, resultOf } from './spec.ts';

/** What each effect answers; a thrown fault is a failing effect. */
export type Answers = {
  [Name in EffectName]: (
    input: EffectInput<Name>,
    signal: AbortSignal,
  ) => EffectOutput<Name> | Promise<EffectOutput<Name>>;
};

export function checkpointOf(trigger: CheckpointTrigger): CheckpointDraft {
  return {
    checkpointId: idOf(trigger),
    planId: idOf('P'),
    label: null,
    trigger,
    tool: null,
    alias: 'main',
    sandbox: 'k',
    treeOid: 't',
    ref: 'refs/troupe/t',
  };
}

/** A world in which everything goes well and one file changes. */
export const goingWell: Answers = {
  preflight: () => ({ checked: ['all'] }),
  collect: ({ spec }) => ({ effective: spec.invariants, conflictCount: 0, decisions: [] }),
  check: () => ({ violations: [] }),
  strategize: () => ({ decisions: [], confidence: 0.8 }),
  estimate: () => ({ estimate: { minutes: 1 } }),
  prepare: ({ spec, attempt }) => ({
    sandbox: { key: `${spec.planId}-${attempt}`, path: `/s/${spec.planId}` },
    startTree: spec.projectLinks[0]?.baseTree ?? 'none',
    checkpoint: checkpointOf('preExecute'),
  }),
  execute: ({ spec, begin }) => ({ decisions: [], tree: `${begin.tree}+${spec.description}`, toolCalls: 1, run: 'r' }),
  enlist: ({ spec }) => ({ members: [], config: spec.subplanConfig, checkpoint: null }),
  fold: ({ ours, children: [child] }) => ({
    clean: true,
    treeOid: `${ours}|${child?.treeOid}`,
    folded: 1,
    conflicts: [],
    engines: { f: 'git' },
  }),
  settle: ({ tree, conflict }) => ({ treeOid: `${tree}!${conflict.path}`, decisions: [], toolCalls: 0 }),
  place: ({ tree }) => ({ tree }),
  validate: ({ spec }) => ({
    results: spec.validations.map(({ name, required }) => resultOf(name, { required })),
    tree: 't',
  }),
  judge: () => ({ findings: [], decisions: [], toolCalls: 1 }),
  fix: () => ({ decisions: [], tree: 't', toolCalls: 1 }),
  review: ({ spec, startTree }) => ({
    resultTree: `${startTree}=${spec.description}`,
    changeSet: {
      alias: 'main',
      baseTree: startTree,
      resultTree: 'r',
      files: [{ path: 'f', operation: 'added', before: null, after: 'b', mode: '100644' }],
    },
    checkpoint: checkpointOf('postExecute'),
  }),
  describe: () => ({ message: { subject: 'Say hello', body: '' }, fault: null, decisions: [] }),
  recover: ({ fault }) => ({ fault, decisions: [], details: { recovered: true }, checkpoint: checkpointOf('onError') }),
  apply: () => ({
    outcome: 'landed',
    commits: ['c1'],
    files: ['f'],
    results: [],
    checkpoint: checkpointOf('preApply'),
  }),
  land: ({ spec, order }) => ({
    outcome: 'landed',
    commits: ['c1'],
    files: ['f'],
    results: [],
    links: linksAt(spec.projectLinks, order.treeOid).map(link => ({ ...link, baseCommit: 'c1' })),
    changeSet: null,
    checkpoint: checkpointOf('postApply'),
    after: null,
  }),
  rollback: () => ({ present: checkpointOf('beforeRollback'), changes: [{ file: 'f', action: 'removed' }] }),
  keep: () => ({ present: checkpointOf('beforeCorrection') }),
  reopen: ({ spec, attempt }) => ({ sandbox: { key: `${spec.planId}-${attempt}`, path: `/s/${spec.planId}` } }),
  discard: () => ({ discarded: true }),
  dismiss: () => ({ ref: 'refs/troupe/kept' }),
};

/** The charts with these answers behind their effects. */
export function stage(answers: Partial<Answers> = {}) {
  const all: Answers = { ...goingWell, ...answers };
  const acting = <Name extends EffectName>(name: Name) =>
    fromPromise<EffectOutput<Name>, EffectInput<Name>>(async ({ input, signal }) => all[name](input, signal));
  const reconciliation = reconciliationMachine.provide({
    actors: { collect: acting('collect'), check: acting('check') },
  });
  const validation = validationMachine.provide({
    actors: { validate: acting('validate'), judge: acting('judge'), fix: acting('fix') },
  });
  const correction = correctionMachine.provide({
    actors: { keep: acting('keep'), reopen: acting('reopen'), discard: acting('discard') },
  });
  const landing = landingMachine.provide({ actors: { reconciliation, land: acting('land') } });
  const merge = mergeMachine.provide({ actors: { fold: acting('fold'), settle: acting('settle') } });
  const plan = planMachine.provide({
    actors: {
      preflight: acting('preflight'),
      strategize: acting('strategize'),
      estimate: acting('estimate'),
      prepare: acting('prepare'),
      execute: acting('execute'),
      enlist: acting('enlist'),
      place: acting('place'),
      review: acting('review'),
      describe: acting('describe'),
      recover: acting('recover'),
      apply: acting('apply'),
      dismiss: acting('dismiss'),
      rollback: acting('rollback'),
      correction,
      landing,
      reconciliation,
      validation,
      merge,
    },
  });
  const subplans = subplansOf(plan);
  plan.implementations.actors.subplans = subplans;
  return { plan, subplans, merge, validation, reconciliation, runtime: runtimeMachine.provide({ actors: { plan } }) };
}
