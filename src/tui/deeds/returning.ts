/** Deeds that change what was: corrections and ways back. Each tells what falls before it is done. */
import { painter } from '../../cli/paint.ts';
import { correctionQuestion, correctionText } from '../../cli/view/correction.ts';
import { nameOf, question, rollbackText } from '../../cli/view/rollback.ts';
import { type Checkpoint, type CorrectionMode, Fault, type Plan } from '../../index.ts';
import type { DiffRow } from '../diff-sides.ts';
import { type Deed, type Hand, selected } from '../hand.ts';
import type { DecisionItem } from '../panes/decisions.ts';

const bare = painter(false);

const correcting =
  (mode: CorrectionMode): Deed =>
  async (hand, words) => {
    const { plan } = await selected(hand);
    const decision = (hand.item() as DecisionItem | undefined)?.decision;
    if (decision === undefined) throw new Fault('USAGE', 'No decision is selected');
    const asked = mode === 'revert' ? 'What should be different? ' : 'What should be done besides? ';
    const guidance = words === '' ? await hand.say(asked) : words;
    if (guidance === null || guidance.trim() === '') return null;
    const options = { guidance, mode };
    const preview = await plan.correct(decision.decisionId, { ...options, dryRun: true });
    if (!(await hand.ask(`${correctionQuestion(preview)}?`, correctionText(preview, bare).split('\n')))) {
      return 'not corrected';
    }
    await plan.correct(decision.decisionId, options);
    return 'corrected';
  };

export const correct = correcting('revert');
export const append = correcting('append');

/** The hunk or file under the cursor, taken out of the result and done otherwise. */
export const reject: Deed = async (hand, words) => {
  const { plan } = await selected(hand);
  const part = (hand.item() as DiffRow | undefined)?.part ?? null;
  if (part === null) throw new Fault('USAGE', 'No part of a diff is selected');
  const reason = words === '' ? await hand.say(`Why is ${part} not wanted so? `) : words;
  if (reason === null || reason.trim() === '') return null;
  const preview = await plan.reject([{ part, reason }], { dryRun: true });
  const facts = ['a subplan is asked to do it otherwise:', ...preview.guidance.split('\n')];
  if (!(await hand.ask(`Take ${part} out of the result?`, facts))) return 'not taken out';
  await plan.reject([{ part, reason }]);
  return `${part} is done otherwise`;
};

export const rollback: Deed = async hand => {
  const { plan } = await selected(hand);
  const checkpoint = hand.item() as Checkpoint | undefined;
  if (checkpoint === undefined) throw new Fault('USAGE', 'No checkpoint is selected');
  return goBack(hand, plan, checkpoint);
};

/** The present was kept before each way back and each correction: going there takes that back. */
export const undo: Deed = async hand => {
  const { plan } = await selected(hand);
  const kept = (await plan.checkpoints()).filter(({ trigger }) =>
    ['beforeRollback', 'beforeCorrection'].includes(trigger),
  );
  const last = kept.at(-1);
  if (last === undefined) throw new Fault('USAGE', 'Nothing was taken back or corrected in this plan');
  return goBack(hand, plan, last);
};

async function goBack(hand: Hand, plan: Plan, { checkpointId }: Checkpoint): Promise<string> {
  const preview = await plan.rollback(checkpointId, { dryRun: true });
  const { now } = hand.facts();
  if (!(await hand.ask(`${question(preview, now)}?`, rollbackText(preview, bare, now).split('\n')))) {
    return 'not taken back';
  }
  const isBack = await backFrom(hand, plan, checkpointId);
  return !isBack ? 'not taken back' : `back to ${nameOf(preview.checkpoint)}; a goes on from there`;
}

/** Goes back; where somebody changed the sandbox meanwhile, asks once more. Whether it went. */
async function backFrom(hand: Hand, plan: Plan, checkpointId: string): Promise<boolean> {
  try {
    await plan.rollback(checkpointId);
  } catch (thrown) {
    if (!Fault.is(thrown) || thrown.code !== 'SANDBOX_EDITED') throw thrown;
    if (!(await hand.ask('Go back all the same? What was changed is kept in a checkpoint', [thrown.message])))
      return false;
    await plan.rollback(checkpointId, { force: true });
  }
  return true;
}

export const checkpoint: Deed = async (hand, words) => {
  const { plan } = await selected(hand);
  const label = words === '' ? await hand.say('Name of the checkpoint (may be empty): ') : words;
  if (label === null) return null;
  const made = await plan.checkpoint(label.trim() === '' ? undefined : label);
  return `checkpoint ${nameOf(made)}`;
};
