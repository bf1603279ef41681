/** Every world in which the plan chart is looked at. */
import type { PlanSpec } from '../../src/model/plan.ts';
import { configOf, idOf, profileOf, specOf } from '../machines/spec.ts';
import { checked, doubtful, idle, usual } from './plan-answers.ts';
import { onward } from './plan-lies.ts';
import { planWorld } from './plan-world.ts';

export const checks: PlanSpec['validations'] = [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }];

/** A profile that lets a plan go on by itself where it is sure enough. */
export const unsure: Partial<PlanSpec> = {
  profileSnapshot: profileOf({ startExecute: 0.5, startApply: 0.5, spawnSubplans: 0.5, resolveConflicts: 0.5 }, 'auto'),
  subplanConfig: configOf({ conflictPolicy: 'preferOurs' }),
};

/** Begun from the work of another plan. */
export const forked: Partial<PlanSpec> = {
  forkedFrom: {
    ...{ planId: idOf('F'), checkpointId: idOf('C'), treeOid: 't1', sequence: 1, holdsMerged: false },
    goesOn: true,
  },
};

const { actors } = specOf();
/** With a reviewer, and a writer of the commit's message. */
export const judged = { ...actors, review: 'local/reviewer', apply: 'local/writer' };

/** Corrections do not count reversions: left out here, they would only repeat everything four times. */
const changing = [...onward, 'pause', 'resume', 'cancel', 'resolve', 'rollback', 'correct'];
export const asking = [...onward, 'pause', 'resume', 'cancel', 'revert', 'resolve', 'answer', 'approval.expired'];
const landing = [...onward, 'land', 'pause', 'resume', 'cancel', 'resolve', 'rollback', 'correct'];
const stepping = [...onward, 'pause', 'resume', 'cancel'];

export const worlds = [
  planWorld({ commands: usual }),
  planWorld({ spec: { depth: 1 }, commands: usual }),
  planWorld({ spec: unsure, commands: [...stepping, 'rollback', 'revert'] }),
  planWorld({ spec: unsure, says: doubtful, commands: [...stepping, 'revert'] }),
  planWorld({ gated: true, commands: usual }),
  planWorld({ gated: true, asks: true, commands: asking }),
  planWorld({ gated: true, asks: true, spec: { depth: 1 }, commands: asking }),
  planWorld({ gated: true, waits: true, commands: stepping }),
  planWorld({ commands: changing }),
  planWorld({ spec: { depth: 1 }, commands: changing }),
  planWorld({ commands: asking, asks: true }),
  planWorld({ commands: [...stepping, 'constrain', 'release', 'forget', 'edit'] }),
  planWorld({ commands: landing }),
  planWorld({ commands: [...onward, 'land', 'cancel', 'revert', 'resolve'] }),
  planWorld({ spec: { depth: 1 }, commands: [...onward, 'land', 'pause', 'resume'] }),
  planWorld({ spec: { actors: judged }, commands: [...stepping, 'revert'] }),
  planWorld({ spec: { actors: { ...actors, estimation: 'local/guess' } }, waits: true, commands: stepping }),
  planWorld({ spec: { actors: { ...actors, strategy: null } }, commands: [...stepping, 'correct'] }),
  planWorld({ spec: { actors: { ...actors, strategy: null, estimation: 'local/guess' } }, commands: onward }),
  planWorld({ spec: { allowEmpty: true }, says: idle, commands: [...stepping, 'revert'] }),
  planWorld({ spec: forked, commands: onward }),
  planWorld({ spec: { validations: checks }, says: checked, commands: [...stepping, 'revert'] }),
];
