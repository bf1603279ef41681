import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import {
  commandHint,
  type Plan,
  type StrategyDraft,
  type StrategyEditReport,
  TroupeError,
  withOptions,
} from '../../../index.ts';
import { shortId } from '../../../presentation/hints.ts';
import { formatStrategyChanges } from '../../../presentation/strategy-changes.ts';
import { formatStrategyDraft, parseStrategyDraft } from '../../../presentation/strategy-text.ts';
import { pluralize } from '../../../presentation/units.ts';
import type { CommandContext, CommandOutcome, RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { editText } from '../../prompts/editor.ts';

/** Edits the strategy in an editor, or from a file, before execution. */
export const run: RunCommand = async context => {
  const { args } = context;
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  if (args.has('print')) {
    const text = formatStrategyDraft(await plan.strategyDraft());
    return { data: { plan_id: plan.id, draft: parse(text) }, text };
  }
  return editResult(plan, await editStrategy(context, plan));
};

/** Lets the user edit the strategy, in an editor or with `--with FILE`. @throws {TroupeError} USAGE, INVALID_DECISION */
export async function editStrategy(context: CommandContext, plan: Plan): Promise<StrategyEditReport> {
  const after = await editedDraft(context, plan, formatStrategyDraft(await plan.strategyDraft()));
  return plan.editStrategy(after, { dryRun: context.args.has('dry-run') });
}

/** @throws {TroupeError} USAGE, FILE_NOT_FOUND, INVALID_DECISION */
async function editedDraft(context: CommandContext, plan: Plan, before: string): Promise<StrategyDraft> {
  const file = context.args.text('with');
  const again = commandHint('plan edit', { planId: shortId(plan.id) });
  if (file === undefined) {
    const content = Buffer.from(before);
    const alternative = withOptions(again, { print: true });
    const found = await editText(context, { name: 'strategy.yaml', content, again, alternative });
    if (found.code === 0) return parseStrategyDraft(found.content.toString(), again);
    throw new TroupeError('USAGE', `The editor ended with code ${found.code}; nothing was changed`, { hints: [again] });
  }
  const path = resolve(context.globals.directory, file);
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new TroupeError('FILE_NOT_FOUND', 'This file cannot be read', {
      where: path,
      hints: [withOptions(again, { print: true })],
      cause,
    });
  });
  return parseStrategyDraft(text, again);
}

function editResult(plan: Plan, report: StrategyEditReport): CommandOutcome {
  const { changed, added, withdrawn, correctionId, dryRun } = report;
  const lines = formatStrategyChanges(report).map(line => `  ${line}`);
  const head = `${dryRun ? 'Would be' : 'Recorded'} a new revision: ${pluralize(lines.length, 'change')}`;
  const next = `troupe plan execute ${shortId(plan.id)}`;
  return {
    data: {
      ...{ plan_id: plan.id, correction_id: correctionId, dry_run: dryRun, next: [next] },
      changed: changed.map(({ from, to }) => ({ from: from.decisionId, to: to.decisionId })),
      added: added.map(({ decisionId }) => decisionId),
      withdrawn: withdrawn.map(({ decisionId }) => decisionId),
    },
    text: lines.length === 0 ? 'Nothing was changed.' : [head, ...lines, `  next: ${next}`].join('\n'),
  };
}
