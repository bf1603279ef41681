import type { CleanupItem, CleanupReport } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { table } from '../help.ts';
import { bytesText } from '../measure.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { snakeKeys } from '../snake.ts';
import { shortId } from './ways.ts';

const nameOf = ({ kind, name, goal }: CleanupItem): string =>
  kind === 'plan' ? `${shortId(name)}  ${cleanLine(goal ?? '')}` : cleanLine(name);

export function cleanupText(report: CleanupReport, paint: Paint): string {
  const { items, bytes, kept, dryRun } = report;
  const rows = items.map(item => [`${item.kind.padEnd(7)}  ${bytesText(item.bytes).padStart(7)}`, line(item)] as const);
  const failed = items.filter(({ fault }) => fault !== null);
  return [
    ...table(rows).map(row => row.slice(2)),
    ...failed.map(item => paint.red(`still there: ${nameOf(item)}: ${cleanLine(item.fault?.message ?? '')}`)),
    `${summary(report, failed.length)}; ${count(kept.plans, 'plan')} ${kept.plans === 1 ? 'stays' : 'stay'} (${bytesText(kept.bytes)})`,
    ...(dryRun && items.length > 0
      ? [`  next: ${paint.cyan('troupe gc --now')}   # removes ${count(items.length, 'item')}, ${bytesText(bytes)}`]
      : []),
  ].join('\n');
}

function line(item: CleanupItem): string {
  const kept = item.keptIn === null ? '' : `; its files are kept in ${item.keptIn}`;
  return `${nameOf(item)}  (${item.why}${kept})`;
}

function summary({ items, bytes, dryRun }: CleanupReport, failed: number): string {
  if (items.length === 0) return 'nothing to clean up';
  const what = `${count(items.length - failed, 'item')}, ${bytesText(bytes)}`;
  return dryRun ? `would remove ${what}` : `removed ${what}`;
}

export const cleanupData = (report: CleanupReport): Record<string, unknown> =>
  snakeKeys(report) as Record<string, unknown>;
