import type { Parse } from '../../project/git/git-batch-process.ts';
import type { BytePath } from './merge-output.ts';
import { type Repository, stayingGit } from './repository.ts';

/** Values of the `merge` attribute with which git merges lines as without one. */
const byLines = new Set(['unspecified', 'set', 'text']);

/**
 * Returns those of the paths whose `merge` attribute selects another merge: a driver, `union`, `binary`, or none.
 * That is the project's choice: git's result is final, conflicts included.
 *
 * It starts a new process each time, because git reads the attributes of a folder once per process.
 *
 * @throws {TroupeError} GIT_FAILED
 */
export async function pathsWithDriver(
  repository: Repository,
  paths: readonly BytePath[],
): Promise<ReadonlySet<BytePath>> {
  if (paths.length === 0) return new Set();
  const git = stayingGit(repository, ['check-attr', '-z', '--stdin', 'merge']);
  try {
    const questions = Buffer.from(paths.map(path => `${path}\0`).join(''), 'latin1');
    const values = await git.request(questions, attributeValues(paths.length));
    return new Set(paths.filter((_, index) => !byLines.has(values[index] as string)));
  } finally {
    await git.close();
  }
}

/** For each path its name, the name of the attribute, and its value. */
function attributeValues(count: number): Parse<string[]> {
  return bytes => {
    const fields = bytes.toString('latin1').split('\0');
    if (fields.length <= count * 3) return { needs: bytes.length + 1 };
    return { value: fields.slice(0, count * 3).filter((_, index) => index % 3 === 2), used: bytes.length };
  };
}
