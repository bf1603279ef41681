import type { TextRange } from './ranges.ts';

/** The lock files that are neither JSON nor YAML: where an entry begins, and its lines that identify one release. */
const formats: readonly (readonly [path: RegExp, begins: RegExp, release: RegExp])[] = [
  [
    /(?:^|\/)(?:Cargo|poetry|uv|pdm)\.lock$/,
    /^\[\[package\]\]/gm,
    /^(?:name|version|source|checksum|content_hash|sdist) = .*/gm,
  ],
  [/(?:^|\/)yarn\.lock$/, /^(?=[^\s#])/gm, /^ {2}(?:version|resolved|resolution|integrity|checksum):? .*/gm],
];

/** Returns whether a merge of lines of that file is checked. */
export function hasReleases(path: string): boolean {
  return formats.some(([pattern]) => pattern.test(path));
}

/**
 * Returns the entry of a merged lock file whose version, source and checksum are not together in any side: lines that
 * are far enough apart merge into a release that does not exist.
 */
export function mixedRelease(path: string, merged: string, sides: readonly string[]): TextRange | null {
  const format = formats.find(([pattern]) => pattern.test(path));
  if (format === undefined) return null;
  const [, begins, release] = format;
  const entriesOf = (text: string) => {
    const starts = [...text.matchAll(begins)].map(({ index }) => index);
    return starts.map((from, at) => {
      const to = starts[at + 1] ?? text.length;
      return {
        from,
        to,
        release: [...text.slice(from, to).matchAll(release)].map(([line]) => line.trimEnd()).join('\n'),
      };
    });
  };
  const known = new Set(sides.flatMap(entriesOf).map(entry => entry.release));
  const mixed = entriesOf(merged).find(entry => !known.has(entry.release));
  return mixed === undefined ? null : { from: mixed.from, to: mixed.to };
}
