import { TroupeError } from '../../../model/errors.ts';
import type { Git } from './git.ts';
import type { ProjectRepository } from './repository.ts';

/** The prefix of all our refs. They name trees, so `git branch`, `git tag` and `git log --all` do not show them. */
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

export async function unpinObject({ refs }: Pick<ProjectRepository, 'refs'>, name: string): Promise<void> {
  await refs.delete(`${ownRefs}${name}`);
}

async function refuse(objects: Git, ref: string, error: unknown): Promise<never> {
  const { code } = await objects.tryRun(['check-ref-format', ref]);
  if (code === 0) throw error;
  throw new TroupeError('USAGE', `${ref} is not a name git allows for a ref`, { where: ref, cause: error });
}
