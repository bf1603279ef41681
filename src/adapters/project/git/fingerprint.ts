import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fingerprint } from '../../../ports/project.ts';
import type { ProjectRepository } from './repository.ts';
import { captureFiles } from './worktree-files.ts';

/** Larger files are compared by size, times and inode: programs cannot set back the time of change. */
const contentMax = 8 * 1024 * 1024;

const words = [
  ...['status', '--porcelain=v2', '-z', '--branch', '--no-ahead-behind', '--untracked-files=all', '--no-renames'],
  '--ignore-submodules=dirty',
];

/**
 * Returns the state of your checkout. Reads only: it does not even refresh the stat cache of the index. One command
 * returns HEAD and, for each path that differs from HEAD, its index entry.
 */
export async function fingerprintOfGit({ files, root }: ProjectRepository): Promise<Fingerprint> {
  const head: string[] = [];
  const staged: string[] = [];
  const status: Record<string, string> = {};
  // One after the other: a checkout may have any number of untracked files.
  for (const line of await files.fields(words)) {
    if (line.startsWith('# ')) {
      if (/^# branch\.(?:oid|head) /.test(line)) head.push(line.split(' ').slice(2).join(' '));
      continue;
    }
    const { state, index, path } = entryOf(line);
    if (index !== null) staged.push(`${index} ${path}`);
    status[path] = `${state} ${await stateOf(join(root, path))}`;
  }
  // The index entries, not its bytes: those change with every `git status`.
  const index = createHash('sha256')
    .update([...head, ...staged].join('\0'))
    .digest('hex');
  return { head: head.join(' '), index, status };
}

/** Lines as in `git help status` under "Porcelain Format Version 2"; the captured modes and ids are those of the index. */
const tracked = /^1 (..) \S+ \S+ (\S+) \S+ \S+ (\S+) (.*)$/s;
const unmerged = /^u (..) \S+ (\S+ \S+ \S+) \S+ (\S+ \S+ \S+) (.*)$/s;

function entryOf(line: string): { state: string; index: string | null; path: string } {
  const found = tracked.exec(line) ?? unmerged.exec(line);
  if (found === null) return { state: '??', index: null, path: line.slice('? '.length) };
  const [state, modes, ids, path] = found.slice(1) as [string, string, string, string];
  return { state, index: `${modes} ${ids}`, path };
}

/** A directory has neither HEAD nor index: every file that is not ignored counts. Needs the lock on the root index. */
export async function fingerprintOfDirectory(ground: ProjectRepository): Promise<Fingerprint> {
  await captureFiles(ground, ground.files);
  const status: Record<string, string> = {};
  for (const line of await ground.files.fields(['ls-files', '--stage', '-z'])) {
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
