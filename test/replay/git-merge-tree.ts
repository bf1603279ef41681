import { spawnSync } from 'node:child_process';
import type { RecordedMerge } from './merge-cases.ts';
import type { ReplayRepository } from './repository.ts';

/** `git merge-tree`, as a person would run it on the two commits, renames without a limit. */
export function gitMergeTree(
  repository: ReplayRepository,
  { ours, theirs }: RecordedMerge,
): { clean: boolean; tree: string; paths: string[] } {
  const settings = ['merge.renames=true', 'merge.renameLimit=0', 'merge.directoryRenames=conflict'].flatMap(each => [
    '-c',
    each,
  ]);
  const words = ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', ours, theirs];
  const { status, stdout } = spawnSync('git', ['-C', repository.directory, ...settings, ...words], {
    env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 && status !== 1) throw new Error(`git merge-tree ended with ${status}`);
  const [tree = '', ...paths] = stdout.toString('utf8').split('\0').filter(Boolean);
  return { clean: status === 0, tree, paths };
}
