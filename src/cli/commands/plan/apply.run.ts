import {
  type ApplyOptions,
  type ApplyPreview,
  type Plan,
  type PlanRecord,
  type SerializedError,
  TroupeError,
} from '../../../index.ts';
import { formatApplyPreview } from '../../../presentation/apply-preview.ts';
import { formatTarget } from '../../../presentation/apply-target.ts';
import { nextCommands, nextHints, nextLines } from '../../../presentation/next-commands.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { stateReason } from '../../../presentation/plan-state.ts';
import { summarizeResult } from '../../../presentation/result-summary.ts';
import { hintData } from '../../../presentation/snake-case.ts';
import { pluralize } from '../../../presentation/units.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { chooseApplyTarget } from '../../prompts/choose-target.ts';
import { confirm } from '../../prompts/prompt.ts';
import { reportTakeUp } from '../../run-plan-command.ts';
import { applyOptionsFromFlags } from './apply-options.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const here = opened.location.root;
  const options = applyOptionsFromFlags(context, here);
  const plan = await requirePlan(context, opened.troupe);
  if (context.args.has('dry-run')) return await dryRun(context, plan, options);
  const part = isPartial(options) ? await previewWithTarget(context, plan, options) : null;
  if (part?.preview.continues) return await applySelection(context, plan, part);
  // An apply whose process ended was already confirmed: finish it without asking again.
  const record = await plan.record();
  const isRunning = record.phase === 'apply' && record.state === 'processing';
  const wanted = isRunning ? options : await confirmApply(context, plan, part?.options ?? options);
  const attendance = followPlan(context, plan);
  try {
    await attendance.skipHistory();
    if (isRunning) {
      reportTakeUp(context, record);
      await opened.troupe.resume();
    } else await plan.apply(wanted);
    return await planCommandResult({
      context,
      plan,
      record: await attendance.waitUntilIdle(),
      attendance,
      aim: 'apply',
    });
  } finally {
    attendance.close();
  }
};

const isPartial = ({ only, finished, subplans }: ApplyOptions) =>
  only !== undefined || subplans !== undefined || finished === true;

/** What would be applied and where; the user has chosen the target if it was ambiguous. */
interface PreparedApply {
  options: ApplyOptions;
  preview: ApplyPreview;
}

/** @throws {TroupeError} TARGET_CHANGED, CANCELLED */
async function previewWithTarget(context: CommandContext, plan: Plan, options: ApplyOptions): Promise<PreparedApply> {
  const preview = await plan.previewApply(options);
  const target = await chooseApplyTarget(context, preview.blockedBy);
  if (target === null) return { options, preview };
  const wanted = { ...options, target };
  return { options: wanted, preview: await plan.previewApply(wanted) };
}

/** Applies what was shown; the plan stays in its state or continues. */
async function applySelection(
  context: CommandContext,
  plan: Plan,
  { options, preview }: PreparedApply,
): ReturnType<RunCommand> {
  const { target, treeOid: shown } = preview;
  const before = await plan.record();
  if (!context.globals.yes)
    context.log(await previewFor(context, plan, { record: before, preview, here: options.from }));
  await confirm(context, `Apply this part to ${formatTarget(target, before, options.from)}`);
  await plan.apply({ ...options, target, expectedTree: shown });
  const record = await plan.record();
  const applied = record.appliedParts?.at(-1);
  const next = nextCommands(record);
  const commits = applied?.commits.map(commit => commit.slice(0, 12)).join(', ');
  return {
    data: { plan: planData(record), summary: await summarizeResult(plan, record), next },
    text: [
      `${context.paint.bold('applied')}  ${pluralize(applied?.files.length ?? 0, 'file')} on ${formatTarget(target, record, options.from)}${commits ? ` as ${commits}` : ''}`,
      stateReason(record),
      ...nextLines(next, context.paint),
    ].join('\n'),
  };
}

/** Shows what would be applied, where, and its validations, then asks for confirmation. Returns the target. */
export async function confirmApply(
  context: CommandContext,
  plan: Plan,
  asked: ApplyOptions,
  typed?: string,
): Promise<ApplyOptions> {
  const record = await plan.record();
  if (context.globals.yes || !hasResult(record)) return asked;
  const { options, preview } = await previewWithTarget(context, plan, asked);
  context.log(await previewFor(context, plan, { record, preview, here: options.from }));
  await confirm(context, `Apply to ${formatTarget(preview.target, record, options.from)}`, typed);
  return options;
}

/** There is a result to apply: Execute is complete, or an apply was rejected since. */
const hasResult = ({ phase, state, resultTree, availableCommands }: PlanRecord) =>
  resultTree !== null && (availableCommands.includes('apply') || (phase === 'execute' && state === 'complete'));

async function previewFor(
  { paint }: Pick<CommandContext, 'paint'>,
  plan: Plan,
  { record, preview, here }: { record: PlanRecord; preview: ApplyPreview; here: string | undefined },
): Promise<string> {
  const target = formatTarget(preview.target, record, here);
  return formatApplyPreview({ preview, record, summary: await summarizeResult(plan, record), target, paint });
}

async function dryRun(context: CommandContext, plan: Plan, options: ApplyOptions): ReturnType<RunCommand> {
  const record = await plan.record();
  if (!isPartial(options) && !hasResult(record)) {
    throw new TroupeError(
      'PHASE_GUARD',
      `Only a plan whose execution is complete can be applied; this one is ${record.phase} ${record.state}`,
      {
        where: `plan ${record.planId}`,
        hints: nextHints(record),
      },
    );
  }
  const preview = await plan.previewApply(options);
  const { target, excluded, subplans, continues, message, messageError, postApply, moved, uncommitted, blockedBy } =
    preview;
  return {
    data: {
      dry_run: true,
      target,
      plan: planData(record),
      summary: await summarizeResult(plan, record),
      preview: {
        files: preview.files.map(({ path, operation }) => ({ path, operation })),
        ...{
          excluded,
          subplans,
          continues,
          message,
          message_error: messageError && { code: messageError.code, message: messageError.message },
          post_apply: postApply?.argv ?? null,
          moved,
          uncommitted,
          blocked_by: blockedBy && errorData(blockedBy),
        },
      },
    },
    text: await previewFor(context, plan, { record, preview, here: options.from }),
  };
}

const errorData = ({ code, message, hints }: SerializedError) => ({ code, message, hints: hints.map(hintData) });
