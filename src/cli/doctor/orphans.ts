import { census, unfinished } from '../../agents.ts';

/**
 * Processes that carry the marker of one of these plans. To be asked only where nobody works on plans: then they are
 * what a crash left. Where there is no /proc none are found.
 */
export async function orphansOf(planIds: ReadonlySet<string>): Promise<number[]> {
  if (planIds.size === 0) return [];
  const found = await unfinished(await census());
  return found.filter(({ marker }) => planIds.has(/^(.*?)\//.exec(marker)?.[1] ?? '')).map(({ pid }) => pid);
}
