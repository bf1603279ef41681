import type { DiffHunk } from './hunks.ts';
import type { LineSpan } from './regions.ts';

/** A changed range of a merge without conflict: its lines in each text, and the merged text. */
export interface LineChange {
  base: LineSpan;
  ours: LineSpan;
  theirs: LineSpan;
  merged: LineSpan;
  /** The side it comes from; ours when both made the same change. */
  taken: 'ours' | 'theirs';
}

interface Group {
  from: number;
  to: number;
  /** How many lines the side added; null when it changed nothing there. */
  ours: number | null;
  theirs: number | null;
}

/** Returns the changes of both sides to a base, first to last; hunks that meet are one change, which both sides made. */
export function combineChanges(ours: readonly DiffHunk[], theirs: readonly DiffHunk[]): LineChange[] {
  const shift = { ours: 0, theirs: 0, merged: 0 };
  return groupsOf(ours, theirs).map(group => {
    const { from, to } = group;
    const taken = group.ours === null ? 'theirs' : 'ours';
    const [ours, theirs] = [group.ours ?? 0, group.theirs ?? 0];
    const grown = { ours, theirs, merged: taken === 'ours' ? ours : theirs };
    const span = (of: keyof typeof shift): LineSpan => ({ start: from + shift[of], length: to - from + grown[of] });
    const change = {
      base: { start: from, length: to - from },
      taken,
      ours: span('ours'),
      theirs: span('theirs'),
    } as const;
    const merged = span('merged');
    shift.ours += grown.ours;
    shift.theirs += grown.theirs;
    shift.merged += grown.merged;
    return { ...change, merged };
  });
}

function groupsOf(ours: readonly DiffHunk[], theirs: readonly DiffHunk[]): Group[] {
  const groups: Group[] = [];
  const hunks = [...ours.map(hunk => ['ours', hunk] as const), ...theirs.map(hunk => ['theirs', hunk] as const)];
  hunks.sort(([, a], [, b]) => a.buffer1[0] - b.buffer1[0]);
  for (const [side, { buffer1, buffer2 }] of hunks) {
    const [from, removed] = buffer1;
    let group = groups[groups.length - 1];
    if (group === undefined || from > group.to) {
      group = { from, to: from, ours: null, theirs: null };
      groups.push(group);
    }
    group.to = Math.max(group.to, from + removed);
    group[side] = (group[side] ?? 0) + buffer2[1] - removed;
  }
  return groups;
}
