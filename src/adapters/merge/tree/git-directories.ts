import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the parts of a repository are. */
export interface GitDirectories {
  gitDir: string;
  /** What all work trees of the repository share. */
  commonDir: string;
  objects: string;
}

/**
 * The repository that a folder is in, or is, found as git finds it, without a process of git, which takes longer than many a
 * merge. null where it is not plainly so, git's own answer is needed then: also where another user owns it, for git may
 * refuse to work in such a folder.
 */
export function findGitDirectories(folder: string): GitDirectories | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const gitDir = pointedTo(join(at, '.git')) ?? (isGitDir(at) ? at : null);
    if (gitDir !== null) return shared(gitDir);
    if (at === dirname(at)) return null;
  }
}

function shared(gitDir: string): GitDirectories | null {
  const written = textOf(join(gitDir, 'commondir'));
  const commonDir = written === null ? gitDir : resolve(gitDir, written);
  const mine = process.getuid?.();
  const owners = [gitDir, commonDir].map(path => statsOf(path)?.uid);
  if (mine === undefined || owners.some(owner => owner !== mine) || !isGitDir(commonDir)) return null;
  return { gitDir, commonDir, objects: join(commonDir, 'objects') };
}

/** Where `.git` is: the folder itself, or what the file of a work tree or submodule says. */
function pointedTo(path: string): string | null {
  if (isGitDir(path)) return path;
  const target = /^gitdir: (.+)$/s.exec(textOf(path) ?? '')?.[1];
  return target === undefined ? null : resolve(dirname(path), target);
}

function isGitDir(path: string): boolean {
  const [head, ...folders] = ['HEAD', 'objects', 'refs'].map(part => statsOf(join(path, part)));
  return head !== null && folders.every(found => found?.isDirectory() === true);
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Without line ends behind it; null where there is no such file. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    return null;
  }
}
