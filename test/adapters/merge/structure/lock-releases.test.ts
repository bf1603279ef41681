import { describe, expect, test } from 'vitest';
import { mergeFile } from '../../../../src/merge.ts';

const merge = (path: string, base: string, ours: string, theirs: string) => {
  const [b, o, t] = [base, ours, theirs].map(text => Buffer.from(text));
  return mergeFile({ path, base: b as Buffer, ours: o as Buffer, theirs: t as Buffer });
};

type Release = readonly [version: string, checksum: string];

const cargo = (...packages: Release[]) =>
  packages
    .map(
      ([version, checksum], at) =>
        `[[package]]\nname = "p${at}"\nversion = "${version}"\nsource = "registry"\ndependencies = [\n "q",\n]\nchecksum = "${checksum}"\n`,
    )
    .join('\n');
const yarn = (...packages: Release[]) =>
  `# yarn lockfile v1\n\n\n${packages
    .map(
      ([version, checksum], at) =>
        `"p${at}@^1":\n  version "${version}"\n  dependencies:\n    q "1"\n    r "1"\n  integrity ${checksum}\n`,
    )
    .join('\n')}`;
const berry = (...packages: Release[]) =>
  yarn(...packages)
    .replaceAll('version "', 'version: "')
    .replaceAll('integrity ', 'checksum: ');

const files = [
  ['Cargo.lock', cargo],
  ['lib/yarn.lock', yarn],
  ['yarn.lock', berry],
] as const;

describe('[R171] a release in a lock file that is neither JSON nor YAML', () => {
  test.each(files)('is a conflict if its version and checksum come from two sides: %s', (path, write) => {
    const [base, ours, theirs] = [
      write(['1', 'a'], ['1', 'b'], ['1', 'c']),
      write(['1', 'a'], ['2', 'b'], ['1', 'c']),
      write(['1', 'a'], ['1', 'z'], ['1', 'c']),
    ];
    for (const merged of [merge(path, base, ours, theirs), merge(path, base, theirs, ours)]) {
      expect(merged.conflicts).toHaveLength(1);
      expect(merged.conflicts[0]).toMatchObject({
        kind: 'structure',
        message: expect.stringContaining('version, source and checksum of an entry are one value'),
      });
      const contested = merged.conflicts.map(({ ours: side }) => Buffer.from(side.content).toString()).join('');
      expect(contested).toMatch(/version.*[\s\S]*(?:checksum|integrity)/);
      expect(contested).not.toMatch(/p0|p2/);
    }
    expect(merge('lock.txt', base, ours, theirs).clean).toBe(true);
  });

  test.each(files)('is merged if each side raises another package, or adds one: %s', (path, write) => {
    const base = write(['1', 'a'], ['1', 'b'], ['1', 'c']);
    const ours = write(['2', 'x'], ['1', 'b'], ['1', 'c']);
    const theirs = write(['1', 'a'], ['1', 'b'], ['3', 'y'], ['1', 'd']);
    for (const merged of [merge(path, base, ours, theirs), merge(path, base, theirs, ours)]) {
      expect(merged.clean).toBe(true);
      expect(Buffer.from(merged.content).toString()).toBe(write(['2', 'x'], ['1', 'b'], ['3', 'y'], ['1', 'd']));
    }
  });
});
