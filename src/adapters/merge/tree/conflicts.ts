import type { Conflict, ConflictHunk, ConflictKind, ConflictSide } from '../../../model/conflict.ts';
import type { FileMerge, HunkSide } from '../file-merge.ts';
import { type BytePath, type IndexStage, type MergeMessage, type MergeTreeOutput, readable } from './merge-output.ts';

export type Stages = Partial<Record<1 | 2 | 3, IndexStage>>;

/** One path in conflict: each side's version, and git's messages about it. */
export interface ContestedPath {
  path: BytePath;
  stages: Stages;
  messages: MergeMessage[];
}

/** The plans of the merge, for the records. */
export interface MergeSource {
  alias: string;
  theirsPlanId: string;
}

/** Returns every path with unmerged stages, and every path that git reports as a conflict without stages. */
export function contestedPaths(output: MergeTreeOutput): ContestedPath[] {
  const found = new Map<BytePath, ContestedPath>();
  for (const stage of output.stages) {
    const contested = found.get(stage.path) ?? { path: stage.path, stages: {}, messages: [] };
    contested.stages[stage.stage] = stage;
    found.set(stage.path, contested);
  }
  for (const message of output.messages) {
    const [path] = message.paths;
    if (!message.type.startsWith('CONFLICT') || path === undefined) continue;
    const staged = message.paths.flatMap(each => found.get(each) ?? []);
    for (const contested of staged) contested.messages.push(message);
    if (staged.length === 0) found.set(path, { path, stages: {}, messages: [message] });
  }
  return [...found.values()];
}

/** Kinds by git's stable message types; the first match decides. */
const kinds: [pattern: RegExp, kind: ConflictKind][] = [
  [/binary/, 'binary'],
  [/distinct modes|distinct types|file\/directory|submodule/, 'type'],
  [/rename/, 'rename'],
  [/modify\/delete/, 'delete/modify'],
];

export function conflictKind({ stages, messages }: ContestedPath): ConflictKind {
  for (const [pattern, kind] of kinds) if (messages.some(({ type }) => pattern.test(type))) return kind;
  const { 1: base, 2: ours, 3: theirs } = stages;
  if (ours !== undefined && theirs !== undefined && ours.oid === theirs.oid && ours.mode !== theirs.mode) return 'mode';
  return base === undefined ? 'add/add' : 'content';
}

export function conflictRecord(
  contested: ContestedPath,
  { alias, theirsPlanId }: MergeSource,
  input: {
    kind: ConflictKind;
    path: BytePath;
    markedOid: string | null;
    message: string;
    /** The merged file, if it was merged here; its conflicts are the hunks. */
    merged: FileMerge | null;
  },
): Conflict {
  const path = readable(input.path);
  const { 1: base, 2: ours, 3: theirs } = contested.stages;
  return {
    conflictId: `${theirsPlanId}:${path}`,
    alias,
    path,
    kind: input.kind,
    base: side(base, []),
    ours: side(ours, []),
    theirs: side(theirs, [theirsPlanId]),
    markedOid: input.markedOid,
    message: input.message,
    hunks: hunksOf(input.merged),
  };
}

/** Further hunks are not listed separately. */
const hunksMax = 200;

function hunksOf(merged: FileMerge | null): ConflictHunk[] {
  if (merged === null || merged.clean || merged.conflicts.length > hunksMax) return [];
  const span = ({ start, length }: HunkSide) => ({ start, length });
  return merged.conflicts.map(({ base, ours, theirs }) => ({
    base: span(base),
    ours: span(ours),
    theirs: span(theirs),
    taken: null,
  }));
}

function side(stage: IndexStage | undefined, planIds: string[]): ConflictSide {
  return { oid: stage?.oid ?? null, mode: stage?.mode ?? null, planIds, goals: [] };
}
