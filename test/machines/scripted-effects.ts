import { fromPromise } from 'xstate';
import type { EffectInput, EffectName, EffectOutput } from '../../machines/effects.ts';
import {
  applyMachine,
  bindPlanMachine,
  correctionMachine,
  mergeMachine,
  partialApplyMachine,
  planMachine,
  reconciliationMachine,
  supervisorMachine,
  validationMachine,
} from '../../machines/index.ts';
import { createPlanContext, type PlanContext } from '../../machines/plan/context.ts';
import type { CheckpointDraft, CheckpointTrigger, StoredContext } from '../../src/model/checkpoint.ts';
import { linksWithBase } from '../../src/model/multi-project-tree.ts';
import { sampleResult, sampleSpec, ulidOf } from './fixtures.ts';

/** What each effect answers; a thrown error is a failing effect. */
export type EffectAnswers = {
  [Name in EffectName]: (
    input: EffectInput<Name>,
    signal: AbortSignal,
  ) => EffectOutput<Name> | Promise<EffectOutput<Name>>;
};

export function sampleCheckpoint(trigger: CheckpointTrigger): CheckpointDraft {
  return {
    checkpointId: ulidOf(trigger),
    planId: ulidOf('P'),
    label: null,
    trigger,
    tool: null,
    alias: 'main',
    sandbox: 'k',
    treeOid: 't',
    ref: 'refs/troupe/t',
  };
}

/** The context that a checkpoint stores of a plan that has its strategy. */
export function sampleStoredContext(change: Partial<PlanContext> = {}): StoredContext {
  return { ...createPlanContext({ spec: sampleSpec() }), promptRecorded: true, strategyReady: true, ...change };
}

/** A world in which everything goes well and one file changes. */
export const successfulEffects: EffectAnswers = {
  preflight: () => ({ checked: ['all'] }),
  collectInvariants: ({ spec }) => ({ effective: spec.invariants, conflictCount: 0, decisions: [] }),
  check: () => ({ violations: [] }),
  strategize: () => ({ decisions: [], confidence: 0.8 }),
  estimate: () => ({ estimate: { minutes: 1 } }),
  prepare: ({ spec, attempt }) => ({
    sandbox: { key: `${spec.planId}-${attempt}`, path: `/s/${spec.planId}` },
    startTree: spec.projectLinks[0]?.baseTree ?? 'none',
    checkpoint: sampleCheckpoint('preExecute'),
  }),
  execute: ({ spec, begin }) => ({ decisions: [], tree: `${begin.tree}+${spec.description}`, toolCalls: 1, run: 'r' }),
  createSubplans: ({ spec }) => ({ members: [], config: spec.subplanConfig, checkpoint: null }),
  mergeNext: ({ ours, children: [child] }) => ({
    clean: true,
    treeOid: `${ours}|${child?.treeOid}`,
    folded: 1,
    conflicts: [],
    engines: { f: 'git' },
  }),
  resolveConflict: ({ tree, conflict }) => ({ treeOid: `${tree}!${conflict.path}`, decisions: [], toolCalls: 0 }),
  restoreTree: ({ tree }) => ({ tree }),
  validate: ({ spec }) => ({
    results: spec.validations.map(({ name, required }) => sampleResult(name, { required })),
    tree: 't',
  }),
  reviewResult: () => ({ findings: [], decisions: [], toolCalls: 1 }),
  bisect: ({ validation: { name }, merged: { children } }) => ({
    bisection: {
      validation: name,
      outcome: 'found',
      subplans: children.slice(-1).map(({ planId, goal }) => ({ planId, goal })),
      runs: 3,
    },
    decisions: [],
  }),
  fix: () => ({ decisions: [], tree: 't', toolCalls: 1 }),
  review: ({ spec, startTree }) => ({
    resultTree: `${startTree}=${spec.description}`,
    changeSet: {
      alias: 'main',
      baseTree: startTree,
      resultTree: 'r',
      files: [{ path: 'f', operation: 'added', before: null, after: 'b', mode: '100644' }],
    },
    checkpoint: sampleCheckpoint('postExecute'),
  }),
  describe: () => ({ message: { subject: 'Say hello', body: '' }, error: null, decisions: [] }),
  recover: ({ error }) => ({
    error,
    decisions: [],
    details: { recovered: true },
    checkpoint: sampleCheckpoint('onError'),
  }),
  apply: () => ({
    outcome: 'applied',
    commits: ['c1'],
    files: ['f'],
    results: [],
    checkpoint: sampleCheckpoint('preApply'),
  }),
  applyPart: ({ spec, order }) => ({
    outcome: 'applied',
    commits: ['c1'],
    files: ['f'],
    results: [],
    links: linksWithBase(spec.projectLinks, order.treeOid).map(link => ({ ...link, baseCommit: 'c1' })),
    changeSet: null,
    checkpoint: sampleCheckpoint('postApply'),
    after: null,
  }),
  rollback: () => ({ changes: [{ file: 'f', action: 'removed' }], context: sampleStoredContext() }),
  checkpointCurrent: () => ({ present: sampleCheckpoint('beforeCorrection') }),
  openNextSandbox: ({ spec, attempt }) => ({
    sandbox: { key: `${spec.planId}-${attempt}`, path: `/s/${spec.planId}` },
  }),
  removeSandbox: () => ({ discarded: true }),
  archiveSandbox: () => ({ ref: 'refs/troupe/kept' }),
};

