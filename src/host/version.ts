import { readFileSync } from 'node:fs';

/** The version of the package these files are of: beside the sources in the repository, or above what was built. */
export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: { name?: string; version?: string } = JSON.parse(
        readFileSync(new URL(place, import.meta.url), 'utf8'),
      );
      if (manifest.name === 'troupe' && manifest.version !== undefined) return manifest.version;
    } catch {
      // Not here; the other place has it.
    }
  }
  return 'unknown';
}
