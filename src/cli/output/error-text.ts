import type { SerializedError } from '../../index.ts';
import type { Colors } from '../../presentation/colors.ts';
import { formatLastOutput } from '../../presentation/last-output.ts';
import { sanitizeLine, sanitizeText } from '../../presentation/sanitize.ts';
import { withDescription } from './hints.ts';

/**
 * The one way an error is shown: what happened, where, and what to type next.
 * A bug of ours has no next command; with `stack` it shows where in the code it came from.
 */
export function formatError(error: SerializedError, paint: Colors, stack?: string): string {
  const [first = '', ...rest] = sanitizeText(error.message).trimEnd().split('\n');
  const lines = [`${paint.red(paint.bold(`error[${error.code}]`))} ${first}`, ...rest.map(line => `  ${line}`)];
  if (error.where !== undefined) lines.push(`  ${paint.dim('at')} ${sanitizeLine(error.where)}`);
  for (const problem of furtherProblems(error)) lines.push(`  ${paint.dim('and')} ${problem}`);
  lines.push(...formatLastOutput(error));
  for (const hint of error.hints) lines.push(`  ${paint.dim('try:')} ${formatHint(hint, paint)}`);
  if (isInternalError(error)) {
    lines.push('  This is a bug in troupe, not a mistake of yours.');
    if (stack === undefined)
      lines.push(`  ${paint.dim('try:')} ${paint.cyan('the same command with -v shows the stack')}`);
    else lines.push(...sanitizeText(stack).split('\n').slice(1));
  }
  return `${lines.join('\n')}\n`;
}

/** The command, and what it does. */
function formatHint(hint: string, paint: Colors): string {
  const [command = '', does] = sanitizeLine(withDescription(hint)).split(/(?= {2}# )/);
  return `${paint.cyan(command)}${does === undefined ? '' : paint.dim(does)}`;
}

export function isInternalError(error: SerializedError): boolean {
  return error.code === 'INTERNAL';
}

/** A file may have more than one thing wrong with it; the first is the message. */
function furtherProblems(error: SerializedError): string[] {
  const problems = error.details?.problems;
  if (!Array.isArray(problems)) return [];
  return problems.slice(1).flatMap((problem: unknown) => {
    if (typeof problem !== 'object' || problem === null || !('message' in problem)) return [];
    const line = 'line' in problem && typeof problem.line === 'number' ? ` (line ${problem.line})` : '';
    return [`${sanitizeLine(String(problem.message))}${line}`];
  });
}
