import type { CleanupReport } from '../../index.ts';
import { ageOf, bytesOf } from '../measure.ts';
import { openHere } from '../open.ts';
import type { Context, Run } from '../verb.ts';
import { cleanupData, cleanupText } from '../view/cleanup.ts';

export const run: Run = async context => {
  const { given, globals } = context;
  const limits = limitsOf(context);
  await using opened = await openHere(context);
  const dryRun = !given.has('now') && !globals.yes;
  const report: CleanupReport = await opened.troupe.cleanUp({ ...limits, dryRun });
  const fault = report.items.find(item => item.fault !== null)?.fault;
  return {
    data: cleanupData(report),
    text: cleanupText(report, context.paint),
    ...(fault === undefined || fault === null ? {} : { fault }),
  };
};

function limitsOf({ given }: Context): { olderThanMs?: number; maxBytes?: number } {
  const age = given.text('older-than');
  const size = given.text('max-size');
  return {
    ...(age === undefined ? {} : { olderThanMs: ageOf(age, '--older-than') }),
    ...(size === undefined ? {} : { maxBytes: bytesOf(size, '--max-size') }),
  };
}
