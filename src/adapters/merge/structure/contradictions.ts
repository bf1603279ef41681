import type { Collection, Document, Entry, Value } from './document.ts';
import { isTorn } from './lock-entry.ts';
import { isLockFile, type KeyPath } from './map-kind.ts';
import { byKey } from './maps.ts';
import { takenNames } from './renamed.ts';
import type { StructuredSides } from './structured-sides.ts';

/** An entry of which the two sides cannot both be right, however cleanly its lines merge. */
export interface Contradiction {
  /** The keys from the root to the entry. */
  at: KeyPath;
  why: string;
}

type Three<Item> = Record<'base' | 'ours' | 'theirs', Item>;

/** The entries about which the sides contradict each other in a way that lines do not show, first to last. */
export function contradictionsIn(sides: StructuredSides): Contradiction[] {
  const { base, ours, theirs } = sides;
  return new Search(sides).among({ base: base.root, ours: ours.root, theirs: theirs.root }, []);
}

class Search {
  private readonly documents: Three<Document>;
  private readonly locked: boolean;

  constructor(sides: StructuredSides) {
    this.documents = sides;
    this.locked = isLockFile(sides.path);
  }

  among({ base, ours, theirs }: Three<Value>, at: KeyPath): Contradiction[] {
    if (base.kind !== 'map' || ours.kind !== 'map' || theirs.kind !== 'map') return [];
    const maps = { base: byKey(base), ours: byKey(ours), theirs: byKey(theirs) };
    if (this.locked && isTorn(maps)) {
      const name = at[at.length - 1] ?? 'the file';
      return [
        { at, why: `both sides changed the release of ${name}, whose version, source and checksum are one value` },
      ];
    }
    const changed = this.changedByBoth(base, maps);
    const taken = takenNames(changed, maps);
    const inside = changed
      .filter(({ base: { key } }) => !taken.some(each => each.key === key))
      .flatMap(of =>
        this.among({ base: of.base.value, ours: of.ours.value, theirs: of.theirs.value }, [...at, of.base.key]),
      );
    return [...taken.map(({ key, why }) => ({ at: [...at, key], why })), ...inside];
  }

  /** What each side has under one key, and no two sides alike. */
  private changedByBoth({ entries }: Collection, { ours, theirs }: Three<ReadonlyMap<string, Entry>>): Three<Entry>[] {
    return entries.flatMap(base => {
      const [mine, other] = [ours.get(base.key), theirs.get(base.key)];
      if (mine === undefined || other === undefined) return [];
      const [was, now, then] = [this.text('base', base), this.text('ours', mine), this.text('theirs', other)];
      return now === was || then === was || now === then ? [] : [{ base, ours: mine, theirs: other }];
    });
  }

  private text(side: keyof Three<Document>, { value: { from, to } }: Entry): string {
    return this.documents[side].text.slice(from, to);
  }
}
