import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The directories of a repository. */
export interface GitDirectories {
  gitDir: string;
  /** Shared by all work trees of the repository. */
  commonDir: string;
  objects: string;
}

/**
 * Finds the repository of a folder as git does, without starting git, which would take longer than many merges. null
 * when it is not clear and git must be asked, also when another user owns it, because git may refuse to work there.
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

/** Resolves `.git`: the folder itself, or the path in the file of a work tree or submodule. */
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
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Without trailing line ends; null when there is no such file. */
function textOf(path: string): string | null {
  // Mostly there is none, and an error costs more than a question.
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    return null;
  }
}
