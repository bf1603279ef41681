import type { CleanupItem, CleanupReport } from '../index.ts';
import type { Colors } from './colors.ts';
import { shortId } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { toSnakeCaseKeys } from './snake-case.ts';
import { formatTable } from './text-layout.ts';
import { formatBytes, pluralize } from './units.ts';

const itemName = ({ kind, name, goal }: CleanupItem): string =>
  kind === 'plan' ? `${shortId(name)}  ${sanitizeLine(goal ?? '')}` : sanitizeLine(name);

export function formatGcReport(report: CleanupReport, paint: Colors): string {
  const { items, bytes, kept, dryRun } = report;
  const rows = items.map(
    item => [`${item.kind.padEnd(7)}  ${formatBytes(item.bytes).padStart(7)}`, line(item)] as const,
  );
  const failed = items.filter(({ error }) => error !== null);
  return [
    ...formatTable(rows).map(row => row.slice(2)),
    ...failed.map(item => paint.red(`still there: ${itemName(item)}: ${sanitizeLine(item.error?.message ?? '')}`)),
    `${summary(report, failed.length)}; ${pluralize(kept.plans, 'plan')} ${kept.plans === 1 ? 'stays' : 'stay'} (${formatBytes(kept.bytes)})`,
    ...(dryRun && items.length > 0
      ? [
          `  next: ${paint.cyan('troupe gc --delete')}   # removes ${pluralize(items.length, 'item')}, ${formatBytes(bytes)}`,
        ]
      : []),
  ].join('\n');
}

function line(item: CleanupItem): string {
  const kept = item.keptIn === null ? '' : `; its files are kept in ${item.keptIn}`;
  return `${itemName(item)}  (${item.why}${kept})`;
}

function summary({ items, bytes, dryRun }: CleanupReport, failed: number): string {
  if (items.length === 0) return 'nothing to clean up';
  const what = `${pluralize(items.length - failed, 'item')}, ${formatBytes(bytes)}`;
  return dryRun ? `would remove ${what}` : `removed ${what}`;
}

export const gcReportData = (report: CleanupReport): Record<string, unknown> =>
  toSnakeCaseKeys(report) as Record<string, unknown>;
