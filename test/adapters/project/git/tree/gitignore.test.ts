import { describe, expect, test } from 'vitest';
import { mightBeIgnored } from '../../../../../src/adapters/project/git/tree/gitignore.ts';
import { seededRandom, testSeed } from '../../../../seed.ts';
import { createGitFixture } from '../git-fixture.ts';

const names = ['a', 'b', 'ab', 'a.log', 'x.ts', 'A', 'a b', 'a[1]', '-a', 'foo'];
const pieces = [
  '*',
  '**',
  '?',
  'a',
  'b',
  '.log',
  '[a-c]',
  '[!b]',
  '[]a]',
  '\\*',
  '\\ ',
  'foo',
  '.',
  ' ',
  '/',
  '/',
  '!',
];

describe('The check whether a file may be ignored', () => {
  test('never denies a file that git ignores, over random patterns', async () => {
    const random = seededRandom(testSeed('ignoring'));
    const one = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
    const many = (most: number) => Array.from({ length: 1 + Math.floor(random() * most) });
    const fixture = await createGitFixture({ keep: '' });
    try {
      let ignored = 0;
      for (let round = 0; round < 40; round++) {
        const rules = many(4)
          .map(
            () =>
              many(5)
                .map(() => one(pieces))
                .join('') + one(['', '', '/', '\r', ' ', '/**']),
          )
          .join('\n');
        await fixture.write('.gitignore', rules);
        const paths = [
          ...new Set(
            many(60).map(() =>
              many(4)
                .map(() => one(names))
                .join('/'),
            ),
          ),
        ];
        const output = await fixture.git('check-ignore', '--no-index', '--', ...paths).catch(() => '');
        for (const path of output.split('\n').filter(line => line !== '' && !line.startsWith('"'))) {
          ignored += 1;
          expect({ rules, path, may: mightBeIgnored(rules, path.split('/')) }).toMatchObject({ may: true });
        }
      }
      expect(ignored).toBeGreaterThan(100);
    } finally {
      await fixture.dispose();
    }
  });

  test('denies a file that no pattern can match', () => {
    const rules = '# all\n\nnode_modules/\n*.log\n/dist\n!src/keep.log\ndocs/**/draft\n';
    const may = (path: string) => mightBeIgnored(rules, path.split('/'));
    expect(['src/a.ts', 'src/dist/a.ts', 'log/a', 'docs/a.md', 'draft'].filter(may)).toEqual([]);
    const ignored = ['a/node_modules/b', 'x.log', 'dist', 'dist/a', 'docs/draft', 'docs/a/b/draft/c', 'src/keep.log'];
    expect(ignored.filter(may)).toEqual(ignored);
  });
});
