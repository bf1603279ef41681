/** Plans on several projects: what each subplan gets, sees, changes and applies. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitProject, linkedProjects } from '../../../src/git.ts';
import { splitByProject } from '../../../src/index.ts';
import { steps, twoProjects, write } from '../two-projects.ts';

describe('A plan on two projects', () => {
  test(
    'changes both, reports the changes of each, and applies each separately [R7, R117]',
    { timeout: 60_000 },
    async () => {
      const { run, read, git, troupe, home } = await twoProjects();
      const plan = await run({
        executionActor: steps(
          write('app/new.txt', 'app'),
          { edit: { path: 'lib/a.txt', find: 'two', replace: 'TWO' } },
          { run: { argv: ['sh', '-c', 'cat lib/a.txt > app/copy.txt'] } },
        ),
        validations: [
          { name: 'app is there', argv: ['test', '-f', 'new.txt'], project: 'app' },
          { name: 'lib says so', argv: ['grep', '-q', 'TWO', 'a.txt'], project: 'lib' },
          { name: 'not so in both', argv: ['diff', 'app/a.txt', 'lib/a.txt'], required: false },
        ],
      });
      const record = await plan.waitUntilIdle();
      expect([record.state, record.error?.message]).toEqual(['complete', undefined]);
      expect(record.projectLinks.map(({ alias, root }) => [alias, root])).toEqual([
        ['app', join(home, 'app')],
        ['lib', join(home, 'lib')],
      ]);
      expect((await plan.changes()).map(({ path, operation }) => [path, operation])).toEqual([
        ['app/copy.txt', 'added'],
        ['app/new.txt', 'added'],
        ['lib/a.txt', 'modified'],
      ]);
      expect(await plan.diff()).toMatch(/^project app\n[\s\S]*\nproject lib\n[\s\S]*\+TWO/);
      expect([read('app', 'new.txt'), read('lib', 'a.txt')?.includes('TWO')]).toEqual([null, false]);
      await plan.apply();
      const applied = await plan.waitUntilIdle();
      expect(applied.state).toBe('applied');
      const heads = ['app', 'lib'].map(project => `${project}:${git(project, 'rev-parse', 'HEAD')}`);
      expect(applied.applySummary?.commits).toEqual(heads);
      expect(applied.applySummary?.files.toSorted()).toEqual(['app/copy.txt', 'app/new.txt', 'lib/a.txt']);
      expect([read('app', 'new.txt'), read('app', 'copy.txt')?.includes('TWO')]).toEqual(['app', true]);
      expect(['app', 'lib'].map(project => git(project, 'status', '--porcelain'))).toEqual(['', '']);
      expect(
        splitByProject(applied).map(({ alias, files, checks, commits }) => ({ alias, files, checks, commits })),
      ).toEqual([
        {
          alias: 'app',
          files: ['copy.txt', 'new.txt'],
          checks: { passed: 1, failed: 1 },
          commits: [git('app', 'rev-parse', 'HEAD')],
        },
        {
          alias: 'lib',
          files: ['a.txt'],
          checks: { passed: 1, failed: 1 },
          commits: [git('lib', 'rev-parse', 'HEAD')],
        },
      ]);
      expect((await troupe.list({ all: true })).length).toBe(1);
    },
  );

  test(
    'applies nothing where nothing changed, and merges the result if the target moved [R117]',
    { timeout: 60_000 },
    async () => {
      const { run, git, read, home } = await twoProjects();
      const plan = await run({ executionActor: steps(write('lib/new.txt', 'lib')) });
      await plan.waitUntilIdle();
      writeFileSync(join(home, 'lib', 'other.txt'), 'theirs');
      git('lib', 'add', '.');
      git('lib', 'commit', '--quiet', '--message=Meanwhile');
      const before = git('app', 'rev-parse', 'HEAD');
      await plan.apply();
      expect((await plan.waitUntilIdle()).state).toBe('applied');
      expect(git('app', 'rev-parse', 'HEAD')).toBe(before);
      expect([read('lib', 'new.txt'), read('lib', 'other.txt')]).toEqual(['lib', 'theirs']);
    },
  );

  test('rolls back to a checkpoint in both, and continues after a restart', { timeout: 60_000 }, async () => {
    const built = await twoProjects();
    const plan = await built.run({
      executionActor: steps(write('app/1.txt', '1'), { checkpoint: { label: 'half' } }, write('lib/2.txt', '2')),
    });
    await plan.waitUntilIdle();
    await built.reopen();
    const again = await built.troupe.get(plan.id);
    const half = (await again.checkpoints.list()).find(({ label }) => label === 'half');
    expect((await again.rollback(half?.checkpointId ?? '')).changes).toEqual([
      { file: 'lib/2.txt', action: 'removed' },
    ]);
    await again.execute();
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect((await again.changes()).map(({ path }) => path)).toEqual(['app/1.txt', 'lib/2.txt']);
    await again.cancel();
    await again.waitUntilIdle();
  });
});

describe('A subplan of a plan on two projects', () => {
  const subplan = (goal: string, projectRef: string, ...list: unknown[]) => ({
    subplan: { goal, projectRef, executionActor: steps(...list) },
  });

  test('that is limited to one runs there, cannot see the other, and is merged [R7]', { timeout: 60_000 }, async () => {
    const { run, troupe } = await twoProjects();
    const plan = await run({
      strategyActor: steps(
        subplan('in app', 'app', { edit: { path: 'app/a.txt', find: 'one', replace: 'ONE' } }),
        subplan('in lib', 'lib', { edit: { path: 'lib/a.txt', find: 'three', replace: 'THREE' } }),
        subplan('more lib', 'lib', { edit: { path: 'lib/a.txt', find: 'lib', replace: 'LIB' } }),
      ),
      executionActor: steps(),
      subplans: { retryFailed: false },
    });
    const record = await plan.waitUntilIdle();
    expect([record.state, record.error?.message]).toEqual(['complete', undefined]);
    const children = (await troupe.tree(plan.id)).children.map(child => child.plan);
    expect(children.map(({ projectLinks }) => projectLinks.map(({ alias }) => alias))).toEqual([
      ['app'],
      ['lib'],
      ['lib'],
    ]);
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['app/a.txt', 'lib/a.txt']);
    expect(await plan.diff()).toMatch(/\+ONE[\s\S]*\+LIB[\s\S]*\+THREE/);
  });

  test.each([
    [
      'by a tool',
      { edit: { path: 'app/a.txt', find: 'one', replace: 'ONE' } },
      /in none of the projects of this plan: lib/,
    ],
    ['by a program beside it', { run: { argv: ['cat', 'app/a.txt'] } }, /exited with 1|exit/],
  ])('cannot read the other %s [R7]', { timeout: 60_000 }, async (_, step, why) => {
    const { run } = await twoProjects();
    const plan = await run({
      strategyActor: steps(subplan('peep', 'lib', step)),
      executionActor: steps(),
      subplans: { retryFailed: false },
    });
    const record = await plan.waitUntilIdle();
    expect(record.subplanStatuses[0]?.state).toBe('failed');
    expect(record.subplanStatuses[0]?.error?.message).toMatch(why);
  });

  test(
    'whose changes conflict with those of another causes a conflict that names the project [R7]',
    { timeout: 60_000 },
    async () => {
      const { run, read } = await twoProjects();
      const plan = await run({
        strategyActor: steps(
          subplan('blue', 'lib', { edit: { path: 'lib/a.txt', find: 'two', replace: 'blue' } }),
          subplan('red', 'lib', { edit: { path: 'lib/a.txt', find: 'two', replace: 'red' } }),
        ),
        executionActor: steps(),
      });
      expect((await plan.waitUntilIdle()).state).toBe('conflicted');
      const [conflict] = await plan.conflicts.list();
      expect(conflict).toMatchObject({ path: 'lib/a.txt', kind: 'content', theirs: { goals: ['red'] } });
      await plan.conflicts.resolve('lib/a.txt', 'theirs');
      expect((await plan.waitUntilIdle()).state).toBe('complete');
      await plan.apply();
      await plan.waitUntilIdle();
      expect(read('lib', 'a.txt')).toContain('red');
    },
  );
});

describe('Projects', () => {
  test('with the same alias, an invalid alias or an unknown one are refused [R7]', async () => {
    const { troupe, home } = await twoProjects();
    const at = (name: string) => gitProject(join(home, name));
    const link = (...aliases: string[]) => linkedProjects(aliases.map(alias => [alias, at('app')] as const));
    expect(() => link('app', 'lib', 'App')).toThrow('The alias "App" names two projects');
    for (const odd of ['all', '1st', 'a/b', 'a:b'])
      expect(() => link('app', odd)).toThrow(`The alias "${odd}" is no alias`);
    await troupe.actions.create({ name: 'both', description: 'x', executionActor: steps() });
    const use = (...projects: string[]) => troupe.use({ action: 'both', projects });
    await troupe.actions.create({
      name: 'odd',
      description: 'x',
      executionActor: steps(),
      validations: [{ name: 'c', argv: ['true'], project: 'docs' }],
    });
    await expect(troupe.use({ action: 'odd', projects: ['lib'] })).rejects.toThrow(
      'The check "c" names the project "docs"',
    );
    await expect(use('docs')).rejects.toThrow('The project "docs" is none of the projects here: app, lib');
    await expect(use('lib', 'lib')).rejects.toThrow('The project "lib" is named twice');
    await expect(use('app')).rejects.toThrow('The project "app" is named twice');
  });

  test('of a plan that names none are only the first', { timeout: 60_000 }, async () => {
    const { troupe, read } = await twoProjects();
    await troupe.actions.create({ name: 'one', description: 'x', executionActor: steps(write('b.txt', 'b')) });
    const plan = await troupe.use({ action: 'one', profile: 'trusted' });
    await plan.execute();
    const record = await plan.waitUntilIdle();
    expect(record.projectLinks.map(({ alias, folder }) => [alias, folder])).toEqual([['app', undefined]]);
    await plan.apply();
    expect((await plan.waitUntilIdle()).applySummary?.files).toEqual(['b.txt']);
    expect(read('app', 'b.txt')).toBe('b');
    expect((await troupe.cleanUp()).items).toEqual(expect.any(Array));
  });
});
