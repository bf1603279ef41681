import { findUnfinished, listTaggedProcesses } from '../../agents.ts';

/**
 * Returns processes with the tag of one of these plans. Call it only while no process works on plans: then they are
 * left from a crash. Without /proc it finds none.
 */
export async function findOrphanedProcesses(planIds: ReadonlySet<string>): Promise<number[]> {
  if (planIds.size === 0) return [];
  const found = await findUnfinished(await listTaggedProcesses());
  return found.filter(({ tag }) => planIds.has(/^(.*?)\//.exec(tag)?.[1] ?? '')).map(({ pid }) => pid);
}
