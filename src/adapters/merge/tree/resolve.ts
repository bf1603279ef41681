import type { AdjacentValues, Conflict } from '../../../model/conflict.ts';
import type { TreeMerge } from '../../../ports/project-merges.ts';
import type { FileMerge } from '../file-merge.ts';
import type { CaseClash } from './case-clashes.ts';
import { type ContestedPath, conflictKind, conflictRecord, type MergeSource } from './conflicts.ts';
import { pathsWithDriver } from './drivers.ts';
import { entryAt } from './entry-at.ts';
import { type BytePath, type MergeTreeOutput, readable } from './merge-output.ts';
import type { ObjectDatabase, TreeEntry } from './objects.ts';
import { resolveCaseClashes } from './resolve-case-clashes.ts';
import { findStructuralConflict, mergeStages, type RecheckContext } from './structural-recheck.ts';
import { type PathChange, withChanges } from './tree-diff.ts';

/** The ids of the two sides in git, which it writes into markers and into names of files moved aside. */
interface SideCommits {
  ours: string;
  theirs: string;
}

interface MergeState extends RecheckContext {
  output: MergeTreeOutput;
  clashes: Promise<CaseClash[]>;
  paths: ContestedPath[];
  labels: SideCommits;
  of: MergeSource;
}

/** One processed path: the change to git's tree, and either its conflict or how it was merged. */
interface ResolvedPath {
  path: BytePath;
  changes: PathChange[];
  conflict: Conflict | null;
  engine: string;
  /** When keys were compared: small maps in which each side changed different values. */
  adjacent?: AdjacentValues[];
}

const engine = 'merge-ort';
/** For files whose keys would exceed the budget. */
const pastBudget = 'lines-past-budget';

/** Converts git's result: conflicts become objects, and sides get meaningful names in the tree. */
export async function resolveMerge(merged: MergeState): Promise<TreeMerge> {
  const { output, paths } = merged;
  const engines: Record<string, string> = {};
  const conflicts: Conflict[] = [];
  const adjacent: Record<string, AdjacentValues[]> = {};
  const changes: PathChange[] = [];
  const keep = (resolved: ResolvedPath) => {
    changes.push(...resolved.changes);
    engines[readable(resolved.path)] = resolved.engine;
    if (resolved.adjacent !== undefined && resolved.adjacent.length > 0)
      adjacent[readable(resolved.path)] = resolved.adjacent;
    if (resolved.conflict !== null) conflicts.push(resolved.conflict);
  };
  const contested = new Set(paths.map(({ path }) => path));
  const autoMerged = output.messages.flatMap(({ type, paths: [path] }) =>
    type === 'Auto-merging' && path !== undefined ? [path] : [],
  );
  for (const path of autoMerged) engines[readable(path)] = engine;
  // It comes with the parsers of all formats, which a process without merges does not load.
  const { hasSyntaxCheck } = await import('../structure/syntax-check.ts');
  const keyed = autoMerged.filter(path => !contested.has(path) && hasSyntaxCheck(readable(path)));
  const driven = await pathsWithDriver(merged.repository, [...new Set([...keyed, ...contested])]);
  for (const path of keyed) {
    const again = driven.has(path) ? null : await recheckLines(merged, path);
    if (again !== null) keep(again);
  }
  for (const path of paths) keep(await resolvePath(merged, path, driven.has(path.path)));
  const clashes = await resolveCaseClashes(merged, await merged.clashes, contested);
  for (const clash of clashes) keep({ ...clash, engine });
  const { objects } = merged;
  const treeOid = changes.length === 0 ? output.tree : await withChanges(objects, output.tree, changes);
  const report = { treeOid, engines, ...(Object.keys(adjacent).length === 0 ? {} : { adjacent }) };
  return conflicts.length === 0 ? { clean: true, ...report } : { clean: false, conflicts, ...report };
}

