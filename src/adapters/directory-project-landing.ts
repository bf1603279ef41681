import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../model/fault.ts';
import type { Landing, Outlook } from '../ports/project.ts';
import { finishMove, requireRoom } from './git/checkout.ts';
import { holdTree } from './git/commits.ts';
import type { Ground } from './git/ground.ts';
import { beginMove, type LandOptions, landingRef, readMarks } from './git/landing.ts';
import type { OutlookOptions } from './git/outlook.ts';
import { lookAtPatch, writePatch } from './git/patch.ts';
import { listChanges, treesOf } from './git/trees.ts';
import { captureFiles } from './git/work-tree.ts';

/**
 * Lands a result in a directory without git: when its files are still those of the base, writes what changed. The
 * same refs as for a repository say how far it came, so a crash in the middle is brought to its end by asking again.
 * @throws {Fault} DIRTY_CHECKOUT, USAGE (branch)
 */
export async function landInDirectory(ground: Ground, options: LandOptions): Promise<Landing> {
  const { objects, own, root } = ground;
  const { key, target } = options;
  const [base = '', tree = ''] = await treesOf(objects, [options.base, options.tree]);
  const changes = await listChanges(ground, base, tree);
  const files = changes.map(change => change.path);
  const landed: Landing = { outcome: 'landed', commits: [], files };
  if (target.kind === 'patch') {
    await writePatch(ground, { from: base, to: tree, target });
    return landed;
  }
  if (target.kind === 'branch') throw branchless(root);
  const ref = landingRef(key);
  const marks = await readMarks(ground, ref);
  if (marks.done !== undefined) return { ...landed, at: marks.done };
  const made = await holdTree(objects, tree);
  const index = join(own, `${ref.slice(-24)}-index`);
  const move = { ground, files: ground.files.at({ index }), from: base, to: tree, changes };
  if (marks.moving === made) {
    if (!existsSync(index)) await move.files.tell(['read-tree', base]);
    await rm(`${index}.lock`, { force: true });
    await finishMove(move);
  } else {
    const present = await captureFiles(ground, ground.files);
    if (present !== base) return { outcome: 'moved', commit: await holdTree(objects, present), tree: present };
    await requireRoom(ground, changes);
    await move.files.tell(['read-tree', base]);
    await beginMove(move, ref, made);
  }
  await objects.tell(['update-ref', '--stdin'], { input: `update ${ref}/done ${made}\ndelete ${ref}/moving\n` });
  await rm(index, { force: true });
  return { ...landed, at: made };
}

/** What landing would meet. @throws {Fault} as landInDirectory */
export async function outlookInDirectory(ground: Ground, { base, tree, target }: OutlookOptions): Promise<Outlook> {
  const { objects, root } = ground;
  if (target.kind === 'branch') throw branchless(root);
  const [from = '', to = ''] = await treesOf(objects, [base, tree]);
  if (target.kind === 'patch') {
    await lookAtPatch(ground, { from, to, target });
    return { moved: null };
  }
  const present = await captureFiles(ground, ground.files);
  if (present !== from) return { moved: { commit: await holdTree(objects, present), tree: present } };
  await requireRoom(ground, await listChanges(ground, from, to));
  return { moved: null };
}

function branchless(root: string): Fault {
  return new Fault('USAGE', 'a directory without git has no branches', {
    where: root,
    hints: ['troupe plan apply', 'troupe plan apply --patch FILE'],
  });
}
