import type { Document, MapEntry, Value } from './document.ts';
import { mixesReleases } from './lock-entry.ts';
import { isLockFile, type KeyPath } from './map-kind.ts';
import { keysRenamedAndDeleted, renamedKeys } from './renamed-keys.ts';
import { type Kept, type Row, rowsOf } from './rows.ts';
import type { StructuredSides } from './structured-sides.ts';

/** An entry for which the two sides cannot both be right, even if its lines merge. */
export interface Contradiction {
  /** The keys from the root to the entry. */
  at: KeyPath;
  why: string;
}

type Three<Item> = Record<'base' | 'left' | 'right', Item>;

/** Returns the entries in which the sides contradict each other without conflicting lines, first to last. */
export function contradictionsIn({ path, base, ours, theirs }: StructuredSides): Contradiction[] {
  const search = new Search({ base, left: ours, right: theirs }, isLockFile(path));
  return search.among({ base: base.root, left: ours.root, right: theirs.root }, []);
}

class Search {
  private readonly documents: Three<Document>;
  private readonly locked: boolean;

  constructor(documents: Three<Document>, locked: boolean) {
    this.documents = documents;
    this.locked = locked;
  }

  among({ base, left, right }: Three<Value>, at: KeyPath): Contradiction[] {
    if (base.kind !== 'map' || left.kind !== 'map' || right.kind !== 'map') return [];
    const rows = rowsOf({ base, left, right });
    if (this.locked && mixesReleases(rows)) {
      const name = at[at.length - 1] ?? 'the file';
      return [
        { at, why: `both sides changed the release of ${name}, whose version, source and checksum are one value` },
      ];
    }
    const changed = rows.base.filter((row): row is Kept => this.isChangedByBoth(row));
    const taken = [...renamedKeys(changed, rows), ...keysRenamedAndDeleted(rows)];
    const inside = changed
      .filter(({ key }) => !taken.some(each => each.key === key))
      .flatMap(of => this.among({ base: of.base.value, left: of.left.value, right: of.right.value }, [...at, of.key]));
    return [...taken.map(({ key, why }) => ({ at: [...at, key], why })), ...inside];
  }

  /** Returns whether all versions have the entry, each with a different value. */
  private isChangedByBoth({ base, left, right }: Row): boolean {
    if (base === null || left === null || right === null) return false;
    const was = this.text('base', base);
    if (this.text('left', left) === was) return false;
    const then = this.text('right', right);
    return then !== was && then !== this.text('left', left);
  }

  private text(side: keyof Three<Document>, { value: { from, to } }: MapEntry): string {
    return this.documents[side].text.slice(from, to);
  }
}
