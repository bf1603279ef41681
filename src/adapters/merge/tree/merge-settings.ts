import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BytePath } from './merge-output.ts';
import type { Repository } from './repository.ts';

/**
 * Describes the files that tell git how to merge: its configuration, and the attributes at the top of the work tree. Two
 * equal descriptions mean that none of them was written in between. Files that the configuration includes are not among
 * them, nor are attributes of inner folders: see {@link createAttributesWatch}.
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

/**
 * The `.gitattributes` of inner folders that one process of git has read: those of the folders above each path that it
 * merged. git may keep what it read of a folder until it merges in another one.
 */
export interface InnerAttributes {
  /** Returns whether none of the files that apply to these paths has changed since they were first merged. */
  areUnchanged(paths: Iterable<BytePath>): Promise<boolean>;
}

export function createAttributesWatch({ directory }: Pick<Repository, 'directory'>): InnerAttributes {
  const known = new Map<BytePath, string>();
  const isUnchanged = async (folder: BytePath) => {
    const path = [Buffer.from(`${directory}/`), Buffer.from(`${folder}/.gitattributes`, 'latin1')];
    const now = await describeFile(Buffer.concat(path));
    const before = known.get(folder) ?? now;
    known.set(folder, now);
    return before === now;
  };
  return {
    async areUnchanged(paths) {
      const folders = new Set([...paths].flatMap(foldersAbove));
      return (await Promise.all([...folders].map(isUnchanged))).every(Boolean);
    },
  };
}

/** Without the top folder. */
function foldersAbove(path: BytePath): BytePath[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}

async function describeFile(path: string | Buffer): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? '' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
