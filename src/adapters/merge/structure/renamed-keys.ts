import { type MapEntry, sameMeaning, type Value } from './document.ts';
import type { Kept, Rows } from './rows.ts';

/** Minimum common share of the larger value for two values to count as the same item under another name. */
const similarMin = 0.5;

/**
 * One side renamed an entry and gave its old name to a new one, and the other side changed the entry of that name. By
 * lines the change belongs to the renamed entry, by keys to the new one. Only a person can decide.
 *
 * @param changed entries that both sides changed differently
 */
export function renamedKeys(changed: readonly Kept[], { left, right }: Rows): { key: string; why: string }[] {
  if (changed.length === 0) return [];
  const added = { left: freshIn(left, 'left'), right: freshIn(right, 'right') };
  if (added.left.length === 0 && added.right.length === 0) return [];
  return changed.flatMap(({ key, base: { value: before }, left: mine, right: other }) => {
    const name = renamedTo(before, mine.value, added.left) ?? renamedTo(before, other.value, added.right);
    if (name === null) return [];
    return [
      {
        key,
        why: `one side renamed ${key} to ${name} and gave its name to another entry, which the other side changed`,
      },
    ];
  });
}

/**
 * One side deleted an entry, and the other side renamed it. By lines, that is a deletion by both and an unrelated new
 * entry, which the merge would keep.
 *
 * @returns the deleted keys
 */
export function keysRenamedAndDeleted({ base, left, right }: Rows): { key: string; why: string }[] {
  const deleted = base.filter(
    row => row.left === null && row.right === null && isDistinctive((row.base as MapEntry).value),
  );
  if (deleted.length === 0) return [];
  const added = [...freshIn(left, 'left'), ...freshIn(right, 'right')];
  const isOnBoth = (key: string) => added.filter(each => each.key === key).length > 1;
  return deleted.flatMap(({ key, base: before }) => {
    const renamed = added.find(each => sameMeaning(each.value, (before as MapEntry).value) && !isOnBoth(each.key));
    return renamed === undefined
      ? []
      : [{ key, why: `one side renamed ${key} to ${renamed.key}, and the other deleted it` }];
  });
}

/** Whether another entry hardly has the same value by chance: several values, or a text of several words. */
function isDistinctive(value: Value): boolean {
  return leavesOf(value).size > 1 || (value.kind === 'scalar' && /\S\s+\S/.test(value.canon));
}

function freshIn(rows: Rows['left'], side: 'left' | 'right'): MapEntry[] {
  return rows.flatMap(row => (row.base === null ? [row[side] as MapEntry] : []));
}

/** Returns the new name of an entry, if that is more similar to it than the entry that has its name now. */
function renamedTo(before: Value, now: Value, added: readonly MapEntry[]): string | null {
  const stays = likeness(before, now);
  const found = added.find(({ value }) => {
    const moved = likeness(before, value);
    return moved >= similarMin && moved > stays;
  });
  return found?.key ?? null;
}

/** Returns the share of the larger value's content that both have, from 0 to 1. */
function likeness(a: Value, b: Value): number {
  const [left, right] = [leavesOf(a), leavesOf(b)];
  let shared = 0;
  for (const leaf of left) if (right.has(leaf)) shared++;
  return shared / Math.max(left.size, right.size, 1);
}

const known = new WeakMap<Value, ReadonlySet<string>>();

function leavesOf(value: Value): ReadonlySet<string> {
  const found = known.get(value) ?? new Set(leaves(value, ''));
  known.set(value, found);
  return found;
}

function* leaves(value: Value, under: string): Generator<string> {
  if (value.kind === 'scalar') yield `${under}=${value.canon}`;
  else
    for (const { key, value: of } of value.entries) yield* leaves(of, value.kind === 'map' ? `${under}/${key}` : under);
}
