import type { SerializedError } from '../../index.ts';
import type { Colors } from '../../presentation/colors.ts';
import { formatHint } from '../../presentation/hints.ts';
import { formatLastOutput } from '../../presentation/last-output.ts';
import { sanitizeLine, sanitizeText } from '../../presentation/sanitize.ts';
import { withDescription } from './hints.ts';

/**
 * Formats an error: what happened, where, and the next commands. An internal error has no next command; with `stack`
 * it shows its origin in the code.
 */
export function formatError(error: SerializedError, paint: Colors, stack?: string): string {
  const [first = '', ...rest] = sanitizeText(error.message).trimEnd().split('\n');
  const lines = [`${paint.red(paint.bold(`error[${error.code}]`))} ${first}`, ...rest.map(line => `  ${line}`)];
  if (error.where !== undefined) lines.push(`  ${paint.dim('at')} ${sanitizeLine(error.where)}`);
  for (const problem of furtherProblems(error)) lines.push(`  ${paint.dim('and')} ${problem}`);
  lines.push(...formatLastOutput(error));
  for (const hint of error.hints) lines.push(`  ${paint.dim('try:')} ${paintHint(formatHint(hint), paint)}`);
  if (isInternalError(error)) {
    lines.push('  This is a bug in troupe, not a mistake of yours.');
    if (stack === undefined)
      lines.push(`  ${paint.dim('try:')} ${paint.cyan('the same command with -v shows the stack')}`);
    else lines.push(...sanitizeText(stack).split('\n').slice(1));
  }
  return `${lines.join('\n')}\n`;
}

/** The command with its description. */
function paintHint(hint: string, paint: Colors): string {
  const [command = '', does] = sanitizeLine(withDescription(hint)).split(/(?= {2}# )/);
  return `${paint.cyan(command)}${does === undefined ? '' : paint.dim(does)}`;
}

export function isInternalError(error: SerializedError): boolean {
  return error.code === 'INTERNAL';
}

/** A file may have more problems; the first is the message. */
function furtherProblems(error: SerializedError): string[] {
  const problems = error.details?.problems;
  if (!Array.isArray(problems)) return [];
  return problems.slice(1).flatMap((problem: unknown) => {
    if (typeof problem !== 'object' || problem === null || !('message' in problem)) return [];
    const line = 'line' in problem && typeof problem.line === 'number' ? ` (line ${problem.line})` : '';
    return [`${sanitizeLine(String(problem.message))}${line}`];
  });
}
