/** Where the keys of several sides stand among each other. */
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

/** Whether keys that both have stand in the same order in both. */
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
 * Puts what the right side added among the rows that `stay` of the left: where `compare` says, or behind the key it stands behind
 * on the right, and behind what is new there.
 */
export function withAdded(stay: readonly Row[], { right, count }: Rows, compare: Compare | null): Row[] {
  const added = right.filter(row => row.base === null && row.left === null);
  if (added.length === 0 && compare === null) return [...stay];
  if (compare !== null) return [...stay, ...added].sort((a, b) => compare(a.key, b.key));
  return placed(stay, right, count);
}

/** No row; as the one behind another, its end. */
const none = -1;
const notIn = -2;

/** Goes over `right` once: behind which row each added one is put, as links from one row to the next. */
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

/** The order that all rows keep; of fewer than three keys none can be told. */
export function sorting(rows: readonly (readonly string[])[]): Compare | null {
  if (rows.some(row => row.length < 3)) return null;
  return [byCode, byAlphabet].find(compare => rows.every(row => isSorted(row, compare))) ?? null;
}

function isSorted(keys: readonly string[], compare: Compare): boolean {
  return keys.every((key, index) => index === 0 || compare(keys[index - 1] as string, key) < 0);
}
