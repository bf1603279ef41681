import type { ApplyWhat, Outlook } from '../../ports/project.ts';
import { requireClean, uncommitted } from './checkout.ts';
import { groundAt, onlyPlace } from './checkout-at.ts';
import type { Ground } from './ground.ts';
import { requireIdentity } from './landing-commit.ts';
import { lookAtPatch } from './patch.ts';
import type { Sandboxes } from './sandboxes.ts';
import { findTarget, refuseCheckedOut } from './target.ts';
import { listChanges, treesOf } from './trees.ts';

export type OutlookOptions = ApplyWhat;

/** What landing would meet, asked in the order in which `land` asks it. @throws {Fault} as `land` */
export async function outlookInGit(
  { ground: own, sandboxes }: { ground: Ground; sandboxes: Sandboxes },
  { base, tree, target: wanted, places }: OutlookOptions,
): Promise<Outlook> {
  const place = onlyPlace(places);
  const ground = place === undefined ? own : await groundAt(own, place.root);
  const { objects, files } = ground;
  if (wanted.kind === 'patch') {
    await lookAtPatch(ground, { from: base, to: tree, target: wanted });
    return { moved: null };
  }
  const from = (await objects.ask(['rev-parse', '--verify', `${base}^{commit}`])).trim();
  const target = await sandboxes.exclusively('looking where branches are', () => findTarget(ground, wanted, place));
  if (target.commit !== null && target.commit !== from) {
    const [moved = ''] = await treesOf(objects, [target.commit]);
    return { moved: { commit: target.commit, tree: moved } };
  }
  refuseCheckedOut(target);
  const [to = ''] = await treesOf(objects, [tree]);
  const changes = await listChanges(ground, from, to);
  const move = { ground, files, from, to, changes };
  if (wanted.kind === 'checkout') await requireClean(move);
  await requireIdentity(ground);
  const left = wanted.kind === 'checkout' ? await uncommitted(files) : [];
  return { moved: null, ...(left.length > 0 && { uncommitted: left }) };
}
