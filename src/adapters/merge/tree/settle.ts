import type { Conflict } from '../../../model/conflict.ts';
import type { TreeMerge } from '../../../ports/project.ts';
import type { FileMerge } from '../merge-file.ts';
import { type Contested, conflictKind, conflictRecord, type MergeOf } from './conflicts.ts';
import { type BytePath, type MergeOutput, readable } from './merge-output.ts';
import type { Entry, Objects } from './objects.ts';
import { brokenByLines, mergeStages, type Scene } from './second-look.ts';
import { entryAt, withEntry } from './tree-edit.ts';

/** The ids under which git knows the two sides; it writes them into markers and into names of files in the way. */
interface SideCommits {
  ours: string;
  theirs: string;
}

interface Merged extends Scene {
  output: MergeOutput;
  paths: Contested[];
  labels: SideCommits;
  of: MergeOf;
}

/** One path, settled: the tree with it, and either the conflict that it is or what merged it after all. */
interface Settled {
  treeOid: string;
  path: BytePath;
  conflict: Conflict | null;
  engine: string;
}

const engine = 'merge-ort';

/** Turns git's answer into ours: conflicts as objects, and a tree in which the sides have names that say something. */
export async function settle(merged: Merged): Promise<TreeMerge> {
  const { output, paths } = merged;
  const engines: Record<string, string> = {};
  const conflicts: Conflict[] = [];
  let treeOid = output.tree;
  const keep = (settled: Settled) => {
    treeOid = settled.treeOid;
    engines[readable(settled.path)] = settled.engine;
    if (settled.conflict !== null) conflicts.push(settled.conflict);
  };
  const contested = new Set(paths.map(({ path }) => path));
  for (const { type, paths: named } of output.messages) {
    const [path] = named;
    if (type !== 'Auto-merging' || path === undefined) continue;
    engines[readable(path)] = engine;
    if (contested.has(path)) continue;
    const again = await mendLines(merged, treeOid, path);
    if (again !== null) keep(again);
  }
  for (const path of paths) keep(await settlePath(merged, treeOid, path));
  return conflicts.length === 0 ? { clean: true, treeOid, engines } : { clean: false, treeOid, conflicts, engines };
}

/** A file whose lines merged into something broken is merged by its keys, or is a conflict. */
async function mendLines(merged: Merged, tree: string, path: BytePath): Promise<Settled | null> {
  const found = await brokenByLines(merged, tree, path);
  if (found === null) return null;
  const { objects, of } = merged;
  const again = await mergeStages(objects, path, found.stages, of.theirsPlanId);
  const entry = await entryAt(objects, tree, path);
  if (entry === null) throw new TypeError('a file that was merged is not there');
  const oid = again === null ? entry.oid : await objects.write('blob', again.content, entry.oid);
  const treeOid = await withEntry(objects, tree, path, { mode: entry.mode, oid });
  if (again?.clean === true) return { treeOid, path, conflict: null, engine: again.engine };
  const message = `the lines of ${readable(path)} merge, but then ${found.problem}`;
  const facts = { kind: 'structure', path, markedOid: again === null ? null : oid, message, merged: again } as const;
  const conflict = conflictRecord({ path, stages: found.stages, messages: [] }, of, facts);
  return { treeOid, path, conflict, engine };
}

async function settlePath(merged: Merged, tree: string, contested: Contested): Promise<Settled> {
  const { objects, labels, of } = merged;
  const speak = (text: string) => text.replaceAll(labels.ours, 'ours').replaceAll(labels.theirs, of.theirsPlanId);
  const kind = conflictKind(contested);
  const message = [...new Set(contested.messages.map(({ text }) => speak(text)))].join('\n');
  const record = (path: BytePath, markedOid: string | null, again: FileMerge | null = null): Conflict =>
    conflictRecord(contested, of, { kind, path, markedOid, message, merged: again });

  const entry = await entryAt(objects, tree, contested.path);
  if (entry === null) return { treeOid: tree, path: contested.path, conflict: record(contested.path, null), engine };
  const sides = Object.values(contested.stages).map(({ oid }) => oid);
  const marked = entry.mode.startsWith('100') && !sides.includes(entry.oid);
  const again = marked ? await mergeStages(objects, contested.path, contested.stages, of.theirsPlanId) : null;
  if (kind === 'content' && again?.engine === 'structure') {
    const treeOid = await withBlob(objects, tree, contested.path, entry, again.content);
    return { treeOid, path: contested.path, conflict: null, engine: again.engine };
  }
  const oid = marked ? await markedBlob(objects, entry.oid, again, speak) : entry.oid;
  const path = await freePath(objects, tree, contested.path, speak(contested.path));
  const conflict = record(path, marked ? oid : null, again);
  if (oid === entry.oid && path === contested.path) return { treeOid: tree, path, conflict, engine };
  const without = path === contested.path ? tree : await withEntry(objects, tree, contested.path, null);
  const treeOid = await withEntry(objects, without, path, { mode: entry.mode, oid });
  return { treeOid, path, conflict, engine };
}

async function withBlob(
  objects: Objects,
  tree: string,
  path: BytePath,
  { mode, oid }: Entry,
  content: Uint8Array,
): Promise<string> {
  return withEntry(objects, tree, path, { mode, oid: await objects.write('blob', content, oid) });
}

/** With markers of ours, whose hunks the conflict counts; with those of git where only git sees a conflict. */
async function markedBlob(
  objects: Objects,
  blob: string,
  again: FileMerge | null,
  speak: (text: string) => string,
): Promise<string> {
  if (again !== null && !again.clean) return objects.write('blob', again.content, blob);
  const text = (await objects.content(blob)).toString('latin1');
  const spoken = text.replace(/^(?:<<<<<<<+|>>>>>>>+) .*$/gm, speak);
  return spoken === text ? blob : objects.write('blob', Buffer.from(spoken, 'latin1'), blob);
}

/** The wanted path if nothing is there, else the one git chose. */
async function freePath(objects: Objects, tree: string, path: BytePath, wanted: BytePath): Promise<BytePath> {
  return path === wanted || (await entryAt(objects, tree, wanted)) === null ? wanted : path;
}
