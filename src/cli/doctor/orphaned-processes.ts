import { findUnfinished, listTaggedProcesses } from '../../agents.ts';

/**
 * Processes that carry the marker of one of these plans. To be asked only where nobody works on plans: then they are
 * what a crash left. Where there is no /proc none are found.
 */
export async function findOrphanedProcesses(planIds: ReadonlySet<string>): Promise<number[]> {
  if (planIds.size === 0) return [];
  const found = await findUnfinished(await listTaggedProcesses());
  return found.filter(({ tag }) => planIds.has(/^(.*?)\//.exec(tag)?.[1] ?? '')).map(({ pid }) => pid);
}
