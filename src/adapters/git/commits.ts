import { join } from 'node:path';
import type { Git } from './git.ts';
import { writeLoose } from './loose.ts';

/** Who made the commits that only we see. The date is fixed, so the same tree always gives the same commit. */
const maker = 'Troupe <troupe@localhost> 0 +0000';

/** A commit that holds a tree: no hooks, no signature, no ref. @throws {Fault} of the disk, when it cannot be written */
export async function holdTree({ place }: Git, tree: string, parents: readonly string[] = []): Promise<string> {
  const directory = join(place.gitDir ?? place.cwd, 'objects');
  return writeLoose(directory, { type: 'commit', content: holding(tree, parents), like: tree });
}

/** The content of such a commit. */
export function holding(tree: string, parents: readonly string[]): Buffer {
  const lines = [`tree ${tree}`, ...parents.map(oid => `parent ${oid}`), `author ${maker}`, `committer ${maker}`];
  return Buffer.from(`${lines.join('\n')}\n\ntroupe\n`);
}
