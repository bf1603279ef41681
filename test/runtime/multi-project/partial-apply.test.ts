/** Partial apply on several projects: a part is applied in all of them, and the rest continues from all. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { steps, twoProjects, write } from '../two-projects.ts';

const result = {
  executionActor: steps(write('app/b.txt', 'b\n'), write('lib/b.txt', 'b\n'), write('lib/c.txt', 'c\n')),
};

test('[R144, R117] a part is applied in both projects, and then the rest, also when one of them moved', async () => {
  const { run, git, read, home } = await twoProjects();
  const plan = await run(result);
  await plan.waitUntilIdle();
  await plan.apply({ only: ['app/b.txt', 'lib/b.txt'] });
  expect([read('app', 'b.txt'), read('lib', 'b.txt'), read('lib', 'c.txt')]).toEqual(['b\n', 'b\n', null]);
  const record = await plan.waitUntilIdle();
  expect([record.state, record.changeSet?.files.map(({ path }) => path)]).toEqual(['complete', ['lib/c.txt']]);
  writeFileSync(join(home, 'lib', 'd.txt'), 'd\n');
  git('lib', 'add', '.');
  git('lib', 'commit', '--quiet', '--message=Meanwhile');
  await plan.apply();
  const applied = await plan.waitUntilIdle();
  expect([applied.state, applied.error]).toEqual(['applied', null]);
  expect([read('lib', 'c.txt'), read('lib', 'd.txt')]).toEqual(['c\n', 'd\n']);
  expect(git('lib', 'show', '--format=', '--name-only', 'HEAD').trim()).toBe('c.txt');
});

test('[R144, R117] a part that was applied only in the first is reported so, and is applied once after a fix', async () => {
  const { run, git, read, home } = await twoProjects();
  const plan = await run(result);
  await plan.waitUntilIdle();
  const hook = join(home, 'lib', '.git', 'hooks', 'pre-commit');
  writeFileSync(hook, '#!/bin/sh\necho not today\nexit 1\n', { mode: 0o755 });
  const part = { only: ['app/b.txt', 'lib/b.txt'] };
  await expect(plan.apply(part)).rejects.toMatchObject({
    code: 'HOOK_REFUSED',
    message: expect.stringMatching(/^Applied to app, not to lib: /),
  });
  const appliedCommit = git('app', 'rev-parse', 'HEAD');
  rmSync(hook);
  await plan.apply(part);
  expect(git('app', 'rev-parse', 'HEAD')).toBe(appliedCommit);
  expect([read('app', 'b.txt'), read('lib', 'b.txt'), read('lib', 'c.txt')]).toEqual(['b\n', 'b\n', null]);
  await plan.apply();
  expect((await plan.waitUntilIdle()).state).toBe('applied');
  expect([git('app', 'rev-parse', 'HEAD'), read('lib', 'c.txt')]).toEqual([appliedCommit, 'c\n']);
});
