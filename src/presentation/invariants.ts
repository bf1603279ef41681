import type { Invariant } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';
import { formatTable } from './text-layout.ts';

/** One row per invariant: the end of its id, its scope, its text, its check. */
export function formatInvariants(invariants: readonly Invariant[]): string {
  return formatTable(invariants.map(each => [each.invariantId.slice(-8), invariantText(each)] as const)).join('\n');
}

function invariantText({ scope, text, check, nonOverridable, each, project }: Invariant): string {
  const marks = [
    ...(project === undefined ? [] : [`in ${sanitizeLine(project)}`]),
    ...(nonOverridable ? ['nothing overrides it'] : []),
    ...(check === null ? [] : [`checked by ${check.kind}${each === 'action' ? ', after every action' : ''}`]),
  ];
  return `${scope.padEnd(8)} ${sanitizeLine(text)}${marks.length > 0 ? ` (${marks.join('; ')})` : ''}`;
}
