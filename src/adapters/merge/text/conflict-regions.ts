import type { LineChange } from './changes.ts';
import type { LineSpan, Region } from './regions.ts';

/** Lines of the merged text; `to` is exclusive. */
export interface LineRange {
  from: number;
  to: number;
}

/** Adjacent changes, by their indexes, that are one conflict, and its lines (null: all of them). */
export interface ConflictSpan {
  first: number;
  last: number;
  lines: LineRange | null;
}

/** Returns the changes at each place, together for one place. A deletion belongs to the place that contains it. */
export function conflictSpansAt(changes: readonly LineChange[], places: readonly LineRange[]): ConflictSpan[] {
  const found: (ConflictSpan & { lines: LineRange })[] = [];
  for (const { from, to } of [...places].sort((a, b) => a.from - b.from)) {
    const touches = ({ merged: { start, length } }: LineChange) =>
      start < to && (length === 0 ? start > from : start + length > from);
    const first = changes.findIndex(touches);
    if (first === -1) continue;
    const last = changes.findLastIndex(touches);
    const before = found[found.length - 1];
    if (before === undefined || before.last < first) found.push({ first, last, lines: { from, to } });
    else {
      before.last = Math.max(before.last, last);
      before.lines.to = Math.max(before.lines.to, to);
    }
  }
  return found;
}

/** Returns the regions of a merge with some of its changes in conflict, and the others taken. */
export function withConflicts(
  changes: readonly LineChange[],
  baseLength: number,
  contests: readonly ConflictSpan[],
): Region[] {
  const regions: Region[] = [];
  const starts = new Map(contests.map(contest => [contest.first, contest]));
  let at = 0;
  for (let index = 0; index < changes.length; index++) {
    const first = changes[index] as LineChange;
    const contest = starts.get(index);
    index = contest?.last ?? index;
    const last = changes[index] as LineChange;
    if (first.base.start > at) regions.push({ taken: 'base', span: { start: at, length: first.base.start - at } });
    if (contest !== undefined) regions.push(...conflictRegion(first, last, contest.lines));
    else if (first[first.taken].length > 0) regions.push({ taken: first.taken, span: first[first.taken] });
    at = last.base.start + last.base.length;
  }
  if (baseLength > at) regions.push({ taken: 'base', span: { start: at, length: baseLength - at } });
  return regions;
}

function conflictRegion(first: LineChange, last: LineChange, lines: LineRange | null): Region[] {
  const { base, taken, merged } = first;
  const whole: Region = {
    taken: null,
    base: joined(base, last.base),
    ours: joined(first.ours, last.ours),
    theirs: joined(first.theirs, last.theirs),
  };
  // Of lines that one side added, only those in question.
  if (lines === null || first !== last || base.length > 0) return [whole];
  const own = first[taken];
  const start = Math.max(lines.from - merged.start, 0);
  const end = Math.min(lines.to - merged.start, own.length);
  const part = (from: number, to: number): LineSpan => ({ start: own.start + from, length: to - from });
  const parts: Region[] = [
    { taken, span: part(0, start) },
    { ...whole, [taken]: part(start, end) },
    { taken, span: part(end, own.length) },
  ];
  return parts.filter(region => region.taken === null || region.span.length > 0);
}

function joined(first: LineSpan, last: LineSpan): LineSpan {
  return { start: first.start, length: last.start + last.length - first.start };
}
