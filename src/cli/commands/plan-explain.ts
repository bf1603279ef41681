import type { Decision } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Context, Run } from '../verb.ts';
import { branches } from '../view/branches.ts';
import { planData } from '../view/plan-data.ts';
import { reason, standing } from '../view/standing.ts';
import { leadingOn } from '../view/ways.ts';

/** Why the plan is as it is: what was decided and rejected, why it rests, and what leads on. */
export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const record = await plan.record();
  const decisions = await plan.decisions({ superseded: context.given.has('superseded') });
  const next = leadingOn(record);
  const { paint } = context;
  return {
    data: { plan: planData(record), decisions: snakeKeys(decisions), reason: reason(record), next },
    text: [
      `${paint.bold(standing(record))}  ${cleanLine(record.description)}`,
      reason(record),
      '',
      ...treeOf(decisions, paint),
      '',
      ...(next.length === 0 ? ['Nothing leads on from here.'] : next.map(way => `  next: ${paint.cyan(way)}`)),
    ].join('\n'),
  };
};

interface Leaf {
  label: string;
  children: Leaf[];
}

function treeOf(decisions: readonly Decision[], paint: Context['paint']): string[] {
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  const leaf = (decision: Decision): Leaf => ({
    label: labelOf(decision, paint),
    children: [
      ...decision.alternatives.map(option => ({ label: paint.dim(rejected(option)), children: [] })),
      ...decisions.filter(({ parentDecisionId }) => parentDecisionId === decision.decisionId).map(leaf),
    ],
  });
  const roots = decisions.filter(({ parentDecisionId }) => parentDecisionId === null || !known.has(parentDecisionId));
  return roots.flatMap(root =>
    branches(
      leaf(root),
      ({ children }) => children,
      ({ label }) => label,
    ),
  );
}

function labelOf(decision: Decision, paint: Context['paint']): string {
  const superseded = decision.supersededBy === null ? '' : ' [superseded]';
  const confidence = decision.confidence === 1 ? '' : ` (confidence ${decision.confidence})`;
  const why = decision.rationale === '' ? '' : ` — ${cleanLine(decision.rationale)}`;
  const type = paint.bold(decision.type.replaceAll('_', ' '));
  return `${type}: ${cleanLine(decision.question)} → ${cleanLine(decision.chosenOption)}${confidence}${why}${superseded}`;
}

function rejected({ description, reason: why }: Decision['alternatives'][number]): string {
  return `rejected: ${cleanLine(description)}${why === '' ? '' : ` — ${cleanLine(why)}`}`;
}
