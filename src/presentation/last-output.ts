import { parseLastLines, type SerializedError } from '../index.ts';
import { sanitizeLine, sanitizeRow } from './sanitize.ts';

/** Formats the last output of failed subplans from an error that has it: sanitized, a few lines each. */
export function formatLastOutput(error: SerializedError | null): string[] {
  if (error === null) return [];
  return parseLastLines(error).flatMap(({ goal, lines }) => [
    `  "${sanitizeLine(goal)}" printed last:`,
    ...lines.map(line => `    | ${sanitizeRow(line)}`),
  ]);
}
