import type { Invariant } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { table } from '../help.ts';

/** One row for each rule: the end of its id, how far it reaches, what it says, how it is checked. */
export function invariantLines(invariants: readonly Invariant[]): string {
  return table(invariants.map(each => [each.invariantId.slice(-8), described(each)] as const)).join('\n');
}

function described({ scope, text, check, nonOverridable, each, project }: Invariant): string {
  const marks = [
    ...(project === undefined ? [] : [`in ${cleanLine(project)}`]),
    ...(nonOverridable ? ['nothing overrides it'] : []),
    ...(check === null ? [] : [`checked by ${check.kind}${each === 'action' ? ', after every action' : ''}`]),
  ];
  return `${scope.padEnd(8)} ${cleanLine(text)}${marks.length > 0 ? ` (${marks.join('; ')})` : ''}`;
}
