import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { type EditReport, Fault, type Plan, type PlanDraft } from '../../index.ts';
import { inEditor } from '../in-editor.ts';
import { openHere, planOf } from '../open.ts';
import { count } from '../progress/sentence.ts';
import { draftIn, textOfDraft } from '../strategy-text.ts';
import type { Context, Outcome, Run } from '../verb.ts';
import { changesIn } from '../view/edit-report.ts';
import { shortId } from '../view/ways.ts';

/** The strategy in an editor, or from a file, before anything is done about it. */
export const run: Run = async context => {
  const { given } = context;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  if (given.has('print')) {
    const text = textOfDraft(await plan.draft());
    return { data: { plan_id: plan.id, draft: parse(text) }, text };
  }
  return told(plan, await editStrategy(context, plan));
};

/** Takes the strategy as the person changes it, in an editor or with `--with FILE`. @throws {Fault} USAGE, INVALID_DECISION */
export async function editStrategy(context: Context, plan: Plan): Promise<EditReport> {
  const after = await wanted(context, plan, textOfDraft(await plan.draft()));
  return plan.edit(after, { dryRun: context.given.has('dry-run') });
}

/** @throws {Fault} USAGE, FILE_NOT_FOUND, INVALID_DECISION */
async function wanted(context: Context, plan: Plan, before: string): Promise<PlanDraft> {
  const file = context.given.text('with');
  const again = `troupe plan edit ${shortId(plan.id)}`;
  if (file === undefined) {
    const content = Buffer.from(before);
    const otherwise = `${again} --print`;
    const found = await inEditor(context, { name: 'strategy.yaml', content, again, otherwise });
    if (found.code === 0) return draftIn(found.content.toString(), again);
    throw new Fault('USAGE', `The editor ended with code ${found.code}; nothing was changed`, { hints: [again] });
  }
  const path = resolve(context.globals.directory, file);
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new Fault('FILE_NOT_FOUND', 'This file cannot be read', { where: path, hints: [`${again} --print`], cause });
  });
  return draftIn(text, again);
}

function told(plan: Plan, report: EditReport): Outcome {
  const { changed, added, withdrawn, correctionId, dryRun } = report;
  const lines = changesIn(report).map(line => `  ${line}`);
  const head = `${dryRun ? 'Would be' : 'Recorded'} a new revision: ${count(lines.length, 'change')}`;
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
