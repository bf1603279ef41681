import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import type { Ground } from './ground.ts';
import { passing } from './litter.ts';

/** Lends an index that nobody else sees and that is gone afterwards. */
export async function withScratchIndex<Result>(
  { own }: Ground,
  git: Git,
  work: (git: Git) => Promise<Result>,
): Promise<Result> {
  const index = join(own, passing('index'));
  try {
    return await work(git.at({ index }));
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })]);
  }
}
