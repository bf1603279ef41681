import type { Alignment } from './align.ts';
import type { WorkBudget } from './work-budget.ts';

/**
 * Moves every changed run of lines to its canonical place. A run whose neighbor repeats it could be in several places
 * (`}` before or after the inserted function): it moves down as far as possible, but prefers the last place where it
 * is opposite to a run of the other text. Two sides that make the same change are recognized only if both diffs chose
 * the same one of the equivalent places.
 *
 * @throws {WorkBudgetExceeded}
 */
export function slide(pairs: Alignment, a: Int32Array, b: Int32Array, work: WorkBudget): void {
  slideRuns(pairs.a, a, pairs.b, b.length, work);
  slideRuns(pairs.b, b, pairs.a, a.length, work);
}

/**
 * Moves the runs of `text` by moving the shared lines around them. Gap `g` is before shared line `g` (the last one
 * before the end): its run is `own[g − 1] + 1 … own[g] − 1`, and the other text's run there is what `other` omits.
 */
function slideRuns(own: Int32Array, text: Int32Array, other: Int32Array, otherLength: number, work: WorkBudget): void {
  const last = own.length;
  const start = (gap: number) => (gap === 0 ? 0 : (own[gap - 1] as number) + 1);
  const end = (gap: number) => (gap === last ? text.length : (own[gap] as number));
  const facesRun = (gap: number) =>
    (gap === last ? otherLength : (other[gap] as number)) - (gap === 0 ? 0 : (other[gap - 1] as number) + 1) > 0;
  const canRise = (gap: number) => gap > 0 && text[start(gap) - 1] === text[end(gap) - 1];
  const canSink = (gap: number) => gap < last && text[end(gap)] === text[start(gap)];

  for (let gap = 0; gap <= last; gap++) {
    if (start(gap) === end(gap)) continue;
    let size: number;
    let facing: number;
    let top: number;
    do {
      size = end(gap) - start(gap);
      facing = absent;
      for (; canRise(gap); gap--) {
        own[gap - 1] = end(gap) - 1;
        work.spend(1);
      }
      top = gap;
      if (facesRun(gap)) facing = gap;
      for (; canSink(gap); gap++) {
        own[gap] = start(gap);
        work.spend(1);
        if (facesRun(gap + 1)) facing = gap + 1;
      }
      // The run may have merged with others on its way and may now move further as a longer one.
    } while (end(gap) - start(gap) !== size);
    if (gap === top || facing === absent) continue;
    for (; !facesRun(gap); gap--) own[gap - 1] = end(gap) - 1;
  }
}

const absent = -1;
