/**
 * The markers of finished applies, all in one ref: thousands of refs would slow down every git command of yours that reads refs.
 *
 * `refs/troupe/applied` is a tree of two levels: the day on which a marker was moved here, and the hash of the apply's key. An
 * entry is written like a submodule, so it names the commit without protecting it: that is up to your branches.
 */
import type { ObjectDatabase, TreeEntry } from '../../merge/tree/objects.ts';
import { ownRefs } from './pins.ts';

export const appliedRef = `${ownRefs}applied`;

const dayMs = 24 * 60 * 60 * 1000;

/** A marker `done`, by the hash of its key. */
export interface AppliedMarker {
  hash: string;
  oid: string;
  /** Where it is in the tree. */
  path: string[];
  /** No later than this it was set; in milliseconds since the epoch. */
  changedMs: number;
}

/** Returns the hash in the name of a marker `done`, such as `apply/…/done`; null for other names. */
export const appliedHash = (name: string): string | null => /^apply\/([0-9a-f]{24})\/done$/.exec(name)?.[1] ?? null;

/** Returns where a marker that is moved now is kept. */
export const appliedPath = (hash: string): string[] => [
  // Sorts like the number.
  String(Math.floor(Date.now() / dayMs)).padStart(6, '0'),
  hash,
];

/** Reads the markers; a day that did not change is read once. */
export function openAppliedMarkers(database: ObjectDatabase): () => Promise<ReadonlyMap<string, AppliedMarker>> {
  let known = { oid: '', markers: new Map<string, AppliedMarker>() };
  let days = new Map<string, TreeEntry[]>();
  return async () => {
    const oid = (await database.idOf(appliedRef)) ?? '';
    if (oid === known.oid) return known.markers;
    const markers = new Map<string, AppliedMarker>();
    const read = new Map<string, TreeEntry[]>();
    for (const day of oid === '' ? [] : await database.entries(oid)) {
      const entries = days.get(day.oid) ?? (await database.entries(day.oid));
      read.set(day.oid, entries);
      const changedMs = (Number(day.name) + 1) * dayMs;
      for (const { name: hash, oid: commit } of entries)
        markers.set(hash, { hash, oid: commit, path: [day.name, hash], changedMs });
    }
    days = read;
    known = { oid, markers };
    return markers;
  };
}

/** Returns the paths of markers that are kept here. */
export async function findAppliedPaths(database: ObjectDatabase, hashes: readonly string[]): Promise<string[][]> {
  if (hashes.length === 0) return [];
  const markers = await openAppliedMarkers(database)();
  return hashes.flatMap(hash => {
    const marker = markers.get(hash);
    return marker === undefined ? [] : [marker.path];
  });
}
