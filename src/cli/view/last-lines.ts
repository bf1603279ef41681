import { lastLinesOf, type StoredFault } from '../../index.ts';
import { cleanLine, cleanRow } from '../clean.ts';

/** What failed subplans printed last, of an error that carries it: safe to print, a few lines each. */
export function lastLinesText(fault: StoredFault | null): string[] {
  if (fault === null) return [];
  return lastLinesOf(fault).flatMap(({ goal, lines }) => [
    `  "${cleanLine(goal)}" printed last:`,
    ...lines.map(line => `    | ${cleanRow(line)}`),
  ]);
}
