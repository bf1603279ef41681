/** Cleaning up a real repository: whatever can be removed is removed completely, and nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { gitProject } from '../../../src/git.ts';
import type { Plan } from '../../../src/index.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

const day = 24 * 60 * 60 * 1000;
const refs = (testProject: TestProject) =>
  testProject
    .git('for-each-ref', '--format=%(refname)', 'refs/troupe/')
    .split('\n')
    .filter(name => name !== '');

/** A testProject whose clock can be advanced past any age; it starts at the current time, as files do. */
async function testProject() {
  const clock = manualClock(Date.now());
  const made = await createTestProject({}, { clock });
  const sandboxes = join(made.folder, '..', 'sandboxes');
  const project = gitProject(made.folder, { sandboxes });
  const folderOf = (key: string) => project.sandbox(key).then(({ path }) => path);
  return { clock, testProject: made, project, folderOf, sandboxes };
}

/** Waits until all work on finished plans is done, so that they can be removed. */
async function put(here: TestProject, plans: readonly Plan[]): Promise<void> {
  const seen = async () => (await here.troupe.cleanUp({ maxBytes: 0 })).items.map(({ name }) => name);
  await expect.poll(seen, { timeout: 20_000, interval: 20 }).toEqual(expect.arrayContaining(plans.map(({ id }) => id)));
}

const write = async (task: { call(tool: string, input: unknown): Promise<unknown> }) => {
  await task.call('builtin/write', { path: 'b.txt', content: 'b\n'.repeat(2000) });
};

describe('a finished plan', () => {
  test('is removed when it is old, with its records, refs and log, and the freed space is reported [R130]', async () => {
    const { clock, testProject: here } = await testProject();
    const { plan } = await here.run(write);
    await plan.apply();
    await plan.waitUntilIdle();
    // The sandbox of an applied plan is removed after the plan is idle.
    await expect.poll(() => here.troupe.cleanUp()).toMatchObject({ items: [], bytes: 0, kept: { plans: 1 } });
    await put(here, [plan]);
    clock.advance(31 * day);
    const shown = await here.troupe.cleanUp();
    expect(shown.items.map(({ kind, name, why, goal }) => [kind, name, why, goal])).toEqual([
      ['plan', plan.id, 'applied', 'Play'],
      ['refs', 'refs/troupe/apply', 'progress of finished applies', null],
    ]);
    expect(shown.bytes).toBeGreaterThan(1000);
    expect(await plan.record()).toMatchObject({ state: 'applied' });
    const before = refs(here);
    expect(before.filter(ref => ref.includes(plan.id)).length).toBeGreaterThan(2);
    const { bytes } = await here.troupe.cleanUp({ dryRun: false });
    expect(bytes).toBe(shown.bytes);
    await expect(plan.record()).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    expect(await plan.checkpoints.list()).toEqual([]);
    expect(await plan.decisions()).toEqual([]);
    expect(refs(here).filter(ref => ref.includes(plan.id))).toEqual([]);
    expect(here.git('show', 'HEAD:b.txt')).toContain('b');
    expect((await here.troupe.cleanUp()).kept).toEqual({ plans: 0, bytes: 0 });
  });

  test('is removed although it is recent if the size limit is exceeded, the oldest first [R130]', async () => {
    const { clock, testProject: here } = await testProject();
    const first = await here.run(write);
    await first.plan.cancel();
    await first.plan.waitUntilIdle();
    clock.advance(1000);
    const second = await here.run(write);
    await second.plan.cancel();
    await second.plan.waitUntilIdle();
    await put(here, [first.plan, second.plan]);
    const all = await here.troupe.cleanUp({ maxBytes: 0 });
    expect(all.items.map(({ name }) => name)).toEqual([first.plan.id, second.plan.id]);
    const [oldest] = (await here.troupe.cleanUp({ maxBytes: all.bytes - 1 })).items;
    expect(oldest).toMatchObject({ name: first.plan.id, why: 'cancelled, and more is kept than there is room for' });
  });

  test('is removed with its subplans', async () => {
    const { clock, testProject: here } = await testProject();
    const { plan } = await here.run(async task => {
      if (task.plan.depth > 0) return write(task);
      await task.call('builtin/plan-subplan', {
        planId: task.plan.planId,
        goal: 'below',
        resourceScopes: ['.'],
        parallel: true,
      });
    });
    const [child] = (await here.troupe.tree(plan.id)).children;
    expect(child?.plan.state).toBe('complete');
    await plan.cancel();
    await plan.waitUntilIdle();
    await put(here, [plan]);
    clock.advance(31 * day);
    await here.troupe.cleanUp({ dryRun: false });
    expect(await here.troupe.list({ all: true, children: true })).toEqual([]);
    expect(refs(here).filter(ref => ref.includes(child?.plan.planId ?? ''))).toEqual([]);
  });
});

