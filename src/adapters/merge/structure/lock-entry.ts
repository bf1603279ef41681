import { canonOf } from './document.ts';
import type { Entries, MapSides } from './maps.ts';

/** What names one release of a package, in the lock files of npm, pnpm, Composer, Pipenv, Nix and Dart. */
const releaseKeys = [
  'version',
  'resolved',
  'integrity',
  'resolution',
  'specifier',
  'tarball',
  'checksum',
  'hashes',
  'source',
  'dist',
  'rev',
  'narHash',
  'lastModified',
];

/**
 * The version of a package in a lock file, where it is from and its checksum are one value: taken from two sides they name
 * a release that there is not.
 */
export function isTorn({ base, ours, theirs }: MapSides): boolean {
  const [was, mine, other] = [base, ours, theirs].map(releaseOf);
  return mine !== was && other !== was && mine !== other;
}

function releaseOf(side: Entries): string {
  return JSON.stringify(
    releaseKeys.map(key => {
      const entry = side.get(key);
      return entry === undefined ? null : canonOf(entry.value);
    }),
  );
}
