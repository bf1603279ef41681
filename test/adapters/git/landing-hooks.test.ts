import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, hook, prepared } from './result.ts';
import { config, onTrial } from './trial.ts';

describe('[R148] the user’s hooks and signing', () => {
  const target = { kind: 'branch', branch: 'out' } as const;

  test(
    'run for the commit that lands and may word its message',
    onTrial(async trial => {
      await hook(trial, 'commit-msg', 'echo "Reviewed-by: hook" >> "$1"');
      await hook(trial, 'pre-commit', 'test -f new/n.txt && test "$(git diff --cached --name-only | wc -l)" -eq 3');
      const { project, options } = await prepared(trial);
      await project.land({ ...options, target });
      expect(await trial.git('log', '-1', '--format=%B', 'out')).toContain('Reviewed-by: hook');
    }, files),
  );

  test(
    'that fail or change the result refuse it, with what they printed',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await hook(trial, 'pre-commit', 'echo "lint: two errors" >&2; exit 1');
      await expect(project.land({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_REFUSED',
        message: expect.stringContaining('lint: two errors'),
      });
      await hook(trial, 'pre-commit', 'exit 1');
      await expect(project.land({ ...options, target })).rejects.toMatchObject({ message: 'the commit was refused' });
      await hook(trial, 'pre-commit', 'echo formatted > a.txt; git add a.txt');
      await expect(project.land({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_REFUSED',
        details: { files: ['a.txt'] },
      });
      await expect(trial.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      expect(await trial.git('status', '--porcelain')).toBe('');
      expect(await project.sandboxes()).toEqual([]);
      await rm(join(trial.root, '.git/hooks/pre-commit'));
      expect(await project.land({ ...options, target })).toMatchObject({ outcome: 'landed' });
    }, files),
  );

  test(
    'are found where the checkout has them, and ended when they take too long',
    onTrial(async trial => {
      const { project, options } = await prepared(trial, { hookTimeoutMs: 300 });
      await trial.git('config', 'core.hooksPath', '.husky/_');
      await hook(trial, 'pre-commit', 'echo from husky; exit 1', '.husky/_');
      await expect(project.land({ ...options, target })).rejects.toThrow(/from husky/);
      await hook(trial, 'pre-commit', 'sleep 60 & sleep 60', '.husky/_');
      await expect(project.land({ ...options, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
      });
    }, files),
  );

  test(
    'may leave a program behind that holds their output open: nobody waits for it',
    onTrial(async trial => {
      const { project, options } = await prepared(trial, { hookTimeoutMs: 20_000 });
      const pidFile = join(trial.home, 'pid');
      const leave = `const child = require('node:child_process').spawn('sleep', ['600'], {detached: true, stdio: 'inherit'});
        require('node:fs').writeFileSync('${pidFile}', String(child.pid)); child.unref();`;
      await trial.write('../leave.cjs', leave);
      await hook(trial, 'post-commit', `'${process.execPath}' '${join(trial.home, 'leave.cjs')}'`);
      const begun = performance.now();
      try {
        expect(await project.land({ ...options, target })).toMatchObject({ outcome: 'landed' });
        expect(performance.now() - begun).toBeLessThan(20_000);
        // It is the user's, and goes on.
        expect(process.kill(Number(await readFile(pidFile, 'utf8')), 0)).toBe(true);
      } finally {
        process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
      }
    }, files),
  );

  test(
    'sign the commit when the user asks for it',
    onTrial(async trial => {
      await trial.write(
        '.git/sign',
        '#!/bin/sh\ncat > /dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "-- signed --"\n',
      );
      await chmod(join(trial.root, '.git/sign'), 0o755);
      await trial.git('config', 'commit.gpgSign', 'true');
      await trial.git('config', 'gpg.program', join(trial.root, '.git/sign'));
      const { project, options } = await prepared(trial);
      await project.land({ ...options, target });
      expect(await trial.git('cat-file', 'commit', 'out')).toContain('gpgsig -- signed --');
    }, files),
  );

  test(
    'need somebody to commit as',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await writeFile(join(trial.home, 'gitconfig'), '[user]\n\tuseConfigOnly = true\n');
      const refusal = {
        code: 'USAGE',
        hints: ['git config user.name "$(id -un)"', expect.stringContaining('git config user.email')],
      };
      await expect(project.land({ ...options, target })).rejects.toMatchObject(refusal);
      // Known beforehand too.
      const { base, tree } = options;
      await expect(project.outlook({ base, tree, target })).rejects.toMatchObject(refusal);
      const patch = { kind: 'patch', file: join(trial.home, 'out.patch') } as const;
      expect(await project.outlook({ base, tree, target: patch })).toEqual({ moved: null });
      await writeFile(join(trial.home, 'gitconfig'), config);
      expect(await project.land({ ...options, target })).toMatchObject({ outcome: 'landed' });
    }, files),
  );
});
