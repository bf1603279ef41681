import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Project } from '../../../../../src/ports/project.ts';
import { seededRandom, testSeed } from '../../../../seed.ts';
import { createToolHarness, type ToolHarness } from '../../../tool-harness.ts';
import { createGitFixture, type GitFixture } from '../git-fixture.ts';

const files = {
  'a.txt': 'one\ntwo\n',
  'dir/b.ts': 'b\n',
  'dir/deep/c.md': 'c\n',
  'dir/deep/d.md': 'd\n',
  'ünï/é.txt': 'é\n',
  '.gitignore': '*.log\nbuild/\n',
};
const paths = [
  ...['a.txt', 'dir', 'dir/b.ts', 'dir/deep', 'dir/deep/c.md', 'ünï/é.txt', 'new', 'new/x', 'new/x/y', 'a.txt/under'],
  ...[
    'link',
    'link/c.md',
    'way',
    'up',
    'up/a.txt',
    'nowhere',
    'out',
    'out/x',
    'x.log',
    'build/x',
    'dir/.gitignore',
    '.',
  ],
];

/** Tools on a sandbox of a project. */
const benchOn = (project: Project, key: string): Promise<ToolHarness> =>
  createToolHarness(
    {},
    {
      files: project.filesOf(key),
      workplace: async () => ({ directory: (await project.materialize(key)).path, variables: {} }),
    },
  );

async function begin(fixture: GitFixture, more: Record<string, string> = {}) {
  for (const [path, text] of Object.entries({ ...files, ...more })) await fixture.write(path, text);
  await symlink('dir/deep', join(fixture.root, 'link'));
  await symlink('a.txt', join(fixture.root, 'way'));
  await symlink('../', join(fixture.root, 'dir/up'));
  await symlink('.', join(fixture.root, 'up'));
  await symlink('nothing', join(fixture.root, 'nowhere'));
  await symlink('/etc', join(fixture.root, 'out'));
  await symlink('loop', join(fixture.root, 'loop'));
  await fixture.git('add', '--all');
  await fixture.git('commit', '--quiet', '-m', 'Everything');
  const project = fixture.project();
  const { tree } = await project.head();
  return { project, tree };
}

describe('A tree and its checkout', () => {
  test.each([
    ['plain', {}],
    ['with converted line endings', { '.gitattributes': '* text=auto\n*.md text eol=lf\n' }],
    ['with a filter', { 'dir/.gitattributes': '*.ts ident\n' }],
  ])('give the same result to every tool and the same snapshot, over random calls: %s', async (what, more) => {
    const random = seededRandom(testSeed(`alike ${what}`));
    const one = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
    const fixture = await createGitFixture();
    try {
      const { project, tree } = await begin(fixture, more);
      let stayed = 0;
      for (let round = 0; round < 4; round++) {
        const [inTree, inFolder] = [`tree-${round}`, `folder-${round}`];
        const { path } = await project.openSandbox({ key: inTree, tree, kind: 'tree' });
        await project.openSandbox({ key: inFolder, tree });
        await using left = await benchOn(project, inTree);
        await using right = await benchOn(project, inFolder);
        for (let call = 0; call < 14; call++) {
          const [tool, input] = one(calls)(
            one,
            round < 3 ? paths.filter(path => !/log|build|ignore/.test(path)) : paths,
          );
          const [there, here] = await Promise.allSettled([left.call(tool, input), right.call(tool, input)]);
          expect({ tool, input, is: outcome(there) }).toEqual({ tool, input, is: outcome(here) });
          const [mine, other] = await Promise.all([inTree, inFolder].map(key => project.capture({ key })));
          expect({ tool, input, tree: mine?.tree }).toEqual({ tool, input, tree: other?.tree });
          // git ignores empty folders; ignored files stay.
          await project.restore({ key: inFolder, tree: other?.tree ?? '' });
        }
        stayed += existsSync(path) ? 0 : 1;
        await project.removeSandbox({ key: inTree, pin: 'x' });
        await project.removeSandbox({ key: inFolder, pin: 'x' });
      }
      if (what === 'plain') expect(stayed).toBeGreaterThan(1);
    } finally {
      await fixture.dispose();
    }
  });
});

type Pick = <Item>(items: readonly Item[]) => Item;

const calls: ((one: Pick, paths: readonly string[]) => [tool: string, input: object])[] = [
  (one, paths) => ['read', { path: one(paths), offset: one([0, 0, 2]), bytesMax: one([3, 100]) }],
  (one, paths) => ['write', { path: one(paths), content: one(['x\n', 'one\r\ntwo\r\n', '', '$Id$\n']) }],
  (one, paths) => ['write', { path: one(paths), content: one(['#!/bin/sh\n', 'x\n']), executable: one([true, false]) }],
  (one, paths) => ['edit', { path: one(paths), find: one(['o', 'x', 'c']), replace: 'y', all: one([true, false]) }],
  (one, paths) => ['delete', { path: one(paths.filter(path => path !== 'dir')), recursive: one([true, false]) }],
  one => ['list', { path: one(['.', 'link', 'dir/deep']), recursive: true, glob: one(['**/*.md', '**']) }],
  one => ['search', { text: one(['e', 'x', 'one']), path: one(['.', 'link', 'way', 'a.txt']) }],
];

/** Results unchanged, and failures by their message. */
function outcome(result: PromiseSettledResult<unknown>): unknown {
  if (result.status === 'fulfilled') return result.value;
  const { code, message } = result.reason;
  return { code, message };
}
