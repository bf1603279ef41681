import type { PlanRecord } from '../../index.ts';

/** What a plan starts from: `from 1a2b3c4d5e6f`, and of several projects each. */
export function startOf({ projectLinks }: Pick<PlanRecord, 'projectLinks'>): string {
  const short = (commit: string) => commit.slice(0, 12);
  const [first, ...others] = projectLinks;
  if (first === undefined || others.length === 0) return `from ${short(first?.baseCommit ?? '')}`;
  return `from ${projectLinks.map(({ alias, baseCommit }) => `${alias} ${short(baseCommit)}`).join(', ')}`;
}
