/** Commands for corrections and rollbacks. Each shows its consequences first. */

import { type Checkpoint, type CorrectionMode, type Plan, TroupeError } from '../../index.ts';
import { createColors } from '../../presentation/colors.ts';
import { correctionQuestion, formatCorrection } from '../../presentation/correction.ts';
import { checkpointName, formatRollback, rollbackQuestion } from '../../presentation/rollback.ts';
import { selectedPlan, type UiCommand, type UiCommandContext } from '../command-context.ts';
import type { DecisionItem } from '../panes/decisions.ts';
import type { DiffRow } from '../side-by-side-diff.ts';

const noColors = createColors(false);

const correctCommand =
  (mode: CorrectionMode): UiCommand =>
  async (context, words) => {
    const { plan } = await selectedPlan(context);
    const decision = (context.selectedItem() as DecisionItem | undefined)?.decision;
    if (decision === undefined) throw new TroupeError('USAGE', 'No decision is selected');
    const asked = mode === 'revert' ? 'What should be different? ' : 'What should be done besides? ';
    const guidance = words === '' ? await context.promptText(asked) : words;
    if (guidance === null || guidance.trim() === '') return null;
    const options = { guidance, mode };
    const preview = await plan.correct(decision.decisionId, { ...options, dryRun: true });
    if (!(await context.confirm(`${correctionQuestion(preview)}?`, formatCorrection(preview, noColors).split('\n')))) {
      return 'not corrected';
    }
    await plan.correct(decision.decisionId, options);
    return 'corrected';
  };

export const correct = correctCommand('revert');
export const append = correctCommand('append');

/** Rejects the hunk or file under the cursor and has it redone. */
export const reject: UiCommand = async (context, words) => {
  const { plan } = await selectedPlan(context);
  const part = (context.selectedItem() as DiffRow | undefined)?.part ?? null;
  if (part === null) throw new TroupeError('USAGE', 'No part of a diff is selected');
  const reason = words === '' ? await context.promptText(`Why is ${part} not wanted so? `) : words;
  if (reason === null || reason.trim() === '') return null;
  const preview = await plan.review.reject([{ part, reason }], { dryRun: true });
  const details = ['a subplan receives this guidance:', ...preview.guidance.split('\n')];
  if (!(await context.confirm(`Take ${part} out of the result?`, details))) return 'not taken out';
  await plan.review.reject([{ part, reason }]);
  return `${part} is done differently`;
};

export const rollback: UiCommand = async context => {
  const { plan } = await selectedPlan(context);
  const checkpoint = context.selectedItem() as Checkpoint | undefined;
  if (checkpoint === undefined) throw new TroupeError('USAGE', 'No checkpoint is selected');
  return confirmRollback(context, plan, checkpoint);
};

/** Every rollback and correction saved a checkpoint first: rolling back to it undoes them. */
export const undo: UiCommand = async context => {
  const { plan } = await selectedPlan(context);
  const kept = (await plan.checkpoints.list()).filter(({ trigger }) =>
    ['beforeRollback', 'beforeCorrection'].includes(trigger),
  );
  const last = kept.at(-1);
  if (last === undefined) throw new TroupeError('USAGE', 'This plan was neither rolled back nor corrected');
  return confirmRollback(context, plan, last);
};

async function confirmRollback(context: UiCommandContext, plan: Plan, { checkpointId }: Checkpoint): Promise<string> {
  const preview = await plan.rollback(checkpointId, { dryRun: true });
  const { now } = context.viewModel();
  if (
    !(await context.confirm(`${rollbackQuestion(preview, now)}?`, formatRollback(preview, noColors, now).split('\n')))
  ) {
    return 'not rolled back';
  }
  const isBack = await rollbackOrForce(context, plan, checkpointId);
  return isBack ? `rolled back to ${checkpointName(preview.checkpoint)}; a continues from there` : 'not rolled back';
}

/** Rolls back; if the sandbox was changed meanwhile, asks once more. Returns whether it rolled back. */
async function rollbackOrForce(context: UiCommandContext, plan: Plan, checkpointId: string): Promise<boolean> {
  try {
    await plan.rollback(checkpointId);
  } catch (thrown) {
    TroupeError.assert(thrown, 'SANDBOX_EDITED');
    if (!(await context.confirm('Roll back anyway? The changes are kept in a checkpoint', [thrown.message])))
      return false;
    await plan.rollback(checkpointId, { force: true });
  }
  return true;
}

export const checkpoint: UiCommand = async (context, words) => {
  const { plan } = await selectedPlan(context);
  const label = words === '' ? await context.promptText('Name of the checkpoint (may be empty): ') : words;
  if (label === null) return null;
  const made = await plan.checkpoints.create(label.trim() === '' ? undefined : label);
  return `checkpoint ${checkpointName(made)}`;
};
