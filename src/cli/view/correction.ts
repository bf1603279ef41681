import type { Correction, CorrectionReport, Decision } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { snakeKeys } from '../snake.ts';
import { age } from './rollback.ts';
import { shortId } from './ways.ts';

/** What is asked before a decision is corrected. */
export function correctionQuestion({ decision, mode, invalidated, redone, children }: CorrectionReport): string {
  if (mode === 'append') return `Add a subplan to what "${cleanLine(decision.chosenOption)}" decided`;
  const falls = [
    count(invalidated.length + redone.length, 'decision'),
    count(children.cancelled.length + children.takenBack.length, 'subplan'),
  ].join(', ');
  return `Decide "${cleanLine(decision.chosenOption)}" otherwise, and make anew ${falls}`;
}

const from = {
  strategize: 'the strategy is thought through again',
  work: 'the agent goes on from before that decision',
  children: 'the subplan runs again, and its result is merged with those of the others',
} as const;

export function correctionText(report: CorrectionReport, paint: Paint): string {
  const { dryRun, decision, mode, invalidated, redone, children, warnings, estimateMs } = report;
  const listed = (title: string, decisions: readonly Decision[]) =>
    decisions.length === 0
      ? []
      : [title, ...decisions.map(each => `  ${paint.cyan(shortId(each.decisionId))}  ${cleanLine(each.chosenOption)}`)];
  const lines = (title: string, planIds: readonly string[]) =>
    planIds.length === 0 ? [] : [`${title}: ${planIds.map(shortId).join(', ')}`];
  return [
    `${paint.bold(dryRun ? 'would correct' : 'corrected')} "${cleanLine(decision.chosenOption)}"  ${shortId(decision.decisionId)}`,
    mode === 'append' ? 'a subplan of its own is run and merged into the result' : from[report.from],
    ...listed('decided anew:', invalidated),
    ...listed('done anew, since its files go back too:', redone),
    ...lines('subplans stopped', children.cancelled),
    ...lines('subplans whose work is taken back', children.takenBack),
    ...lines('subplans that are kept', children.kept),
    ...warnings.map(warning => `  ${paint.yellow('mind')}: ${cleanLine(warning)}`),
    ...(estimateMs > 0 ? [`that work took ${(estimateMs / 1000).toFixed(1)} s before`] : []),
  ].join('\n');
}

/** The report as machines read it. */
export function correctionData(report: CorrectionReport): Record<string, unknown> {
  const ids = (decisions: readonly Decision[]) => decisions.map(({ decisionId }) => decisionId);
  const { correctionId, planId, decision, mode, guidance, from, invalidated, redone, excluded } = report;
  const { children, warnings, estimateMs, attempt, dryRun } = report;
  return {
    ...(dryRun ? { dry_run: true } : {}),
    correction: snakeKeys({
      ...{ correctionId, planId, decisionId: decision.decisionId, mode, guidance, from, attempt },
      ...{ invalidated: ids(invalidated), redone: ids(redone), excluded: ids(excluded) },
      ...{ children, warnings, estimateMs },
    }),
  };
}

export function correctionLine(correction: Correction, paint: Paint, now: number): string {
  const { correctionId, createdAt, mode, guidance } = correction;
  return `${paint.cyan(shortId(correctionId))}  ${age(createdAt, now)} ago  ${mode}  "${cleanLine(guidance)}"`;
}
