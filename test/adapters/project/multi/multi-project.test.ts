import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMultiProject } from '../../../../src/adapters/project/multi/multi-project.ts';
import type { Project } from '../../../../src/ports/project.ts';
import { projectSuite } from '../../../../src/testing/project-suite.ts';
import { createGitFixture, createTempFolder, type GitFixture } from '../git/git-fixture.ts';

/** Two repositories combined. */
async function newPair(files: [app: Record<string, string>, lib: Record<string, string>]) {
  const [app, lib] = (await Promise.all(files.map(createGitFixture))) as [GitFixture, GitFixture];
  const home = createTempFolder();
  const members = [
    ['app', app.project()],
    ['lib', lib.project()],
  ] as const;
  return {
    app,
    lib,
    project: createMultiProject({ projects: members, home }),
    async dispose() {
      await Promise.all([app.dispose(), lib.dispose(), rm(home, { recursive: true, force: true })]);
    },
  };
}

describe('The first of several projects', () => {
  projectSuite({
    test,
    open: async files => {
      const { app, project, dispose } = await newPair([files ?? {}, { 'l.txt': 'l\n' }]);
      return { project, root: app.root, dispose };
    },
  });
});

describe('Several projects combined', () => {
  let pair: Awaited<ReturnType<typeof newPair>>;
  let project: Project;
  let tree: string;
  beforeAll(async () => {
    pair = await newPair([
      { 'a.txt': 'one\ntwo\nthree\n', 'same.txt': 'same\n' },
      { 'l.txt': 'one\ntwo\nthree\n', 'same.txt': 'same\n' },
    ]);
    ({ project } = pair);
    const [app, lib] = await Promise.all(['app', 'lib'].map(async alias => project.linked?.get(alias)?.head()));
    tree = (await project.head(`app:${app?.commit},lib:${lib?.commit}`)).tree;
  });
  afterAll(async () => {
    await project.close();
    await pair.dispose();
  });
  const edited = async (edits: Record<string, string | null>, base = tree) =>
    project.writeTree(
      base,
      await Promise.all(
        Object.entries(edits).map(async ([path, text]) => ({
          path,
          oid: text === null ? null : await project.writeBlob(Buffer.from(text)),
        })),
      ),
    );

  test('have every file below the alias of its project, and read it from there', async () => {
    expect(await project.files(tree)).toEqual(['app/a.txt', 'app/same.txt', 'lib/l.txt', 'lib/same.txt']);
    expect(String(await project.read(tree, 'lib/l.txt'))).toBe('one\ntwo\nthree\n');
    expect(await project.read(tree, 'lib/none.txt')).toBeNull();
    expect(await project.read(tree, 'other/l.txt')).toBeNull();
    expect(await project.size(tree)).toBe(38);
  });

  test('report changes with the alias as prefix, and only of changed projects', async () => {
    const changed = await edited({ 'lib/l.txt': 'one\n2\nthree\n', 'lib/new.txt': 'new\n' });
    const { files } = await project.changes({ alias: 'all', from: tree, to: changed });
    expect(files.map(({ path, operation }) => `${operation} ${path}`)).toEqual([
      'modified lib/l.txt',
      'added lib/new.txt',
    ]);
    const all = await project.diff({ from: tree, to: changed });
    expect(all).toMatch(/^project lib\n/);
    expect(all).not.toContain('project app');
    expect(await project.diff({ from: tree, to: changed, paths: ['lib/new.txt'] })).not.toContain('l.txt');
    expect(await project.diff({ from: tree, to: changed, paths: ['app/a.txt'] })).toBe('');
    // A project that only the later tree has is unchanged.
    const [, lib = ''] = changed.split(',');
    expect((await project.changes({ alias: 'all', from: tree.split(',')[0] ?? '', to: lib })).files).toEqual([]);
    expect(await project.diff({ from: tree.split(',')[0] ?? '', to: lib })).toBe('');
  });

  test('are there when each project has its part', async () => {
    const missing = '0'.repeat(40);
    const half = `${tree.split(',')[0]},lib:${missing}`;
    expect(await project.filterExisting([half, tree, missing])).toEqual([tree]);
  });

  test('compare each checkout with its part, with the alias as prefix except for the first', async () => {
    const changed = await edited({ 'app/a.txt': 'A\n', 'lib/l.txt': 'L\n', 'lib/same.txt': 'other\n' });
    await pair.app.write('a.txt', 'A\n');
    await pair.lib.write('l.txt', 'L\n');
    const paths = ['a.txt', 'lib/l.txt', 'lib/same.txt'];
    expect(await project.matchingPaths({ from: tree, to: changed, paths })).toEqual(['a.txt', 'lib/l.txt']);
    expect(await project.matchingPaths({ from: tree, to: changed, paths: ['lib/l.txt'] })).toEqual(['lib/l.txt']);
    const [app = '', lib = ''] = [tree, changed].map(id => id.split(',')[0]);
    expect(await project.matchingPaths({ from: app, to: changed, paths })).toEqual(['a.txt']);
    const [from = '', to = ''] = [app, lib].map(id => id.replace('app:', ''));
    expect(await project.matchingPaths({ from, to, paths })).toEqual(['a.txt']);
    await pair.app.git('checkout', '--', '.');
    await pair.lib.git('checkout', '--', '.');
  });

  test('merge each project separately, and a conflict has its full path', async () => {
    const ours = await edited({ 'app/a.txt': 'ONE\ntwo\nthree\n', 'lib/l.txt': 'ours\ntwo\nthree\n' });
    const apart = await edited({ 'app/a.txt': 'one\ntwo\nTHREE\n' });
    const clean = await project.mergeTrees({ alias: 'all', base: tree, ours, theirs: apart, theirsPlanId: 'P' });
    expect(clean).toMatchObject({ clean: true });
    expect(String(await project.read(clean.treeOid, 'app/a.txt'))).toBe('ONE\ntwo\nTHREE\n');
    expect(String(await project.read(clean.treeOid, 'lib/l.txt'))).toBe('ours\ntwo\nthree\n');

    const against = await edited({ 'lib/l.txt': 'theirs\ntwo\nthree\n' });
    const merged = await project.mergeTrees({ alias: 'all', base: tree, ours, theirs: against, theirsPlanId: 'P' });
    if (merged.clean) throw new Error('Both changed the same line');
    const [conflict] = merged.conflicts;
    if (conflict === undefined) throw new Error('There is no conflict');
    expect(conflict).toMatchObject({ path: 'lib/l.txt', conflictId: 'P:lib/l.txt' });
    expect((await project.inspectConflict(conflict)).hunks).toHaveLength(1);
    expect(await project.unresolvedReason({ conflict, tree: merged.treeOid })).not.toBeNull();
    const resolved = await project.resolve({ tree: merged.treeOid, conflict, resolution: { take: 'theirs' } });
    expect(String(await project.read(resolved, 'lib/l.txt'))).toBe('theirs\ntwo\nthree\n');
    expect(String(await project.read(resolved, 'app/a.txt'))).toBe('ONE\ntwo\nthree\n');
  });

  test('merge disjoint changes in every project, up to the first overlap in any of them', async () => {
    const a = await edited({ 'app/new.txt': 'a\n', 'lib/new.txt': 'l\n' });
    const b = await edited({ 'lib/other.txt': 'b\n' });
    const against = await edited({ 'app/same.txt': 'c\n', 'lib/new.txt': 'against\n' });
    const children = [a, b, against].map(theirs => ({ base: tree, theirs }));
    const { treeOid, folded } = await project.mergeDisjoint({ ours: tree, children });
    expect(folded).toBe(2);
    expect(await project.files(treeOid)).toEqual([
      ...['app/a.txt', 'app/new.txt', 'app/same.txt'],
      ...['lib/l.txt', 'lib/new.txt', 'lib/other.txt', 'lib/same.txt'],
    ]);
    // Nothing is taken from a child that was started again, not even unchanged files.
    expect(String(await project.read(treeOid, 'app/same.txt'))).toBe('same\n');
  });

  test('check each checkout for changes, with the alias as prefix except for the first', async () => {
    await pair.app.write('a.txt', 'changed\n');
    await pair.lib.write('l.txt', 'changed\n');
    const { status } = await project.fingerprint();
    expect(Object.keys(status)).toEqual(['a.txt', 'lib/l.txt']);
    await pair.app.git('checkout', '--', '.');
    await pair.lib.git('checkout', '--', '.');
    expect((await project.fingerprint()).status).toEqual({});
  });

  test('return content by its id from any project that has it', async () => {
    const only = await project.linked?.get('lib')?.writeBlob(Buffer.from('only in lib\n'));
    expect(String(await project.blob(String(only)))).toBe('only in lib\n');
    const app = await project.linked?.get('app')?.writeBlob(Buffer.from('only in app\n'));
    expect(String(await project.blob(String(app)))).toBe('only in app\n');
  });

  test('pin a tree in each project that has a part of it, and unpin all of them', async () => {
    await project.pin('kept/both', tree);
    const names = async () => (await project.inventory()).refs.map(({ name }) => name);
    const [ref = ''] = await names();
    expect(ref).toContain('kept/both');
    expect(await project.measureRefs([ref], [tree])).toBe(0);
    await project.unpin('kept/both');
    expect(await names()).toEqual([]);
    await project.pin('kept/again', tree);
    await project.unpinAll(await names());
    expect(await names()).toEqual([]);
  });

  test('are one folder for tools: each project below its alias, and no files beside them', async () => {
    await project.openSandbox({ key: 'P/execute', tree });
    const files = project.filesOf('P/execute');
    for (const path of ['', '.', './']) {
      const roof = await files.at(path);
      expect([roof.path, roof.kind]).toEqual(['.', 'folder']);
      expect((await roof.entries()).map(entry => entry.path)).toEqual(['app', 'lib']);
      await expect(roof.read()).rejects.toMatchObject({ code: 'TOOL_REFUSED', where: '.' });
    }
    const lib = await files.at('./lib/');
    expect(lib.path).toBe('lib');
    expect((await lib.entries()).map(entry => entry.path)).toContain('lib/l.txt');
    await expect(lib.write(Buffer.from('x'))).rejects.toMatchObject({ message: 'lib is a project, not a file' });
    await expect(lib.remove()).rejects.toMatchObject({ code: 'TOOL_REFUSED' });
    await expect(files.at('other/x.txt')).rejects.toMatchObject({
      message: 'other/x.txt is in none of the projects of this plan: app, lib',
    });
    await (await files.at('lib/l.txt')).write(Buffer.from('by a tool\n'));
    await (await files.at('app/a.txt')).remove();
    const { tree: captured } = await project.capture({ key: 'P/execute' });
    expect(await project.files(captured)).toEqual(['app/same.txt', 'lib/l.txt', 'lib/same.txt']);
    expect(String(await project.read(captured, 'lib/l.txt'))).toBe('by a tool\n');
    await project.removeSandbox({ key: 'P/execute', pin: 'left/P' });
  });

  test('require a valid and unique alias each', () => {
    const [app, lib] = [project.linked?.get('app'), project.linked?.get('lib')] as [Project, Project];
    const of = (second: string) => () =>
      createMultiProject({
        projects: [
          ['app', app],
          [second, lib],
        ],
        home: 'nowhere',
      });
    expect(of('APP')).toThrow('The alias "APP" names two projects');
    expect(of('1st')).toThrow('is no alias: a letter, then letters, digits, _ and -');
  });
});
