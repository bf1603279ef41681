/** Commands that apply a result: all of it, or the marked parts. */
import { resolve } from 'node:path';
import { type ApplyOptions, type ApplyTarget, commandHint, type PlanRecord, TroupeError } from '../../index.ts';
import { formatApplyPreview } from '../../presentation/apply-preview.ts';
import { formatTarget } from '../../presentation/apply-target.ts';
import { createColors } from '../../presentation/colors.ts';
import { summarizeResult } from '../../presentation/result-summary.ts';
import { pluralize } from '../../presentation/units.ts';
import { selectedPlan, type UiCommand, type UiCommandContext, waitUntilStarted } from '../command-context.ts';
import { splitFirstWord } from '../split-words.ts';
import { notAllowedError } from './errors.ts';

/** `branch NAME`, `patch FILE`, or nothing for the checkout. */
export const apply: UiCommand = async (context, words) => {
  const target = parseTarget(words, context.services.folder);
  const { plan, record } = await selectedPlan(context);
  if (!record.availableCommands.includes('apply') && !record.availableCommands.includes('approve'))
    throw notAllowedError(record, 'there is no result to apply');
  const only = selectedParts(context, record);
  const options: ApplyOptions = { ...(target !== undefined && { target }), ...(only.length === 0 ? {} : { only }) };
  const what = only.length === 0 ? 'Apply' : `Apply ${pluralize(only.length, 'part')}`;
  const preview = await plan.previewApply(options);
  const name = formatTarget(preview.target, record);
  const summary = await summarizeResult(plan, record);
  const details = formatApplyPreview({ preview, record, summary, target: name, paint: createColors(false) }).split(
    '\n',
  );
  if (!(await context.confirm(`${what} to ${name}?`, details))) return 'not applied';
  await plan.ifUnchangedSince(record).apply(options);
  await waitUntilStarted(plan);
  return `"${record.description}" is applied to ${name}`;
};

/** Hunk numbers are only valid for one result. @throws {TroupeError} LOCK_CONFLICT when the result has changed */
function selectedParts(context: UiCommandContext, { planId, resultTree }: PlanRecord): string[] {
  const { marks } = context.viewModel().state;
  if (marks === null) return [];
  if (marks.tree === resultTree) return [...marks.parts];
  throw new TroupeError('LOCK_CONFLICT', 'The result is not the one whose parts are marked; M marks nothing', {
    where: `plan ${planId}`,
    hints: [commandHint('plan review', { planId })],
  });
}

function parseTarget(words: string, folder: string): ApplyTarget | undefined {
  const { word: kind, rest: name } = splitFirstWord(words);
  if (kind === 'branch' && name !== '') return { kind: 'branch', branch: name };
  if (kind === 'patch' && name !== '') return { kind: 'patch', file: resolve(folder, name) };
  if (kind === '') return undefined;
  throw new TroupeError(
    'USAGE',
    `A result is applied to the checkout, to "branch NAME" or to "patch FILE", not to "${words}"`,
  );
}
