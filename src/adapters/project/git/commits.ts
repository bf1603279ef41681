import { join } from 'node:path';
import type { Git } from './git.ts';
import { writeLooseObject } from './loose-object.ts';

/** Author of internal commits. The date is fixed, so that the same tree always gives the same commit. */
const maker = 'Troupe <troupe@localhost> 0 +0000';

/** Writes a commit of a tree: no hooks, no signature, no ref. @throws {TroupeError} of the disk, when it cannot be written */
export async function commitTree({ location }: Git, tree: string, parents: readonly string[] = []): Promise<string> {
  const directory = join(location.gitDir ?? location.cwd, 'objects');
  return writeLooseObject(directory, { type: 'commit', content: holdingCommit(tree, parents), like: tree });
}

/** Returns the content of such a commit. */
export function holdingCommit(tree: string, parents: readonly string[]): Buffer {
  const lines = [`tree ${tree}`, ...parents.map(oid => `parent ${oid}`), `author ${maker}`, `committer ${maker}`];
  return Buffer.from(`${lines.join('\n')}\n\ntroupe\n`);
}
