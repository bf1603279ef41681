import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitConfig, withGitFixture } from './git-fixture.ts';
import { baseFiles, createResult, writeHook } from './sample-result.ts';

describe('[R148] the user’s hooks and signing', () => {
  const target = { kind: 'branch', branch: 'out' } as const;

  test(
    'run for the applied commit and may change its message',
    withGitFixture(async fixture => {
      await writeHook(fixture, 'commit-msg', 'echo "Reviewed-by: hook" >> "$1"');
      await writeHook(
        fixture,
        'pre-commit',
        'test -f new/n.txt && test "$(git diff --cached --name-only | wc -l)" -eq 3',
      );
      const { project, options } = await createResult(fixture);
      await project.apply({ ...options, target });
      expect(await fixture.git('log', '-1', '--format=%B', 'out')).toContain('Reviewed-by: hook');
    }, baseFiles),
  );

  test(
    'that fail or change the result prevent the apply, and their output is reported',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await writeHook(fixture, 'pre-commit', 'echo "lint: two errors" >&2; exit 1');
      await expect(project.apply({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_REFUSED',
        message: expect.stringContaining('lint: two errors'),
      });
      await writeHook(fixture, 'pre-commit', 'exit 1');
      await expect(project.apply({ ...options, target })).rejects.toMatchObject({ message: 'the commit was refused' });
      await writeHook(fixture, 'pre-commit', 'echo formatted > a.txt; git add a.txt');
      await expect(project.apply({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_REFUSED',
        details: { files: ['a.txt'] },
      });
      await expect(fixture.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      expect(await fixture.git('status', '--porcelain')).toBe('');
      expect(await project.sandboxes()).toEqual([]);
      await rm(join(fixture.root, '.git/hooks/pre-commit'));
      expect(await project.apply({ ...options, target })).toMatchObject({ outcome: 'applied' });
    }, baseFiles),
  );

  test(
    'are found as configured in the checkout, and ended when they take too long',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture, { hookTimeoutMs: 300 });
      await fixture.git('config', 'core.hooksPath', '.husky/_');
      await writeHook(fixture, 'pre-commit', 'echo from husky; exit 1', '.husky/_');
      await expect(project.apply({ ...options, target })).rejects.toThrow(/from husky/);
      await writeHook(fixture, 'pre-commit', 'sleep 60 & sleep 60', '.husky/_');
      await expect(project.apply({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
      });
    }, baseFiles),
  );

  test(
    'may leave a program behind that holds their output open, and the apply does not wait for it',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture, { hookTimeoutMs: 20_000 });
      const pidFile = join(fixture.home, 'pid');
      const leave = `const child = require('node:child_process').spawn('sleep', ['600'], {detached: true, stdio: 'inherit'});
        require('node:fs').writeFileSync('${pidFile}', String(child.pid)); child.unref();`;
      await fixture.write('../leave.cjs', leave);
      await writeHook(fixture, 'post-commit', `'${process.execPath}' '${join(fixture.home, 'leave.cjs')}'`);
      const startedAt = performance.now();
      try {
        expect(await project.apply({ ...options, target })).toMatchObject({ outcome: 'applied' });
        expect(performance.now() - startedAt).toBeLessThan(20_000);
        // It belongs to the user, and continues to run.
        expect(process.kill(Number(await readFile(pidFile, 'utf8')), 0)).toBe(true);
      } finally {
        process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
      }
    }, baseFiles),
  );

  test(
    'sign the commit if the user has configured it',
    withGitFixture(async fixture => {
      await fixture.write(
        '.git/sign',
        '#!/bin/sh\ncat > /dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "-- signed --"\n',
      );
      await chmod(join(fixture.root, '.git/sign'), 0o755);
      await fixture.git('config', 'commit.gpgSign', 'true');
      await fixture.git('config', 'gpg.program', join(fixture.root, '.git/sign'));
      const { project, options } = await createResult(fixture);
      await project.apply({ ...options, target });
      expect(await fixture.git('cat-file', 'commit', 'out')).toContain('gpgsig -- signed --');
    }, baseFiles),
  );

  test(
    'require an author identity',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await writeFile(join(fixture.home, 'gitconfig'), '[user]\n\tuseConfigOnly = true\n');
      const refusal = {
        code: 'USAGE',
        hints: ['git config user.name "$(id -un)"', expect.stringContaining('git config user.email')],
      };
      await expect(project.apply({ ...options, target })).rejects.toMatchObject(refusal);
      // Also known before the apply.
      const { base, tree } = options;
      await expect(project.checkTarget({ base, tree, target })).rejects.toMatchObject(refusal);
      const patch = { kind: 'patch', file: join(fixture.home, 'out.patch') } as const;
      expect(await project.checkTarget({ base, tree, target: patch })).toEqual({ moved: null });
      await writeFile(join(fixture.home, 'gitconfig'), gitConfig);
      expect(await project.apply({ ...options, target })).toMatchObject({ outcome: 'applied' });
    }, baseFiles),
  );
});
