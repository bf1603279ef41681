import { canonicalText, type MapEntry } from './document.ts';
import type { Row, Rows } from './rows.ts';

/** Keys that identify one release of a package, in the lock files of npm, pnpm, Composer, Pipenv, Nix and Dart. */
const releaseKeys = new Set([
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
]);

/**
 * In a lock file, a package's version, source and checksum belong together: taken from two sides they identify a
 * release that does not exist.
 */
export function mixesReleases({ base, left, right }: Rows): boolean {
  const release = new Set([...base, ...left, ...right].filter(({ key }) => releaseKeys.has(key)));
  const differ = (a: Version, b: Version) => [...release].some(row => meaningOf(row[a]) !== meaningOf(row[b]));
  return differ('base', 'left') && differ('base', 'right') && differ('left', 'right');
}

type Version = keyof Pick<Row, 'base' | 'left' | 'right'>;

function meaningOf(entry: MapEntry | null): string | null {
  return entry === null ? null : canonicalText(entry.value);
}
