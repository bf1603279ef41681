/** Determines the order of keys from several sides. */
import type { Row, Rows } from './rows.ts';

export type Compare = (a: string, b: string) => number;

const byCode: Compare = (a, b) => (a < b ? -1 : Number(a > b));
const collator = new Intl.Collator('en');
/** As npm sorts the packages of a manifest. */
const byAlphabet: Compare = (a, b) => collator.compare(a, b) || byCode(a, b);

/** The rows of one version, in its order. */
interface Version {
  rows: readonly Row[];
  of: 'base' | 'left' | 'right';
}

/** Returns whether the keys that both have are in the same order. */
export function sameOrder(before: Version, after: Version): boolean {
  let next = 0;
  for (const row of before.rows) {
    if (row[after.of] === null) continue;
    while (next < after.rows.length && after.rows[next]?.[before.of] === null) next++;
    if (after.rows[next++] !== row) return false;
  }
  return true;
}

/**
 * Inserts what the right side added among the rows `stay` of the left: where `compare` says, or after the key it
 * follows on the right, and after new keys there.
 */
export function withAdded(stay: readonly Row[], { right, count }: Rows, compare: Compare | null): Row[] {
  const added = right.filter(row => row.base === null && row.left === null);
  if (added.length === 0 && compare === null) return [...stay];
  if (compare !== null) return [...stay, ...added].sort((a, b) => compare(a.key, b.key));
  return placed(stay, right, count);
}

/** No row; as a successor, the end. */
const none = -1;
const notIn = -2;

/** Walks over `right` once: the row after which each added row goes, as links from one row to the next. */
function placed(stay: readonly Row[], right: readonly Row[], count: number): Row[] {
  const rows: Row[] = [];
  const links = new Int32Array(count).fill(notIn);
  let first = stay[0]?.id ?? none;
  for (const [index, row] of stay.entries()) {
    rows[row.id] = row;
    links[row.id] = stay[index + 1]?.id ?? none;
  }
  const behind = (anchor: number) => (anchor === none ? first : (links[anchor] as number));
  let anchor = none;
  for (const row of right) {
    if (row.base === null && row.left === null) {
      let next = behind(anchor);
      for (; next !== none && isNewOnLeft(rows[next] as Row); next = behind(anchor)) anchor = next;
      rows[row.id] = row;
      links[row.id] = next;
      if (anchor === none) first = row.id;
      else links[anchor] = row.id;
    }
    if (links[row.id] !== notIn) anchor = row.id;
  }
  const result: Row[] = [];
  for (let id = first; id !== none; id = links[id] as number) result.push(rows[id] as Row);
  return result;
}

function isNewOnLeft({ base, right }: Row): boolean {
  return base === null && right === null;
}

/** Returns the order that all rows follow; fewer than three keys are not enough to tell. */
export function sorting(rows: readonly (readonly string[])[]): Compare | null {
  if (rows.some(row => row.length < 3)) return null;
  return [byCode, byAlphabet].find(compare => rows.every(row => isSorted(row, compare))) ?? null;
}

function isSorted(keys: readonly string[], compare: Compare): boolean {
  return keys.every((key, index) => index === 0 || compare(keys[index - 1] as string, key) < 0);
}
