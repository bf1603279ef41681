import type { ApplyPreview, PlanRecord } from '../index.ts';
import type { Colors } from './colors.ts';
import { formatFindings } from './findings.ts';
import { formatHint } from './hints.ts';
import { pendingGuidanceLines } from './pending-guidance.ts';
import { formatSummary, type ResultSummary } from './result-summary.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';

export interface ApplyPreviewText {
  preview: ApplyPreview;
  record: Pick<PlanRecord, 'validationResults' | 'findings' | 'guidance' | 'guidanceDelivered'>;
  summary: ResultSummary;
  /** As text. */
  target: string;
  paint: Colors;
}

/** Formats what would be applied, where, its validations and review, its commit message, and the state of the target. */
export function formatApplyPreview({ preview, record, summary, target, paint }: ApplyPreviewText): string {
  const { stat, excluded, subplans, continues, postApply, moved, uncommitted, blockedBy } = preview;
  const { validationResults, findings = [] } = record;
  const checks = validationResults.map(
    ({ name, passed, required, exitCode, cached = false }) =>
      `  ${passed ? 'passed' : 'FAILED'}  ${sanitizeLine(name)}${required ? '' : ' (informational)'}  exit ${exitCode ?? 'none'}${cached ? ' (cached)' : ''}`,
  );
  return [
    stat.trimEnd(),
    formatSummary(summary),
    ...checks,
    ...formatFindings(findings, paint).map(line => `  ${line}`),
    ...pendingGuidanceLines(record),
    ...(excluded.length === 0
      ? []
      : [
          `Not selected: ${excluded.map(sanitizeLine).join(', ')}; the checks run again for what is applied`,
          continues
            ? 'The parts that you did not select can be applied later: troupe plan apply'
            : 'The parts that you did not select are discarded, and the plan is finished',
        ]),
    ...(subplans.length === 0
      ? []
      : [`Made by ${pluralize(subplans.length, 'subplan')}; the plan continues from there`]),
    ...messageLines(preview),
    `To: ${target}`,
    ...(moved === null ? [] : [targetMovedText(moved)]),
    ...(uncommitted.length === 0 ? [] : [formatUncommitted(uncommitted)]),
    ...(postApply === null ? [] : [`Then: ${sanitizeLine(postApply.argv.join(' '))}`]),
    ...(blockedBy === null
      ? []
      : [
          `Cannot apply now: ${sanitizeLine(blockedBy.message)}`,
          ...blockedBy.hints.map(hint => `  try: ${formatHint(hint)}`),
        ]),
  ].join('\n');
}

/** The complete commit message: subject and body. */
function messageLines({ message, messageError }: ApplyPreview): string[] {
  const [subject = '', ...rest] = message.trimEnd().split('\n');
  return [
    `Message: ${sanitizeLine(subject)}`,
    ...rest.map(line => `  ${sanitizeLine(line)}`.trimEnd()),
    ...(messageError === null
      ? []
      : [`  (the default: the applyActor wrote none: ${sanitizeLine(messageError.message)})`]),
  ];
}

/** Formats your uncommitted changes in the checkout, which stay unchanged. */
export function formatUncommitted(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map(sanitizeLine).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return `Your uncommitted changes stay as they are: ${shown}${more}`;
}

function targetMovedText({ commit, conflicts }: NonNullable<ApplyPreview['moved']>): string {
  const where = `The target has moved on to ${commit.slice(0, 8)}`;
  return conflicts.length === 0
    ? `${where}: the result is merged onto it and checked again`
    : `${where}, and its changes conflict with the result in ${conflicts.map(sanitizeLine).join(', ')}`;
}
