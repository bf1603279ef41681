import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import type { ProjectRepository } from './repository.ts';
import { tempName } from './temp-files.ts';

/** Runs work with a temporary index, which is deleted afterwards. */
export async function withTempIndex<Result>(
  { own }: ProjectRepository,
  git: Git,
  work: (git: Git) => Promise<Result>,
): Promise<Result> {
  const index = join(own, tempName('index'));
  try {
    return await work(git.at({ index }));
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })]);
  }
}
