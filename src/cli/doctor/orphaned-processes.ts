import { findUnfinished, listTaggedProcesses } from '../../agents.ts';

/**
 * Returns processes with the tag of a plan that `isKnown`, which is asked for the plans of running processes alone. Call it only
 * while no process works on plans: then they are left from a crash. Without /proc it finds none.
 */
export async function findOrphanedProcesses(isKnown: (planId: string) => Promise<boolean>): Promise<number[]> {
  const pids: number[] = [];
  for (const { tag, pid } of await findUnfinished(await listTaggedProcesses())) {
    const planId = /^(.*?)\//.exec(tag)?.[1] ?? '';
    if (planId !== '' && (await isKnown(planId))) pids.push(pid);
  }
  return pids;
}
