import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/**
 * Describes the files that tell git how to merge: its configuration, and the attributes at the top of the work tree. Two
 * equal descriptions mean that none of them was written in between. Files that the configuration includes, and attributes
 * of inner folders, are not among them.
 */
export async function describeMergeSettings(repository: Repository): Promise<string> {
  const found = await Promise.all(filesOf(repository).map(describeFile));
  return found.join('\n');
}

function filesOf({ gitDir, directory, env }: Repository): string[] {
  const { HOME: home, XDG_CONFIG_HOME: configHome } = env;
  const ofUser = configHome || (home && join(home, '.config'));
  return [
    ...['config', 'config.worktree', 'info/attributes'].map(name => join(gitDir, name)),
    join(directory, '.gitattributes'),
    ...(home ? [join(home, '.gitconfig')] : []),
    ...(ofUser ? [join(ofUser, 'git/config'), join(ofUser, 'git/attributes')] : []),
    ...['/etc/gitconfig', '/etc/gitattributes'],
  ];
}

async function describeFile(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? '' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
