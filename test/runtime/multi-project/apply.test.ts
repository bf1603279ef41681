/** Apply of a plan on several projects: the preview, patches and the post-apply hook. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hintLine, lineOfHint } from '../../hint-line.ts';
import { steps, twoProjects, write } from '../two-projects.ts';

const both = {
  executionActor: steps(write('app/new.txt', 'app\n'), {
    edit: { path: 'lib/a.txt', find: 'two', replace: 'TWO' },
  }),
};

describe('An apply in two projects', { timeout: 60_000 }, () => {
  test('can be previewed: nothing blocks it, and a moved target is reported [R117, R156]', async () => {
    const { run, git, home } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    expect(await plan.previewApply()).toMatchObject({ moved: null, blockedBy: null });
    expect(await plan.previewApply({ target: { kind: 'branch', branch: 'both' } })).toMatchObject({ blockedBy: null });
    git('lib', 'commit', '--quiet', '--allow-empty', '--message=Meanwhile');
    const head = git('lib', 'rev-parse', 'HEAD');
    const { moved } = await plan.previewApply();
    expect(moved).toEqual({ commit: expect.stringMatching(new RegExp(`^app:.*,lib:${head}$`)), conflicts: [] });
    writeFileSync(join(home, 'lib', 'a.txt'), 'lib\none\nzwei\nthree\n');
    git('lib', 'commit', '--quiet', '--all', '--message=Otherwise');
    expect((await plan.previewApply()).moved?.conflicts).toEqual(['lib/a.txt']);
  });

  test('is refused in the preview if one checkout is dirty, as in the apply itself [R145]', async () => {
    const { run, home, read } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    writeFileSync(join(home, 'lib', 'a.txt'), 'mine\n');
    expect((await plan.previewApply()).blockedBy).toMatchObject({ code: 'DIRTY_CHECKOUT' });
    await plan.apply();
    expect((await plan.waitUntilIdle()).error).toMatchObject({ code: 'DIRTY_CHECKOUT', where: join(home, 'lib') });
    expect([read('app', 'new.txt'), read('lib', 'a.txt')]).toEqual([null, 'mine\n']);
  });

  test('is refused with a hint that stashes in the dirty project, from whichever folder it is run', async () => {
    const { run, home, git, read } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    writeFileSync(join(home, 'lib', 'a.txt'), 'mine\n');
    await plan.apply();
    const { error } = await plan.waitUntilIdle();
    const stash = error?.hints.map(lineOfHint).find(hint => hint.includes('stash')) ?? '';
    const [before = '', apply, after = ''] = stash.split(' && ');
    const inApp = (command: string) => git('app', ...command.split(' ').slice(1));
    inApp(before);
    expect(apply).toBe(`troupe plan apply ${plan.id.slice(-8)}`);
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(read('lib', 'a.txt')).toContain('TWO');
    expect(git('app', 'stash', 'list')).toBe('');
    expect(git('lib', 'stash', 'list')).not.toBe('');
    expect(after).toBe(`git -C ${join(home, 'lib')} stash pop`);
  });

  test('reports the applied projects when a hook refuses the second; a retry applies only the second [R117]', async () => {
    const { run, git, home, read } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    const hook = join(home, 'lib', '.git', 'hooks', 'pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho not today\nexit 1\n', { mode: 0o755 });
    await plan.apply();
    const { error } = await plan.waitUntilIdle();
    expect(error).toMatchObject({
      code: 'HOOK_REFUSED',
      message: expect.stringMatching(/^Applied to app, not to lib: /),
      details: { applied: ['app'], left: 'lib' },
    });
    // A patch or a branch would apply the part of lib there alone and finish the plan.
    expect(error?.hints.slice(0, 2)).toEqual([
      hintLine(`troupe plan apply ${plan.id}`),
      hintLine(new RegExp(`troupe plan apply ${plan.id.slice(-8)} --patch troupe-`)),
    ]);
    const appliedCommit = git('app', 'rev-parse', 'HEAD');
    expect([read('app', 'new.txt'), read('lib', 'a.txt')?.includes('TWO')]).toEqual(['app\n', false]);
    rmSync(hook);
    await plan.apply();
    expect((await plan.waitUntilIdle()).applySummary?.commits).toEqual([
      `app:${appliedCommit}`,
      `lib:${git('lib', 'rev-parse', 'HEAD')}`,
    ]);
  });

  test('writes a patch for each project, which git can apply there [R117, R162]', async () => {
    const { run, git, home, read } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    const file = join(home, 'result.patch');
    const script = 'printf "%s\n" "$TROUPE_PATCH" > opened.txt';
    const after = { argv: ['sh', '-c', script], timeoutSeconds: 60 };
    expect((await plan.previewApply({ target: { kind: 'patch', file } })).blockedBy).toBeNull();
    await plan.apply({ target: { kind: 'patch', file }, postApply: after });
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    const patches = ['app', 'lib'].map(alias => join(home, `result.${alias}.patch`));
    expect(existsSync(file)).toBe(false);
    expect(read('app', 'opened.txt')?.trim().split('\n')).toEqual(patches);
    git('app', 'apply', '../result.app.patch');
    git('lib', 'apply', '../result.lib.patch');
    expect([read('app', 'new.txt'), read('lib', 'a.txt')]).toEqual(['app\n', 'lib\none\nTWO\nthree\n']);
  });

  test('overwrites no existing patch in either project, and the error names the option that does', async () => {
    const { run, home } = await twoProjects();
    const plan = await run(both);
    await plan.waitUntilIdle();
    const file = join(home, 'result.patch');
    writeFileSync(join(home, 'result.lib.patch'), 'of another plan\n');
    const fileExists = { code: 'FILE_EXISTS', hints: expect.arrayContaining([hintLine(/--force/)]) };
    expect((await plan.previewApply({ target: { kind: 'patch', file } })).blockedBy).toMatchObject(fileExists);
    await plan.apply({ target: { kind: 'patch', file } });
    expect((await plan.waitUntilIdle()).error).toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(join(home, 'result.lib.patch'), 'utf8')).toBe('of another plan\n');
    await plan.apply({ target: { kind: 'patch', file, overwrite: true } });
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(readFileSync(join(home, 'result.lib.patch'), 'utf8')).toContain('+TWO');
  });
});
