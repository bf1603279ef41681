import type { LandingPreview, PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { count } from '../progress/sentence.ts';
import { type Summary, summaryLine } from './summary.ts';

/** What would land, where, what was checked, and what would be met there. */
export function previewText(
  { stat, left, subplans, goesOn, message, after, moved, obstacle }: LandingPreview,
  { validationResults }: PlanRecord,
  summary: Summary,
  target: string,
): string {
  const checks = validationResults.map(
    ({ name, passed, required, exitCode, cached = false }) =>
      `  ${passed ? 'passed' : 'FAILED'}  ${cleanLine(name)}${required ? '' : ' (informational)'}  exit ${exitCode ?? 'none'}${cached ? ' (cached)' : ''}`,
  );
  const trailers = message.split('\n').slice(1).filter(Boolean);
  return [
    stat.trimEnd(),
    summaryLine(summary),
    ...checks,
    ...(left.length === 0
      ? []
      : [
          `Left behind: ${left.map(cleanLine).join(', ')}; the checks run again for what lands`,
          goesOn
            ? 'What is left behind can land later: troupe plan apply'
            : 'What is left behind is let go of: the plan is over',
        ]),
    ...(subplans.length === 0 ? [] : [`Made by ${count(subplans.length, 'subplan')}; the plan goes on from there`]),
    ...trailers.map(line => `Trailer: ${cleanLine(line)}`),
    `To: ${target}`,
    ...(moved === null ? [] : [movedText(moved)]),
    ...(after === null ? [] : [`Then: ${cleanLine(after.argv.join(' '))}`]),
    ...(obstacle === null
      ? []
      : [`Refused as things are: ${cleanLine(obstacle.message)}`, ...obstacle.hints.map(hint => `  try: ${hint}`)]),
  ].join('\n');
}

function movedText({ commit, conflicts }: NonNullable<LandingPreview['moved']>): string {
  const where = `The target has moved on to ${commit.slice(0, 8)}`;
  return conflicts.length === 0
    ? `${where}: the result is merged onto it and checked again`
    : `${where}, and its changes conflict with the result in ${conflicts.map(cleanLine).join(', ')}`;
}
