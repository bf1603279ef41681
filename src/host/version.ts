import { readFileSync } from 'node:fs';

/** Returns the version of this package: package.json is next to the sources in the repository, or above the build output. */
export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: { name?: string; version?: string } = JSON.parse(
        readFileSync(new URL(place, import.meta.url), 'utf8'),
      );
      if (manifest.name === 'troupe' && manifest.version !== undefined) return manifest.version;
    } catch {
      // Try the next location.
    }
  }
  return 'unknown';
}
