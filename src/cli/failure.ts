import type { StoredFault } from '../index.ts';
import { cleanLine, cleanText } from './clean.ts';
import { withWord } from './hints.ts';
import type { Paint } from './paint.ts';
import { lastLinesText } from './view/last-lines.ts';

/**
 * The one way an error is shown: what happened, where, and what to type next.
 * A bug of ours has no next command; with `stack` it shows where in the code it came from.
 */
export function renderFailure(fault: StoredFault, paint: Paint, stack?: string): string {
  const [first = '', ...rest] = cleanText(fault.message).trimEnd().split('\n');
  const lines = [`${paint.red(paint.bold(`error[${fault.code}]`))} ${first}`, ...rest.map(line => `  ${line}`)];
  if (fault.where !== undefined) lines.push(`  ${paint.dim('at')} ${cleanLine(fault.where)}`);
  for (const problem of furtherProblems(fault)) lines.push(`  ${paint.dim('and')} ${problem}`);
  lines.push(...lastLinesText(fault));
  for (const hint of fault.hints) lines.push(`  ${paint.dim('try:')} ${hintText(hint, paint)}`);
  if (isBug(fault)) {
    lines.push('  This is a bug in troupe, not a mistake of yours.');
    if (stack === undefined)
      lines.push(`  ${paint.dim('try:')} ${paint.cyan('the same command with -v shows the stack')}`);
    else lines.push(...cleanText(stack).split('\n').slice(1));
  }
  return `${lines.join('\n')}\n`;
}

/** The command, and what it does. */
function hintText(hint: string, paint: Paint): string {
  const [command = '', does] = cleanLine(withWord(hint)).split(/(?= {2}# )/);
  return `${paint.cyan(command)}${does === undefined ? '' : paint.dim(does)}`;
}

export function isBug(fault: StoredFault): boolean {
  return fault.code === 'INTERNAL';
}

/** A file may have more than one thing wrong with it; the first is the message. */
function furtherProblems(fault: StoredFault): string[] {
  const problems = fault.details?.problems;
  if (!Array.isArray(problems)) return [];
  return problems.slice(1).flatMap((problem: unknown) => {
    if (typeof problem !== 'object' || problem === null || !('message' in problem)) return [];
    const line = 'line' in problem && typeof problem.line === 'number' ? ` (line ${problem.line})` : '';
    return [`${cleanLine(String(problem.message))}${line}`];
  });
}
