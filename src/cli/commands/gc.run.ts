import type { CleanupReport } from '../../index.ts';
import { formatGcReport, gcReportData } from '../../presentation/gc-report.ts';
import { parseAge, parseBytes } from '../../presentation/units.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { openProject } from '../project/open-project.ts';

export const run: RunCommand = async context => {
  const { args, globals } = context;
  const limits = limitsFromFlags(context);
  await using opened = await openProject(context);
  const dryRun = !args.has('delete') && !globals.yes;
  const report: CleanupReport = await opened.troupe.cleanUp({ ...limits, dryRun });
  const error = report.items.find(item => item.error !== null)?.error;
  return {
    data: gcReportData(report),
    text: formatGcReport(report, context.paint),
    ...(error === undefined || error === null ? {} : { error }),
  };
};

function limitsFromFlags({ args }: CommandContext): { olderThanMs?: number; maxBytes?: number } {
  const age = args.text('older-than');
  const size = args.text('max-size');
  return {
    ...(age === undefined ? {} : { olderThanMs: parseAge(age, '--older-than') }),
    ...(size === undefined ? {} : { maxBytes: parseBytes(size, '--max-size') }),
  };
}
