import { matchesId, type Plan, type Troupe, TroupeError } from '../../../index.ts';
import { correctionData, correctionQuestion, formatCorrection } from '../../../presentation/correction.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { appendFlag } from '../../output/hints.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { confirm } from '../../prompts/prompt.ts';
import { requiredArgument } from '../../required-argument.ts';

/** Changes one decision, then follows the plan until it waits or ends. */
export const run: RunCommand = async context => {
  const { args } = context;
  const decision = requiredArgument(args, 'decision');
  const guidance = args.text('guidance');
  if (guidance === undefined) {
    throw new TroupeError('USAGE', 'A correction says what should be different', {
      where: '--guidance',
      hints: [appendFlag(context.commandLine, '--guidance "what to do differently"')],
    });
  }
  const mode = args.text('mode') === 'append' ? 'append' : 'revert';
  const options = { guidance, mode, force: args.has('force') } as const;
  await using opened = await openProject(context);
  const plan = await findPlanOfDecision(context, opened.troupe, decision);
  const preview = await plan.correct(decision, { ...options, dryRun: true });
  if (args.has('dry-run')) {
    return { data: correctionData(preview), text: formatCorrection(preview, context.paint) };
  }
  await confirm(context, correctionQuestion(preview));
  const attendance = followPlan(context, plan);
  try {
    await attendance.skipHistory();
    const report = await plan.correct(decision, options);
    context.reportStarted(plan.id);
    const record = await attendance.waitUntilIdle();
    const outcome = await planCommandResult({ context, plan, record, attendance, aim: 'strategize' });
    return {
      ...outcome,
      data: { ...correctionData(report), ...outcome.data },
      text: [formatCorrection(report, context.paint), outcome.text].join('\n'),
    };
  } finally {
    attendance.close();
  }
};

/** Returns the named plan, or else the unfinished plan that has the decision. */
async function findPlanOfDecision(context: CommandContext, troupe: Troupe, decision: string): Promise<Plan> {
  const newest = () => requirePlan(context, troupe);
  if (context.args.has('plan')) return newest();
  for (const { planId } of await troupe.list({ children: true })) {
    const plan = await troupe.get(planId);
    const decisions = await plan.decisions();
    if (decisions.some(({ decisionId }) => matchesId(decisionId, decision))) return plan;
  }
  return newest();
}
