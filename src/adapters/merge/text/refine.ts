import { diffHunks } from './hunks.ts';
import type { LineSides, Lines } from './lines.ts';
import type { LineSpan, Region } from './regions.ts';
import type { WorkBudget } from './work-budget.ts';

/** A conflict is not split when the halves would be closer than this, because readers would see one conflict. */
const gapMin = 3;

type Contested = Extract<Region, { taken: null }>;

/**
 * Removes what the sides agree on from a conflict region. Equal sides are no conflict. When the base is empty there,
 * the region is split at longer runs that both sides added; else only its common head and tail are removed, because
 * base lines could not be assigned to the parts.
 *
 * @throws {WorkBudgetExceeded}
 */
export function refine(region: Contested, sides: LineSides, work: WorkBudget): Region[] {
  if (region.base.length === 0 && region.ours.length > 0 && region.theirs.length > 0) return split(region, sides, work);
  return trim(region, sides, work);
}

function trim(region: Contested, sides: LineSides, work: WorkBudget): Region[] {
  const { base, ours, theirs } = region;
  const a = sides.ours.ids;
  const b = sides.theirs.ids;
  const shorter = Math.min(ours.length, theirs.length);
  work.spend(shorter);
  let head = 0;
  while (head < shorter && a[ours.start + head] === b[theirs.start + head]) head++;
  if (head === ours.length && head === theirs.length) return [{ taken: 'ours', span: ours }];
  let tail = 0;
  const lastOf = (span: LineSpan) => span.start + span.length - 1;
  while (tail < shorter - head && a[lastOf(ours) - tail] === b[lastOf(theirs) - tail]) tail++;

  const inner = (span: LineSpan) => ({ start: span.start + head, length: span.length - head - tail });
  const pieces: Region[] = [
    { taken: 'ours', span: { start: ours.start, length: head } },
    { taken: null, base, ours: inner(ours), theirs: inner(theirs) },
    { taken: 'ours', span: { start: ours.start + ours.length - tail, length: tail } },
  ];
  return pieces.filter(piece => piece.taken === null || piece.span.length > 0);
}

function split(region: Contested, sides: LineSides, work: WorkBudget): Region[] {
  const { base, ours, theirs } = region;
  const part = (lines: Lines, span: LineSpan) => lines.ids.subarray(span.start, span.start + span.length);
  const pieces: Region[] = [];
  let oursAt = ours.start;
  const agree = (to: number) => {
    if (to > oursAt) pieces.push({ taken: 'ours', span: { start: oursAt, length: to - oursAt } });
  };
  for (const { buffer1, buffer2 } of diffHunks(part(sides.ours, ours), part(sides.theirs, theirs), work)) {
    const oursSpan = { start: ours.start + buffer1[0], length: buffer1[1] };
    const theirsSpan = { start: theirs.start + buffer2[0], length: buffer2[1] };
    const before = pieces[pieces.length - 1];
    if (before?.taken === null && oursSpan.start - oursAt <= gapMin) {
      before.ours.length = oursSpan.start + oursSpan.length - before.ours.start;
      before.theirs.length = theirsSpan.start + theirsSpan.length - before.theirs.start;
    } else {
      agree(oursSpan.start);
      pieces.push({ taken: null, base, ours: oursSpan, theirs: theirsSpan });
    }
    oursAt = oursSpan.start + oursSpan.length;
  }
  agree(ours.start + ours.length);
  return pieces;
}
