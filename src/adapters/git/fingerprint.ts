import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fingerprint } from '../../ports/project.ts';
import type { Ground } from './ground.ts';
import { captureFiles } from './work-tree.ts';

/** Larger files are told apart by size, times and inode: the time of change cannot be set back by a program. */
const contentMax = 8 * 1024 * 1024;

/** The user's checkout as it stands. Reads only: not even the stat cache of the index is refreshed. */
export async function fingerprintOfGit({ files, root }: Ground): Promise<Fingerprint> {
  const [symbolic, head, entries, status] = await Promise.all([
    files.attempt(['symbolic-ref', '--quiet', 'HEAD']),
    files.attempt(['rev-parse', '--verify', '--quiet', 'HEAD']),
    files.answer(['ls-files', '--stage', '-z']),
    files.list([
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=all',
      '--no-renames',
      '--ignore-submodules=dirty',
    ]),
  ]);
  const states: Record<string, string> = {};
  // One after the other: a checkout may hold any number of untracked files, memory does not.
  for (const line of status) states[line.slice(3)] = `${line.slice(0, 2)} ${await stateOf(join(root, line.slice(3)))}`;
  return {
    head: [symbolic, head].map(({ stdout }) => stdout.toString().trim()).join(' '),
    // What the index says, not its bytes: those change whenever someone asks for the status.
    index: createHash('sha256').update(entries.stdout).digest('hex'),
    status: states,
  };
}

/** A directory has neither HEAD nor index: every file that is not ignored counts. Needs the lock on the root index. */
export async function fingerprintOfDirectory(ground: Ground): Promise<Fingerprint> {
  await captureFiles(ground, ground.files);
  const status: Record<string, string> = {};
  for (const line of await ground.files.list(['ls-files', '--stage', '-z'])) {
    const tab = line.indexOf('\t');
    status[line.slice(tab + 1)] = line.slice(0, tab);
  }
  return { head: '', index: '', status };
}

async function stateOf(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (found === null) return 'absent';
  if (found.isSymbolicLink()) return `link ${await readlink(path)}`;
  if (!found.isFile()) return 'folder';
  if (found.size > contentMax) return `large ${found.size} ${found.mtimeNs} ${found.ctimeNs} ${found.ino}`;
  const content = await readFile(path).catch(() => null);
  const digest = content === null ? 'unreadable' : createHash('sha256').update(content).digest('hex');
  return `${(found.mode & 0o111n) === 0n ? 'file' : 'program'} ${digest}`;
}
