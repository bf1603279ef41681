import { TroupeError } from '../../../model/errors.ts';
import { commitTree } from './commits.ts';
import type { Git } from './git.ts';
import type { ProjectRepository } from './repository.ts';

/** Every ref of ours is below this; branches, tags and the user's log do not show it. */
export const ownRefs = 'refs/troupe/';

/** Keeps an object from being collected; answers with the ref that holds it. @throws {TroupeError} USAGE */
export async function pinObject(
  { objects, refs }: Pick<ProjectRepository, 'objects' | 'refs'>,
  name: string,
  oid: string,
): Promise<string> {
  const ref = `${ownRefs}${name}`;
  await refs.set(ref, oid).catch(error => refuse(objects, ref, error));
  return ref;
}

/** Keeps a tree from being collected, in a commit of ours. */
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
