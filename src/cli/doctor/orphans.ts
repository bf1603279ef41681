import { readdir, readFile } from 'node:fs/promises';

const mark = /(?:^|\0)TROUPE_MARK=([0-9A-HJKMNP-TV-Z]{26})\//;

/**
 * Processes that carry the marker of one of these plans. To be asked only where nobody works on plans: then they are
 * what a crash left. Where there is no /proc none are found.
 */
export async function orphansOf(planIds: ReadonlySet<string>, procDir = '/proc'): Promise<number[]> {
  if (planIds.size === 0) return [];
  const names = (await readdir(procDir).catch(() => [])).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async name => {
      // Gone meanwhile, or another user's.
      const environ = await readFile(`${procDir}/${name}/environ`, 'utf8').catch(() => '');
      return planIds.has(mark.exec(environ)?.[1] ?? '') ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
