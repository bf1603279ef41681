/** The strategy of a plan that waits, as a person would have it. */
import { count } from '../../cli/progress/sentence.ts';
import { draftIn, textOfDraft } from '../../cli/strategy-text.ts';
import { changesIn } from '../../cli/view/edit-report.ts';
import { type EditReport, Fault, type Plan, type PlanDraft } from '../../index.ts';
import { type Deed, type Hand, selected } from '../hand.ts';

export const revise: Deed = async hand => {
  const { plan } = await selected(hand);
  const found = await written(hand, plan, textOfDraft(await plan.draft()));
  if (found === null) return 'not changed';
  const lines = changesIn(found.report);
  if (lines.length === 0) return 'nothing was changed';
  if (!(await hand.ask(`Record a new revision with ${count(lines.length, 'change')}?`, lines))) return 'not changed';
  await plan.edit(found.draft);
  return `a new revision; a goes on with it`;
};

/** Until it can be read and holds, or the person has enough: nobody loses what they wrote to a slip. */
async function written(
  hand: Hand,
  plan: Plan,
  before: string,
): Promise<{ draft: PlanDraft; report: EditReport } | null> {
  const again = `troupe plan edit ${plan.id}`;
  const text = await hand.outside.rewrite('strategy.yaml', before, again);
  try {
    const draft = draftIn(text, again);
    return { draft, report: await plan.edit(draft, { dryRun: true }) };
  } catch (thrown) {
    if (!Fault.is(thrown) || thrown.code !== 'INVALID_DECISION') throw thrown;
    const isWanted = await hand.ask('Change it again?', thrown.message.split('\n'));
    return isWanted ? written(hand, plan, text) : null;
  }
}
