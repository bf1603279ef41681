import type { PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';

type Link = Pick<PlanRecord['projectLinks'][number], 'alias' | 'baseCommit' | 'branch'>;

/**
 * What a plan starts from and which branch its result is for: `from 1a2b3c4d5e6f for branch main`; of several projects each.
 */
export function startOf({ projectLinks }: { projectLinks: readonly Link[] }): string {
  const [first, ...others] = projectLinks;
  if (first === undefined) return 'from nothing';
  return `from ${others.length === 0 ? pointOf(first) : projectLinks.map(link => `${link.alias} ${pointOf(link)}`).join(', ')}`;
}

function pointOf({ baseCommit, branch }: Link): string {
  return `${baseCommit.slice(0, 12)}${branch === null ? '' : ` for branch ${cleanLine(branch)}`}`;
}
