/** The command that edits a strategy before execution. */

import { commandHint, type Plan, type StrategyDraft, type StrategyEditReport, TroupeError } from '../../index.ts';
import { formatStrategyChanges } from '../../presentation/strategy-changes.ts';
import { pluralize } from '../../presentation/units.ts';
import { selectedPlan, type UiCommand, type UiCommandContext } from '../command-context.ts';

/** It reads YAML: the screen appears earlier without it. */
const loadText = () => import('../../presentation/strategy-text.ts');

export const editPlanStrategy: UiCommand = async context => {
  const { plan } = await selectedPlan(context);
  const { formatStrategyDraft } = await loadText();
  const found = await editUntilValid(context, plan, formatStrategyDraft(await plan.strategyDraft()));
  if (found === null) return 'not changed';
  const lines = formatStrategyChanges(found.report);
  if (lines.length === 0) return 'nothing was changed';
  if (!(await context.confirm(`Record a new revision with ${pluralize(lines.length, 'change')}?`, lines)))
    return 'not changed';
  await plan.editStrategy(found.draft);
  return `a new revision; a continues with it`;
};

/** Repeats until the text is valid or the user gives up, so that a typo loses nothing. */
async function editUntilValid(
  context: UiCommandContext,
  plan: Plan,
  before: string,
): Promise<{ draft: StrategyDraft; report: StrategyEditReport } | null> {
  const again = commandHint('plan edit', { planId: plan.id });
  const { parseStrategyDraft } = await loadText();
  const text = await context.services.editText('strategy.yaml', before, again);
  try {
    const draft = parseStrategyDraft(text, again);
    return { draft, report: await plan.editStrategy(draft, { dryRun: true }) };
  } catch (thrown) {
    TroupeError.assert(thrown, 'INVALID_DECISION');
    const isWanted = await context.confirm('Change it again?', thrown.message.split('\n'));
    return isWanted ? editUntilValid(context, plan, text) : null;
  }
}
