import { TroupeError } from '../../../model/errors.ts';
import { commitTree } from './commits.ts';
import type { Git } from './git.ts';
import type { ProjectRepository } from './repository.ts';

/** The prefix of all our refs; they do not appear among branches, tags or in `git log`. */
export const ownRefs = 'refs/troupe/';

/** Protects an object from garbage collection; returns the ref. @throws {TroupeError} USAGE */
export async function pinObject(
  { objects, refs }: Pick<ProjectRepository, 'objects' | 'refs'>,
  name: string,
  oid: string,
): Promise<string> {
  const ref = `${ownRefs}${name}`;
  await refs.set(ref, oid).catch(error => refuse(objects, ref, error));
  return ref;
}

/** Protects a tree from garbage collection, in an internal commit. */
export async function pinTree(
  ground: Pick<ProjectRepository, 'objects' | 'refs'>,
  name: string,
  tree: string,
): Promise<string> {
  return pinObject(ground, name, await commitTree(ground.objects, tree));
}

export async function unpinObject({ refs }: Pick<ProjectRepository, 'refs'>, name: string): Promise<void> {
  await refs.delete(`${ownRefs}${name}`);
}

async function refuse(objects: Git, ref: string, error: unknown): Promise<never> {
  const { code } = await objects.tryRun(['check-ref-format', ref]);
  if (code === 0) throw error;
  throw new TroupeError('USAGE', `${ref} is not a name git allows for a ref`, { where: ref, cause: error });
}
