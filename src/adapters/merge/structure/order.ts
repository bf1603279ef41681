/** Where the keys of several sides stand among each other. */

export type Compare = (a: string, b: string) => number;

const byCode: Compare = (a, b) => (a < b ? -1 : Number(a > b));
const collator = new Intl.Collator('en');
/** As npm sorts the packages of a manifest. */
const byAlphabet: Compare = (a, b) => collator.compare(a, b) || byCode(a, b);

/** Whether keys that both have stand in the same order in both. */
export function sameOrder(before: readonly string[], after: readonly string[]): boolean {
  const kept = new Set(after);
  const known = new Set(before);
  const left = before.filter(key => kept.has(key));
  const right = after.filter(key => known.has(key));
  return left.every((key, index) => key === right[index]);
}

/**
 * Puts what `donor` has and `keys` has not among `keys`: where `compare` says, or behind the key it stands behind in
 * `donor`, and behind what `isNew` there.
 */
export function withAdded(
  keys: readonly string[],
  donor: readonly string[],
  { isNew, compare }: { isNew: (key: string) => boolean; compare: Compare | null },
): string[] {
  const known = new Set(keys);
  const added = donor.filter(key => !known.has(key) && isNew(key));
  if (compare !== null) return [...keys, ...added].sort(compare);
  return placed(keys, donor, new Set(added), isNew);
}

/** Goes over `donor` once: behind which key each of the `added` ones is put, as links from one key to the next. */
function placed(
  keys: readonly string[],
  donor: readonly string[],
  added: ReadonlySet<string>,
  isNew: (key: string) => boolean,
): string[] {
  const links = new Map<string | null, string | undefined>([[null, keys[0]]]);
  for (const [index, key] of keys.entries()) links.set(key, keys[index + 1]);
  const inDonor = new Set(donor);
  let anchor: string | null = null;
  for (const key of donor) {
    if (added.has(key)) {
      for (let next = links.get(anchor); next !== undefined && isNew(next) && !inDonor.has(next); ) {
        anchor = next;
        next = links.get(anchor);
      }
      links.set(key, links.get(anchor));
      links.set(anchor, key);
    }
    if (links.has(key)) anchor = key;
  }
  const result: string[] = [];
  for (let key = links.get(null); key !== undefined; key = links.get(key)) result.push(key);
  return result;
}

/** The order that all rows keep; of fewer than three keys none can be told. */
export function sorting(rows: readonly (readonly string[])[]): Compare | null {
  if (rows.some(row => row.length < 3)) return null;
  return [byCode, byAlphabet].find(compare => rows.every(row => isSorted(row, compare))) ?? null;
}

function isSorted(keys: readonly string[], compare: Compare): boolean {
  return keys.every((key, index) => index === 0 || compare(keys[index - 1] as string, key) < 0);
}