describe('a folder that a process kept for reuse', () => {
  test('is removed when that process is dead, is listed in a dry run, and keeps its files in a ref [R124, R133]', async () => {
    const { testProject: here, project } = await testProject();
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    writeFileSync(join(path, 'work.txt'), 'kept');
    await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
    const home = dirname(path);
    const [mine = ''] = readdirSync(home).filter(name => name.startsWith('.pool-'));
    expect(readdirSync(join(home, mine, 'files'))).toContain('work.txt');
    expect((await here.troupe.cleanUp()).items).toEqual([]);

    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = join(home, mine.replace(`-${process.pid}-`, `-${pid}-`));
    renameSync(join(home, mine), dead);
    const shown = await here.troupe.cleanUp();
    expect(shown.items).toMatchObject([{ kind: 'leftover', name: dead, planId: null, keptIn: null, error: null }]);
    expect(shown.bytes).toBeGreaterThan(0);
    expect(existsSync(dead)).toBe(true);
    await here.troupe.cleanUp({ dryRun: false });
    expect(existsSync(dead)).toBe(false);
    expect(here.git('show', 'refs/troupe/kept/p1:work.txt')).toBe('kept');
    expect((await here.troupe.cleanUp()).items).toEqual([]);
    await project.close();
  });
});

describe('an unfinished plan', () => {
  test('is never removed, whatever its age and the free space [R133]', async () => {
    const { clock, testProject: here, folderOf } = await testProject();
    const { plan, record } = await here.run(write);
    const path = await folderOf(record.sandbox?.key ?? '');
    const before = refs(here);
    clock.advance(1000 * day);
    expect(await here.troupe.cleanUp({ dryRun: false, maxBytes: 0, olderThanMs: 0 })).toMatchObject({ items: [] });
    expect([existsSync(join(path, 'b.txt')), refs(here)]).toEqual([true, before]);
    await plan.apply();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'applied' });
  });

  test('keeps a folder that lost its registration', async () => {
    const { clock, testProject: here, folderOf } = await testProject();
    const { record } = await here.run(write);
    const path = await folderOf(record.sandbox?.key ?? '');
    rmSync(join(here.folder, '.git', 'worktrees'), { recursive: true });
    clock.advance(1000 * day);
    expect((await here.troupe.cleanUp({ dryRun: false })).items).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});

