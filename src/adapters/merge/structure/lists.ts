import { AmbiguousMerge } from './ambiguous.ts';
import type { Collection } from './document.ts';
import { sorting } from './key-order.ts';

/**
 * Returns the items of a merged list, in order. Only for lists with unique items: between two items that all sides
 * have, at most one side may have changed something, as in a text between two lines; or the list is sorted on all
 * sides, which determines where additions go.
 *
 * @throws {AmbiguousMerge}
 */
export function listOrder(base: Collection, ground: Collection, donor: Collection): string[] {
  const sides = [base, ground, donor].map(({ entries }) => entries.map(({ key }) => key));
  const [b = [], g = [], d = []] = sides;
  if (sides.some(side => new Set(side).size !== side.length))
    throw new AmbiguousMerge('an item occurs twice in a list');
  return sortedUnion(b, g, d) ?? gapByGap(b, g, d);
}

function sortedUnion(base: readonly string[], ground: readonly string[], donor: readonly string[]): string[] | null {
  const compare = sorting([base, ground, donor]);
  if (compare === null || ![...base, ...ground, ...donor].every(isToken)) return null;
  const before = new Set(base);
  const left = new Set(donor);
  const stay = ground.filter(key => left.has(key) || !before.has(key));
  const added = donor.filter(key => !before.has(key));
  return [...new Set([...stay, ...added])].sort(compare);
}

/**
 * Only lists of single words are sorted on purpose. Ascending numbers may be a coincidence, and commands (`npm ci`,
 * `npm run build`) in alphabetical order run one after the other.
 */
function isToken(canon: string): boolean {
  const unquoted = /^(["'])(.*)\1$/.exec(canon)?.[2] ?? canon;
  return /^[@\w./-]+$/.test(unquoted) && /^[^\d]/.test(unquoted);
}

/** Items up to one that all sides have, which ends the gap; the last gap has none. */
interface Gap {
  items: string[];
  end: string | null;
}

function gapByGap(base: readonly string[], ground: readonly string[], donor: readonly string[]): string[] {
  const [inGround, inDonor] = [new Set(ground), new Set(donor)];
  const fixed = base.filter(key => inGround.has(key) && inDonor.has(key));
  const common = new Set(fixed);
  const gaps = [base, ground, donor].map(side => cut(side, common));
  const [b = [], g = [], d = []] = gaps;
  if (gaps.some(side => side.some(({ end }, i) => end !== (fixed[i] ?? null))))
    throw new AmbiguousMerge('a list was reordered');
  const result: string[] = [];
  for (const [i, { items }] of b.entries()) {
    const [{ items: mine }, { items: other }] = [g[i] as Gap, d[i] as Gap];
    if (equal(other, items) || equal(other, mine)) result.push(...mine);
    else if (equal(mine, items)) result.push(...other);
    else throw new AmbiguousMerge('both sides changed one place of a list');
    const end = fixed[i];
    if (end !== undefined) result.push(end);
  }
  if (new Set(result).size !== result.length) throw new AmbiguousMerge('both sides put one item in different places');
  return result;
}

function cut(items: readonly string[], common: ReadonlySet<string>): Gap[] {
  const gaps: Gap[] = [{ items: [], end: null }];
  for (const item of items) {
    const last = gaps[gaps.length - 1] as Gap;
    if (common.has(item)) {
      last.end = item;
      gaps.push({ items: [], end: null });
    } else last.items.push(item);
  }
  return gaps;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
