import { expect, test } from 'vitest';
import {
  combineLinks,
  isJoinedTree,
  joinTrees,
  linksAfterApply,
  linksWithBase,
  splitPath,
  splitTree,
} from '../../src/model/multi-project-tree.ts';
import type { ProjectLink } from '../../src/model/plan.ts';

const link = (alias: string, folder = true): ProjectLink => ({
  ...{ alias, root: `/${alias}`, kind: 'git', baseCommit: `c-${alias}`, baseTree: `t-${alias}`, branch: 'main' },
  ...(folder ? { folder: alias } : {}),
});

test('Trees of several projects are combined by alias, and split again', () => {
  const id = joinTrees({ app: '1', lib: '2' });
  expect([id, isJoinedTree(id), isJoinedTree('1a')]).toEqual(['app:1,lib:2', true, false]);
  expect(splitTree(id)).toEqual({ app: '1', lib: '2' });
  expect(() => splitTree('1a')).toThrow(TypeError);
});

test('Several links are combined to one; a single link is returned unchanged', () => {
  const alone = link('main', false);
  expect(combineLinks([alone])).toBe(alone);
  expect(combineLinks([])).toBeUndefined();
  expect(combineLinks([link('app'), link('lib')])).toEqual({
    ...{ alias: 'all', root: '/app', kind: 'git', branch: 'main' },
    ...{ baseCommit: 'app:c-app,lib:c-lib', baseTree: 'app:t-app,lib:t-lib' },
  });
  expect(combineLinks([link('lib')])).toMatchObject({ baseTree: 'lib:t-lib' });
});

test('A child starts from its parts of the tree of its parent, and keeps only the project it is limited to', () => {
  const links = [link('app'), link('lib')];
  expect(linksWithBase(links, 'app:1,lib:2').map(({ baseTree }) => baseTree)).toEqual(['1', '2']);
  expect(linksWithBase(links, 'app:1,lib:2', 'lib')).toMatchObject([{ alias: 'lib', baseTree: '2' }]);
  expect(linksWithBase(links, 'app:1').map(({ baseTree }) => baseTree)).toEqual(['1', 't-lib']);
  expect(linksWithBase([link('main', false)], '9', 'main')).toMatchObject([{ alias: 'main', baseTree: '9' }]);
  expect(linksWithBase([], '9')).toEqual([]);
});

test('The links of a plan with an applied part have the new base in each of its projects', () => {
  const bases = (links: ProjectLink[]) => links.map(({ baseCommit, baseTree }) => [baseCommit, baseTree]);
  expect(bases(linksAfterApply([link('main', false)], { commit: 'c', tree: 't' }))).toEqual([['c', 't']]);
  const links = [link('app'), link('lib')];
  expect(bases(linksAfterApply(links, { commit: 'app:c1,lib:c2', tree: 'app:t1,lib:t2' }))).toEqual([
    ['c1', 't1'],
    ['c2', 't2'],
  ]);
  expect(bases(linksAfterApply(links, { commit: 'lib:c2', tree: 'lib:t2' }))).toEqual([
    ['c-app', 't-app'],
    ['c2', 't2'],
  ]);
});

test('The first part of a path is its project', () => {
  expect([splitPath('lib/src/a.ts'), splitPath('lib')]).toEqual([
    { alias: 'lib', path: 'src/a.ts' },
    { alias: 'lib', path: '.' },
  ]);
});
