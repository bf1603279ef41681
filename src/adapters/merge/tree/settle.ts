import type { Conflict } from '../../../model/conflict.ts';
import type { TreeMerge } from '../../../ports/project.ts';
import { type Contested, conflictKind, conflictRecord, type MergeOf } from './conflicts.ts';
import { type BytePath, type MergeOutput, readable } from './merge-output.ts';
import type { Objects } from './objects.ts';
import { entryAt, withEntry } from './tree-edit.ts';

/** The ids under which git knows the two sides; it writes them into markers and into names of files in the way. */
interface SideCommits {
  ours: string;
  theirs: string;
}

interface Merged {
  objects: Objects;
  output: MergeOutput;
  paths: Contested[];
  labels: SideCommits;
  of: MergeOf;
}

const engine = 'merge-ort';

/** Turns git's answer into ours: conflicts as objects, and a tree in which the sides have names that say something. */
export async function settle(merged: Merged): Promise<TreeMerge> {
  const { output, paths } = merged;
  const engines: Record<string, string> = {};
  for (const { type, paths: named } of output.messages) {
    if (type === 'Auto-merging' && named[0] !== undefined) engines[readable(named[0])] = engine;
  }
  if (output.clean) return { clean: true, treeOid: output.tree, engines };

  let treeOid = output.tree;
  const conflicts: Conflict[] = [];
  for (const contested of paths) {
    const named = await nameSides(merged, treeOid, contested);
    treeOid = named.treeOid;
    conflicts.push(named.conflict);
    engines[named.conflict.path] = engine;
  }
  return { clean: false, treeOid, conflicts, engines };
}

async function nameSides(
  { objects, labels, of }: Merged,
  tree: string,
  contested: Contested,
): Promise<{ treeOid: string; conflict: Conflict }> {
  const speak = (text: string) => text.replaceAll(labels.ours, 'ours').replaceAll(labels.theirs, of.theirsPlanId);
  const kind = conflictKind(contested);
  const message = [...new Set(contested.messages.map(({ text }) => speak(text)))].join('\n');
  const record = (path: BytePath, markedOid: string | null) =>
    conflictRecord(contested, of, { kind, path, markedOid, message });

  const entry = await entryAt(objects, tree, contested.path);
  if (entry === null) return { treeOid: tree, conflict: record(contested.path, null) };
  const sides = Object.values(contested.stages).map(({ oid }) => oid);
  const marked = entry.mode.startsWith('100') && !sides.includes(entry.oid);
  const oid = marked ? await relabel(objects, entry.oid, speak) : entry.oid;
  const path = await freePath(objects, tree, contested.path, speak(contested.path));
  if (oid === entry.oid && path === contested.path)
    return { treeOid: tree, conflict: record(path, marked ? oid : null) };
  const without = path === contested.path ? tree : await withEntry(objects, tree, contested.path, null);
  const treeOid = await withEntry(objects, without, path, { mode: entry.mode, oid });
  return { treeOid, conflict: record(path, marked ? oid : null) };
}

/** Conflict markers name the commits of our making; people know the sides by other names. */
async function relabel(objects: Objects, blob: string, speak: (text: string) => string): Promise<string> {
  const text = (await objects.content(blob)).toString('latin1');
  const spoken = text.replace(/^(?:<<<<<<<+|>>>>>>>+) .*$/gm, speak);
  return spoken === text ? blob : objects.write('blob', Buffer.from(spoken, 'latin1'), blob);
}

/** The wanted path if nothing is there, else the one git chose. */
async function freePath(objects: Objects, tree: string, path: BytePath, wanted: BytePath): Promise<BytePath> {
  return path === wanted || (await entryAt(objects, tree, wanted)) === null ? wanted : path;
}
