import { Fault, matchesId, type Plan, type Troupe } from '../../index.ts';
import { approve } from '../ask.ts';
import { attend } from '../attend.ts';
import { withFlag } from '../hints.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import type { Context, Run } from '../verb.ts';
import { correctionData, correctionQuestion, correctionText } from '../view/correction.ts';

/** One decision made otherwise, then staying with the plan until it rests. */
export const run: Run = async context => {
  const { given } = context;
  const decision = given.text('decision') ?? '';
  const guidance = given.text('guidance') ?? '';
  if (guidance.trim() === '') {
    throw new Fault('USAGE', 'A correction says what should be different', {
      where: '--guidance',
      hints: [withFlag(context.typed, '--guidance "what to do otherwise"')],
    });
  }
  const mode = given.text('mode') === 'append' ? 'append' : 'revert';
  const options = { guidance, mode, force: given.has('force') } as const;
  await using opened = await openHere(context);
  const plan = await planWith(context, opened.troupe, decision);
  const preview = await plan.correct(decision, { ...options, dryRun: true });
  if (given.has('dry-run')) {
    return { data: correctionData(preview), text: correctionText(preview, context.paint) };
  }
  await approve(context, correctionQuestion(preview));
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    const report = await plan.correct(decision, options);
    context.begun(plan.id);
    const record = await attendance.settle();
    const outcome = await outcomeOf({ context, plan, record, attendance, aim: 'strategize' });
    return {
      ...outcome,
      data: { ...correctionData(report), ...outcome.data },
      text: [correctionText(report, context.paint), outcome.text].join('\n'),
    };
  } finally {
    attendance.close();
  }
};

/** The plan that is named, or else the unfinished one that has the decision. */
async function planWith(context: Context, troupe: Troupe, decision: string): Promise<Plan> {
  const newest = () => planOf(context, troupe);
  if (context.given.has('plan')) return newest();
  for (const { planId } of await troupe.plans({ children: true })) {
    const plan = await troupe.plan(planId);
    const decisions = await plan.decisions();
    if (decisions.some(({ decisionId }) => matchesId(decisionId, decision))) return plan;
  }
  return newest();
}
