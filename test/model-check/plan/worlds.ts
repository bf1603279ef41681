/** Every world in which the plan chart is looked at. */
import type { PlanSpec } from '../../../src/model/plan.ts';
import { sampleConfig, sampleProfile, sampleSpec, ulidOf } from '../../machines/fixtures.ts';
import { checked, idle, lowConfidenceResults, usualCommands } from './inputs.ts';
import { forwardCommands } from './mutations.ts';
import { planWorld } from './world.ts';

export const checks: PlanSpec['validations'] = [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }];

/** A profile that lets a plan go on by itself where it is sure enough. */
export const lowConfidence: Partial<PlanSpec> = {
  profileSnapshot: sampleProfile(
    { startExecute: 0.5, startApply: 0.5, spawnSubplans: 0.5, resolveConflicts: 0.5 },
    'auto',
  ),
  subplanConfig: sampleConfig({ conflictPolicy: 'preferOurs' }),
};

/** Begun from the work of another plan. */
export const forked: Partial<PlanSpec> = {
  forkedFrom: {
    ...{ planId: ulidOf('F'), checkpointId: ulidOf('C'), treeOid: 't1', sequence: 1, includesMerged: false },
    continues: true,
  },
};

const { actors } = sampleSpec();
/** With a reviewer, and a writer of the commit's message. */
export const judged = { ...actors, review: 'local/reviewer', apply: 'local/writer' };

/** Corrections do not count reversions: left out here, they would only repeat everything four times. */
const changing = [...forwardCommands, 'pause', 'resume', 'cancel', 'resolve', 'rollback', 'correct'];
export const asking = [
  ...forwardCommands,
  'pause',
  'resume',
  'cancel',
  'revert',
  'resolve',
  'answerApproval',
  'approval.expired',
];
const applyingPart = [...forwardCommands, 'applyPart', 'pause', 'resume', 'cancel', 'resolve', 'rollback', 'correct'];
const sequential = [...forwardCommands, 'pause', 'resume', 'cancel'];

export const worlds = [
  planWorld({ commands: usualCommands }),
  planWorld({ spec: { depth: 1 }, commands: usualCommands }),
  planWorld({ spec: lowConfidence, commands: [...sequential, 'rollback', 'revert'] }),
  planWorld({ spec: lowConfidence, outputs: lowConfidenceResults, commands: [...sequential, 'revert'] }),
  planWorld({ usesSlots: true, commands: usualCommands }),
  planWorld({ usesSlots: true, asks: true, commands: asking }),
  planWorld({ usesSlots: true, asks: true, spec: { depth: 1 }, commands: asking }),
  planWorld({ usesSlots: true, waits: true, commands: sequential }),
  planWorld({ commands: changing }),
  planWorld({ spec: { depth: 1 }, commands: changing }),
  planWorld({ commands: asking, asks: true }),
  planWorld({ commands: [...sequential, 'addInvariant', 'removeInvariant', 'deleteCheckpoint', 'edit'] }),
  planWorld({ commands: applyingPart }),
  planWorld({ commands: [...forwardCommands, 'applyPart', 'cancel', 'revert', 'resolve'] }),
  planWorld({ spec: { depth: 1 }, commands: [...forwardCommands, 'applyPart', 'pause', 'resume'] }),
  planWorld({ spec: { actors: judged }, commands: [...sequential, 'revert'] }),
  planWorld({ spec: { actors: { ...actors, estimation: 'local/guess' } }, waits: true, commands: sequential }),
  planWorld({ spec: { actors: { ...actors, strategy: null } }, commands: [...sequential, 'correct'] }),
  planWorld({ spec: { actors: { ...actors, strategy: null, estimation: 'local/guess' } }, commands: forwardCommands }),
  planWorld({ spec: { allowEmpty: true }, outputs: idle, commands: [...sequential, 'revert'] }),
  planWorld({ spec: forked, commands: forwardCommands }),
  planWorld({ spec: { validations: checks }, outputs: checked, commands: [...sequential, 'revert'] }),
];
