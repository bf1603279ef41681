import type { LandingPreview, PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { findingLines } from './findings.ts';
import { type Summary, summaryLine } from './summary.ts';

export interface PreviewShown {
  preview: LandingPreview;
  record: Pick<PlanRecord, 'validationResults' | 'findings'>;
  summary: Summary;
  /** In words. */
  target: string;
  paint: Paint;
}

/** What would land, where, what was checked and reviewed, what its commit says, and what would be met there. */
export function previewText({ preview, record, summary, target, paint }: PreviewShown): string {
  const { stat, left, subplans, goesOn, after, moved, uncommitted, obstacle } = preview;
  const { validationResults, findings = [] } = record;
  const checks = validationResults.map(
    ({ name, passed, required, exitCode, cached = false }) =>
      `  ${passed ? 'passed' : 'FAILED'}  ${cleanLine(name)}${required ? '' : ' (informational)'}  exit ${exitCode ?? 'none'}${cached ? ' (cached)' : ''}`,
  );
  return [
    stat.trimEnd(),
    summaryLine(summary),
    ...checks,
    ...findingLines(findings, paint).map(line => `  ${line}`),
    ...(left.length === 0
      ? []
      : [
          `Left behind: ${left.map(cleanLine).join(', ')}; the checks run again for what lands`,
          goesOn
            ? 'What is left behind can land later: troupe plan apply'
            : 'What is left behind is let go of: the plan is over',
        ]),
    ...(subplans.length === 0 ? [] : [`Made by ${count(subplans.length, 'subplan')}; the plan goes on from there`]),
    ...messageLines(preview),
    `To: ${target}`,
    ...(moved === null ? [] : [movedText(moved)]),
    ...(uncommitted.length === 0 ? [] : [uncommittedText(uncommitted)]),
    ...(after === null ? [] : [`Then: ${cleanLine(after.argv.join(' '))}`]),
    ...(obstacle === null
      ? []
      : [`Refused as things are: ${cleanLine(obstacle.message)}`, ...obstacle.hints.map(hint => `  try: ${hint}`)]),
  ].join('\n');
}

/** The commit's message whole: its first line, and what is below it. */
function messageLines({ message, messageFault }: LandingPreview): string[] {
  const [subject = '', ...rest] = message.trimEnd().split('\n');
  return [
    `Message: ${cleanLine(subject)}`,
    ...rest.map(line => `  ${cleanLine(line)}`.trimEnd()),
    ...(messageFault === null
      ? []
      : [`  (the default: the applyActor wrote none: ${cleanLine(messageFault.message)})`]),
  ];
}

/** What is the user's own in the checkout, and stays so. */
export function uncommittedText(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map(cleanLine).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return `Your uncommitted changes stay as they are: ${shown}${more}`;
}

function movedText({ commit, conflicts }: NonNullable<LandingPreview['moved']>): string {
  const where = `The target has moved on to ${commit.slice(0, 8)}`;
  return conflicts.length === 0
    ? `${where}: the result is merged onto it and checked again`
    : `${where}, and its changes conflict with the result in ${conflicts.map(cleanLine).join(', ')}`;
}