/** If merged lines produced an invalid file, or another meaning than its keys, merges it by keys, or reports a conflict. */
async function recheckLines(merged: MergeState, path: BytePath): Promise<ResolvedPath | null> {
  const found = await findStructuralConflict(merged, merged.output.tree, path);
  if (found === null) return null;
  const { objects, of } = merged;
  const { entry } = found;
  if ('pastBudget' in found) return { path, changes: [], conflict: null, engine: pastBudget };
  if (found.problem === null) {
    const { adjacent } = found;
    if (found.content === null) return { path, changes: [], conflict: null, engine, adjacent };
    const oid = await objects.write('blob', found.content, entry.oid);
    return { path, changes: [replaced(path, entry, oid)], conflict: null, engine: 'structure', adjacent };
  }
  const again = await mergeStages(merged, path, found.stages, of.theirsPlanId);
  const oid = again === null ? entry.oid : await objects.write('blob', again.content, entry.oid);
  const changes = [replaced(path, entry, oid)];
  if (again?.clean === true) return { path, changes, conflict: null, engine: again.engine };
  const message = `the lines of ${readable(path)} merge, but then ${found.problem}`;
  const fields = { kind: 'structure', path, markedOid: again === null ? null : oid, message, merged: again } as const;
  const conflict = conflictRecord({ path, stages: found.stages, messages: [] }, of, fields);
  return { path, changes, conflict, engine };
}

function replaced(path: BytePath, before: TreeEntry, oid: string): PathChange {
  return { path, before, after: { ...before, oid } };
}

/** @param driven a merge driver decided: git's result is unchanged */
async function resolvePath(merged: MergeState, contested: ContestedPath, driven: boolean): Promise<ResolvedPath> {
  const { objects, labels, of } = merged;
  const { tree } = merged.output;
  const speak = (text: string) => text.replaceAll(labels.ours, 'ours').replaceAll(labels.theirs, of.theirsPlanId);
  const kind = conflictKind(contested);
  const message = [...new Set(contested.messages.map(({ text }) => speak(text)))].join('\n');
  const record = (path: BytePath, markedOid: string | null, again: FileMerge | null = null): Conflict =>
    conflictRecord(contested, of, { kind, path, markedOid, message, merged: again });

  const entry = await entryAt(objects, tree, contested.path);
  if (entry === null) return { path: contested.path, changes: [], conflict: record(contested.path, null), engine };
  const sides = Object.values(contested.stages).map(({ oid }) => oid);
  const marked = entry.mode.startsWith('100') && !sides.includes(entry.oid);
  const again = marked && !driven ? await mergeStages(merged, contested.path, contested.stages, of.theirsPlanId) : null;
  if (kind === 'content' && again?.engine === 'structure') {
    const oid = await objects.write('blob', again.content, entry.oid);
    const changes = [replaced(contested.path, entry, oid)];
    const { adjacent = [] } = again;
    return { path: contested.path, changes, conflict: null, engine: again.engine, adjacent };
  }
  const oid = marked ? await markedBlob(objects, entry.oid, again, speak) : entry.oid;
  const path = await freePath(objects, tree, contested.path, speak(contested.path));
  const conflict = record(path, marked ? oid : null, again);
  const decided = { conflict, engine: again?.engine === pastBudget ? pastBudget : engine };
  if (path === contested.path) {
    return { path, changes: oid === entry.oid ? [] : [replaced(path, entry, oid)], ...decided };
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  const there = { path, before: null, after: { mode: entry.mode, name, oid } };
  return { path, changes: [{ path: contested.path, before: entry, after: null }, there], ...decided };
}

/** With our markers, whose hunks the conflict counts; with git's when only git sees a conflict. */
async function markedBlob(
  objects: ObjectDatabase,
  blob: string,
  again: FileMerge | null,
  speak: (text: string) => string,
): Promise<string> {
  if (again !== null && !again.clean) return objects.write('blob', again.content, blob);
  const text = (await objects.content(blob)).toString('latin1');
  const labelled = text.replace(/^(?:<<<<<<<+|>>>>>>>+) .*$/gm, speak);
  return labelled === text ? blob : objects.write('blob', Buffer.from(labelled, 'latin1'), blob);
}

/** Returns the wanted path if it is free, else the one git chose. */
async function freePath(objects: ObjectDatabase, tree: string, path: BytePath, wanted: BytePath): Promise<BytePath> {
  return path === wanted || (await entryAt(objects, tree, wanted)) === null ? wanted : path;
}
