import type { Correction, CorrectionReport, Decision } from '../index.ts';
import type { Colors } from './colors.ts';
import { formatAge, formatDuration } from './duration.ts';
import { shortId } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { toSnakeCaseKeys } from './snake-case.ts';
import { pluralize } from './units.ts';

/** Returns the confirmation question before a correction. */
export function correctionQuestion({ decision, mode, invalidated, redone, children }: CorrectionReport): string {
  if (mode === 'append') return `Add a subplan to what "${sanitizeLine(decision.chosenOption)}" decided`;
  const falls = [
    pluralize(invalidated.length + redone.length, 'decision'),
    pluralize(children.cancelled.length + children.takenBack.length, 'subplan'),
  ].join(', ');
  return `Decide "${sanitizeLine(decision.chosenOption)}" differently, and redo ${falls}`;
}

const restartTexts = {
  strategize: 'the strategy is thought through again',
  work: 'the agent continues from before that decision',
  children: 'the subplan runs again, and its result is merged with those of the others',
} as const;

export function formatCorrection(report: CorrectionReport, paint: Colors): string {
  const { dryRun, decision, mode, invalidated, redone, children, warnings, estimateMs } = report;
  const listed = (title: string, decisions: readonly Decision[]) =>
    decisions.length === 0
      ? []
      : [
          title,
          ...decisions.map(each => `  ${paint.cyan(shortId(each.decisionId))}  ${sanitizeLine(each.chosenOption)}`),
        ];
  const lines = (title: string, planIds: readonly string[]) =>
    planIds.length === 0 ? [] : [`${title}: ${planIds.map(shortId).join(', ')}`];
  return [
    `${paint.bold(dryRun ? 'would correct' : 'corrected')} "${sanitizeLine(decision.chosenOption)}"  ${shortId(decision.decisionId)}`,
    mode === 'append' ? 'a subplan of its own is run and merged into the result' : restartTexts[report.from],
    ...listed('decided again:', invalidated),
    ...listed('also runs again, because its files are reverted:', redone),
    ...lines('subplans stopped', children.cancelled),
    ...lines('subplans whose work is taken back', children.takenBack),
    ...lines('subplans that are kept', children.kept),
    ...warnings.map(warning => `  ${paint.yellow('mind')}: ${sanitizeLine(warning)}`),
    ...(estimateMs > 0 ? [`that work took ${formatDuration(estimateMs, { tenths: true })} before`] : []),
  ].join('\n');
}

/** Returns the report as JSON for programs. */
export function correctionData(report: CorrectionReport): Record<string, unknown> {
  const ids = (decisions: readonly Decision[]) => decisions.map(({ decisionId }) => decisionId);
  const { correctionId, planId, decision, mode, guidance, from, invalidated, redone, excluded } = report;
  const { children, warnings, estimateMs, attempt, dryRun } = report;
  return {
    ...(dryRun ? { dry_run: true } : {}),
    correction: toSnakeCaseKeys({
      ...{ correctionId, planId, decisionId: decision.decisionId, mode, guidance, from, attempt },
      ...{ invalidated: ids(invalidated), redone: ids(redone), excluded: ids(excluded) },
      ...{ children, warnings, estimateMs },
    }),
  };
}

export function correctionRow(correction: Correction, paint: Colors, now: number): string {
  const { correctionId, createdAt, mode, guidance } = correction;
  return `${paint.cyan(shortId(correctionId))}  ${formatAge(createdAt, now)} ago  ${mode}  "${sanitizeLine(guidance)}"`;
}
