import type { PlanRecord } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

type BaseLink = Pick<PlanRecord['projectLinks'][number], 'alias' | 'baseCommit' | 'branch'>;

/** Formats a plan's base and target branch: `from 1a2b3c4d5e6f for branch main`; for several projects each. */
export function formatBase({ projectLinks }: { projectLinks: readonly BaseLink[] }): string {
  const [first, ...others] = projectLinks;
  if (first === undefined) return 'from nothing';
  return `from ${others.length === 0 ? baseText(first) : projectLinks.map(link => `${link.alias} ${baseText(link)}`).join(', ')}`;
}

function baseText({ baseCommit, branch }: BaseLink): string {
  return `${baseCommit.slice(0, 12)}${branch === null ? '' : ` for branch ${sanitizeLine(branch)}`}`;
}
