import { Fault } from '../../model/fault.ts';
import { holdTree } from './commits.ts';
import type { Git } from './git.ts';
import type { Ground } from './ground.ts';

/** Every ref of ours is below this; branches, tags and the user's log do not show it. */
export const refsOfOurs = 'refs/troupe/';

/** Keeps an object from being collected; answers with the ref that holds it. @throws {Fault} USAGE */
export async function pinObject(
  { objects, refs }: Pick<Ground, 'objects' | 'refs'>,
  name: string,
  oid: string,
): Promise<string> {
  const ref = `${refsOfOurs}${name}`;
  await refs.set(ref, oid).catch(error => refuse(objects, ref, error));
  return ref;
}

/** Keeps a tree from being collected, in a commit of ours. */
export async function pinTree(ground: Pick<Ground, 'objects' | 'refs'>, name: string, tree: string): Promise<string> {
  return pinObject(ground, name, await holdTree(ground.objects, tree));
}

export async function unpinObject(objects: Git, name: string): Promise<void> {
  await objects.tell(['update-ref', '-d', `${refsOfOurs}${name}`]);
}

async function refuse(objects: Git, ref: string, error: unknown): Promise<never> {
  const { code } = await objects.attempt(['check-ref-format', ref]);
  if (code === 0) throw error;
  throw new Fault('USAGE', `${ref} is not a name git allows for a ref`, { where: ref, cause: error });
}
