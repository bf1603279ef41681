import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mergeTrees } from '../../../src/merge.ts';
import { type FixtureFiles, MergeRepository } from './tree-fixture.ts';

/** Merges with attributes, and with drivers that write the given text and exit with the given code. */
function mergedUnder(
  repository: MergeRepository,
  attributes: string,
  { base, ours, theirs }: Record<'base' | 'ours' | 'theirs', FixtureFiles>,
) {
  mkdirSync(join(repository.directory, 'info'), { recursive: true });
  writeFileSync(join(repository.directory, 'info/attributes'), attributes);
  return mergeTrees({
    repoDir: repository.directory,
    ...repository.threeWay(base, ours, theirs),
    theirsPlanId: 'PLAN',
  });
}

const json = (version: number, ...more: string[]) =>
  `{\n${[`"version": ${version}`, ...more].map(pair => `  ${pair}`).join(',\n')}\n}\n`;
const yaml = (version: number, ...more: string[]) =>
  `version: ${version}\n${more.map(pair => `${pair.replaceAll('"', '')}\n`).join('')}`;

describe('[R165] a path with a merge driver is merged by that driver only', () => {
  test.each([
    ['package-lock.json', json],
    ['pnpm-lock.yaml', yaml],
  ])('%s: the driver of `merge=ours` keeps ours, where a merge by keys would keep both', async (path, write) => {
    using repository = new MergeRepository();
    repository.git('config', 'merge.ours.driver', 'true');
    const merged = await mergedUnder(repository, `${path} merge=ours\n`, {
      base: { [path]: write(1, '"a": 1') },
      ours: { [path]: write(1, '"a": 2') },
      theirs: { [path]: write(9, '"a": 1') },
    });
    expect(merged).toMatchObject({ clean: true, engines: { [path]: 'merge-ort' } });
    expect(repository.read(merged.treeOid, path)).toBe(write(1, '"a": 2'));
  });

  test.each([
    ['a.json', json, '{"by": "driver", "by": "driver"}'],
    ['a.yml', yaml, 'by: driver\nby: driver'],
  ])('%s: the output of the driver is the result, whatever a merge by keys would give', async (path, write, words) => {
    using repository = new MergeRepository();
    repository.git('config', 'merge.custom.driver', `echo '${words}' > %A`);
    const merged = await mergedUnder(repository, '*.json merge=custom\n*.yml merge=custom\n', {
      base: { [path]: write(1, '"a": 1') },
      ours: { [path]: write(2, '"a": 1') },
      theirs: { [path]: write(1, '"a": 2') },
    });
    expect(merged.clean).toBe(true);
    expect(repository.read(merged.treeOid, path)).toBe(`${words}\n`);
  });

  test.each([
    ['a.json', json],
    ['a.yml', yaml],
    ['a.txt', yaml],
  ])('%s: a driver that fails leaves a conflict with its output', async (path, write) => {
    using repository = new MergeRepository();
    repository.git('config', 'merge.refuses.driver', "echo 'ask the owner' > %A; exit 1");
    const merged = await mergedUnder(repository, '* merge=refuses\n', {
      base: { [path]: write(1, '"a": 1') },
      ours: { [path]: write(2, '"a": 1') },
      theirs: { [path]: write(1, '"a": 2') },
    });
    if (merged.clean) throw new Error('the driver refused');
    const [conflict] = merged.conflicts;
    expect(conflict).toMatchObject({ path, kind: 'content', hunks: [] });
    expect(repository.git('cat-file', 'blob', String(conflict?.markedOid))).toBe('ask the owner');
  });

  test('a file with `-merge` is a conflict; `merge=union` keeps the lines of both', async () => {
    using repository = new MergeRepository();
    const [never, union] = ['never.json', 'union.yml'];
    const merged = await mergedUnder(repository, '*.json -merge\n*.yml merge=union\n', {
      base: { [never]: json(1, '"a": 1'), [union]: 'a: 1\n' },
      ours: { [never]: json(2, '"a": 1'), [union]: 'a: 1\nb: 1\n' },
      theirs: { [never]: json(1, '"a": 2'), [union]: 'a: 1\nb: 2\n' },
    });
    if (merged.clean) throw new Error('never.json is not to be merged');
    expect(merged.conflicts.map(({ path }) => path)).toEqual([never]);
    expect(repository.read(merged.treeOid, union)).toBe('a: 1\nb: 1\nb: 2\n');
  });

  test('files without a driver are still merged by keys, with `merge` or `merge=text` too', async () => {
    using repository = new MergeRepository();
    repository.git('config', 'merge.ours.driver', 'true');
    const paths = ['plain.json', 'set.json', 'text.json'];
    const all = (content: string) => Object.fromEntries([...paths, 'mine.json'].map(path => [path, content]));
    const merged = await mergedUnder(repository, 'mine.json merge=ours\nset.json merge\ntext.json merge=text\n', {
      base: all(json(1, '"a": 1')),
      ours: all(json(2, '"a": 1')),
      theirs: all(json(1, '"a": 2')),
    });
    expect(merged.clean).toBe(true);
    for (const path of paths) expect(repository.read(merged.treeOid, path)).toBe(json(2, '"a": 2'));
    expect(repository.read(merged.treeOid, 'mine.json')).toBe(json(2, '"a": 1'));
  });
});