/** The charts with these answers behind their effects. */
export function scriptedMachines(answers: Partial<EffectAnswers> = {}) {
  const all: EffectAnswers = { ...successfulEffects, ...answers };
  const fakeEffect = <Name extends EffectName>(name: Name) =>
    fromPromise<EffectOutput<Name>, EffectInput<Name>>(async ({ input, signal }) => all[name](input, signal));
  const reconciliation = reconciliationMachine.provide({
    actors: { collectInvariants: fakeEffect('collectInvariants'), check: fakeEffect('check') },
  });
  const validation = validationMachine.provide({
    actors: {
      validate: fakeEffect('validate'),
      bisect: fakeEffect('bisect'),
      reviewResult: fakeEffect('reviewResult'),
      fix: fakeEffect('fix'),
    },
  });
  const correction = correctionMachine.provide({
    actors: {
      checkpointCurrent: fakeEffect('checkpointCurrent'),
      openNextSandbox: fakeEffect('openNextSandbox'),
      removeSandbox: fakeEffect('removeSandbox'),
    },
  });
  const partialApply = partialApplyMachine.provide({ actors: { reconciliation, applyPart: fakeEffect('applyPart') } });
  const merge = mergeMachine.provide({
    actors: { mergeNext: fakeEffect('mergeNext'), resolveConflict: fakeEffect('resolveConflict') },
  });
  const applying = applyMachine.provide({ actors: { apply: fakeEffect('apply'), recover: fakeEffect('recover') } });
  const plan = planMachine.provide({
    actors: {
      preflight: fakeEffect('preflight'),
      strategize: fakeEffect('strategize'),
      estimate: fakeEffect('estimate'),
      prepare: fakeEffect('prepare'),
      execute: fakeEffect('execute'),
      createSubplans: fakeEffect('createSubplans'),
      restoreTree: fakeEffect('restoreTree'),
      review: fakeEffect('review'),
      describe: fakeEffect('describe'),
      recover: fakeEffect('recover'),
      archiveSandbox: fakeEffect('archiveSandbox'),
      rollback: fakeEffect('rollback'),
      apply: applying,
      correction,
      partialApply: partialApply,
      reconciliation,
      validation,
      merge,
    },
  });
  const subplans = bindPlanMachine(plan);
  plan.implementations.actors.subplans = subplans;
  return {
    plan,
    subplans,
    merge,
    apply: applying,
    validation,
    reconciliation,
    runtime: supervisorMachine.provide({ actors: { plan } }),
  };
}
