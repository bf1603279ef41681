import type { ConflictKind } from '../../../model/conflict.ts';
import type { FileMerge } from '../file-merge.ts';
import { mergeFile } from '../merge-file.ts';
import type { Labels } from '../text/render.ts';
import { type FileEntry, type FileTreeMerge, sameEntry } from './file-tree.ts';

interface MergeCell {
  merge: FileTreeMerge;
  path: string;
  cell: { base: FileEntry | null; ours: FileEntry | null; theirs: FileEntry | null; rename: string | null };
  labels: Labels;
}

/** Merges what the sides have at one path into the tree and the conflicts of the merge. */
export function mergeEntry({ merge, path, cell, labels }: MergeCell): void {
  const { base, ours, theirs, rename } = cell;
  const conflict = (kind: ConflictKind, message: string, content: FileEntry | null, merged?: FileMerge) => {
    if (content !== null) merge.tree.set(path, content);
    const hunks = merged?.conflicts ?? [];
    merge.conflicts.push({ path, kind, base, ours, theirs, hunks, message });
  };
  if (ours === null || theirs === null) {
    const left = ours ?? theirs;
    if (rename !== null) conflict('rename', rename, left);
    else if (left !== null && base === null) keep(merge, path, left);
    else if (left !== null && !sameEntry(left, base)) {
      conflict('delete/modify', `${path} was deleted on one side and changed on the other`, left);
    }
    return;
  }
  const quiet = sameEntry(ours, theirs) || sameEntry(base, theirs) ? ours : sameEntry(base, ours) ? theirs : null;
  if (quiet !== null && rename === null) {
    keep(merge, path, quiet);
    return;
  }
  const type = ({ mode }: FileEntry) => mode.slice(0, 3);
  if (type(ours) !== type(theirs)) {
    conflict('type', `${path} is a link on one side and a file on the other`, ours);
    return;
  }
  const alike = base !== null && type(base) === type(ours) ? base : null;
  const mode = modeOf(alike, ours, theirs);
  const merged = contentOf(path, alike, ours, theirs, labels);
  const content = { mode: mode ?? ours.mode, content: merged.content };
  merge.engines[path] = merged.engine;
  if (rename !== null) conflict('rename', rename, content, merged);
  else if (!merged.clean) {
    const [first] = merged.conflicts;
    conflict(first?.kind ?? 'content', first?.message ?? `both sides changed ${path}`, content, merged);
  } else if (mode === null) conflict('mode', `both sides added ${path}, as a program only one of them`, content);
  else keep(merge, path, content);
}

function keep(merge: FileTreeMerge, path: string, entry: FileEntry): void {
  merge.tree.set(path, entry);
}

/** Returns the mode that one side set; null when both set one. */
function modeOf(base: FileEntry | null, ours: FileEntry, theirs: FileEntry): FileEntry['mode'] | null {
  if (ours.mode === theirs.mode) return ours.mode;
  if (base === null) return null;
  return ours.mode === base.mode ? theirs.mode : ours.mode;
}

/** A link's target is not merged as text; a change by one side alone was taken before. */
function contentOf(
  path: string,
  base: FileEntry | null,
  ours: FileEntry,
  theirs: FileEntry,
  labels: Labels,
): FileMerge {
  if (ours.mode !== '120000') {
    return mergeFile({ path, base: base?.content ?? null, ours: ours.content, theirs: theirs.content, labels });
  }
  return { clean: false, content: ours.content, conflicts: [], engine: 'none' };
}
