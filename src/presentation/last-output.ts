import { parseLastLines, type SerializedError } from '../index.ts';
import { sanitizeLine, sanitizeRow } from './sanitize.ts';

/** What failed subplans printed last, of an error that carries it: safe to print, a few lines each. */
export function formatLastOutput(error: SerializedError | null): string[] {
  if (error === null) return [];
  return parseLastLines(error).flatMap(({ goal, lines }) => [
    `  "${sanitizeLine(goal)}" printed last:`,
    ...lines.map(line => `    | ${sanitizeRow(line)}`),
  ]);
}