describe('what belongs to no plan', () => {
  const orphan = '01KAJ0000000000000STRAYAAA-1';

  test('is kept while it is recent, and captured before it is removed [R124, R133]', async () => {
    const { clock, testProject: here, project } = await testProject();
    const { path } = await project.openSandbox({ key: orphan, tree: 'HEAD^{tree}' });
    writeFileSync(join(path, 'work.txt'), 'not in any ref yet');
    expect((await here.troupe.cleanUp({ dryRun: false })).items).toEqual([]);
    clock.advance(31 * day);
    const { items } = await here.troupe.cleanUp({ dryRun: false });
    expect(items).toMatchObject([
      { kind: 'sandbox', name: path, why: 'no plan knows it', keptIn: `refs/troupe/lost/${orphan}`, error: null },
    ]);
    expect(items[0]?.bytes).toBeGreaterThan(18);
    expect(here.git('show', `refs/troupe/lost/${orphan}:work.txt`)).toBe('not in any ref yet');
    expect([existsSync(path), await project.sandboxes()]).toEqual([false, []]);
    expect(here.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    await project.close();
  });

  test('is captured under another name if the name is taken', async () => {
    const { testProject: here, project } = await testProject();
    for (const content of ['first', 'second']) {
      const { path } = await project.openSandbox({ key: orphan, tree: 'HEAD^{tree}' });
      writeFileSync(join(path, 'work.txt'), content);
      const longAgo = (Date.now() - 31 * day) / 1000;
      for (const name of ['', '.git', 'a.txt', 'work.txt']) utimesSync(join(path, name), longAgo, longAgo);
      await here.troupe.cleanUp({ dryRun: false });
    }
    const kept = refs(here).map(ref => here.git('show', `${ref}:work.txt`));
    expect(kept.sort()).toEqual(['first', 'second']);
    await project.close();
  });

  test('is captured as an unregistered folder, and unregistered if its folder is missing [R133]', async () => {
    const { clock, testProject: here, project } = await testProject();
    const [one, two] = ['01KAJ0000000000000STRAYAAA-1', '01KAJ0000000000000STRAYAAA-2'];
    const folder = (await project.openSandbox({ key: one, tree: 'HEAD^{tree}' })).path;
    const gone = (await project.openSandbox({ key: two, tree: 'HEAD^{tree}' })).path;
    writeFileSync(join(folder, 'work.txt'), 'still here');
    const register = join(here.folder, '.git', 'worktrees');
    for (const id of readdirSync(register)) if (folder.endsWith(id)) rmSync(join(register, id), { recursive: true });
    rmSync(gone, { recursive: true });
    clock.advance(31 * day);
    const { items } = await here.troupe.cleanUp({ dryRun: false });
    expect(items.map(({ name, why }) => [name, why]).sort()).toEqual(
      [
        [folder, 'its registration is gone'],
        [gone, 'its folder is gone'],
      ].sort(),
    );
    expect([existsSync(folder), existsSync(gone)]).toEqual([false, false]);
    expect(existsSync(register) ? readdirSync(register) : []).toEqual([]);
    const [lost = ''] = refs(here);
    expect(lost).toMatch(/^refs\/troupe\/lost\//);
    expect(here.git('show', `${lost}:work.txt`)).toBe('still here');
    await project.close();
  });

  test('is removed as a ref or log, and refs of others are kept', async () => {
    const logs = join((await createTestProject()).folder, '..', 'logs');
    const clock = manualClock(Date.now());
    const here = await createTestProject({}, { clock, logs });
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, '01KAJ0000000000000STRAYAAA.log'), 'lines\n');
    for (const name of [
      'plans/01KAJ0000000000000STRAYAAA/work',
      'checkpoints/01KAJ0000000000000STRAYAAA/01KAJ0000000000000STRAYAAB',
      'lost/0123456789ab-0123456789ab',
      'apply/0123456789abcdef01234567/done',
      'elsewhere/x',
    ])
      here.git('update-ref', `refs/troupe/${name}`, 'HEAD');
    expect((await here.troupe.cleanUp()).items.map(({ kind }) => kind)).toEqual(['log']);
    clock.advance(31 * day);
    const { items } = await here.troupe.cleanUp({ dryRun: false });
    expect(items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'refs refs/troupe/apply',
      'refs refs/troupe/*/01KAJ0000000000000STRAYAAA',
      'refs refs/troupe/lost',
      'log 01KAJ0000000000000STRAYAAA',
    ]);
    expect([refs(here), readdirSync(logs)]).toEqual([['refs/troupe/elsewhere/x'], []]);
  });

  test('is kept as an apply marker while an unfinished plan may need it', async () => {
    const { clock, testProject: here } = await testProject();
    await here.run(write);
    here.git('update-ref', 'refs/troupe/apply/0123456789abcdef01234567/made', 'HEAD');
    clock.advance(31 * day);
    expect((await here.troupe.cleanUp()).items).toEqual([]);
  });
});

test('packed refs are at least as old as their pack, and their size is counted like that of others', async () => {
  const { clock, testProject: here, project } = await testProject();
  const { path } = await project.openSandbox({ key: 'x', tree: 'HEAD^{tree}' });
  writeFileSync(join(path, 'big.txt'), Array.from({ length: 3000 }, (_, at) => `${at * 7919}`).join('\n'));
  await project.removeSandbox({ key: 'x', pin: 'lost/x' });
  here.git('pack-refs', '--all');
  expect((await here.troupe.cleanUp()).items).toEqual([]);
  clock.advance(31 * day);
  const [item] = (await here.troupe.cleanUp()).items;
  expect(item).toMatchObject({ kind: 'refs', name: 'refs/troupe/lost' });
  expect(item?.bytes).toBeGreaterThan(1000);
  await project.close();
});

test('what cannot be removed is reported and kept, the rest is removed, and a later run removes it', async () => {
  const { clock, testProject: here, project } = await testProject();
  const { plan } = await here.run(write);
  await plan.cancel();
  await plan.waitUntilIdle();
  await put(here, [plan]);
  here.git('update-ref', 'refs/troupe/lost/x', 'HEAD');
  clock.advance(31 * day);
  const lock = join(here.folder, '.git', 'refs', 'troupe', 'lost', 'x.lock');
  writeFileSync(lock, '');
  const { items } = await here.troupe.cleanUp({ dryRun: false });
  expect(items.map(({ kind, error }) => [kind, error?.code ?? null])).toEqual([
    ['plan', null],
    ['refs', 'GIT_FAILED'],
  ]);
  expect(refs(here)).toEqual(['refs/troupe/lost/x']);
  rmSync(lock);
  await here.troupe.cleanUp({ dryRun: false });
  expect(refs(here)).toEqual([]);
  await project.close();
});
