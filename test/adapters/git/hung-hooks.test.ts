import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { marked } from '../marked.ts';
import { files, hook, prepared } from './result.ts';
import { onTrial, type Trial } from './trial.ts';

const target = { kind: 'branch', branch: 'out' } as const;
const marker = `hung-hooks-${process.pid}/hooks/one`;

const sign = ({ home }: Trial) => join(home, 'hung');
/** Says its process id, then waits and does not mind being asked to end. */
const hangs = (trial: Trial) =>
  `trap '' TERM INT HUP; echo $$ > '${sign(trial)}.half'; mv '${sign(trial)}.half' '${sign(trial)}'; sleep 600`;
const begun = (trial: Trial) => expect.poll(() => existsSync(sign(trial)), { timeout: 20_000 }).toBe(true);
const pidIn = (file: string) => Number(readFileSync(file, 'utf8'));

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function signer(trial: Trial, script: string): Promise<void> {
  await trial.write('.git/sign', `#!/bin/sh\n${script}\n`);
  await chmod(join(trial.root, '.git/sign'), 0o755);
  await trial.git('config', 'commit.gpgSign', 'true');
  await trial.git('config', 'gpg.program', join(trial.root, '.git/sign'));
}

describe('a hook or a signing program that hangs', { timeout: 90_000 }, () => {
  test(
    'is ended after its limit and named, and nothing is applied; once it ends by itself the result is applied [R187]',
    onTrial(async trial => {
      const { project, options } = await prepared(trial, { hookTimeoutMs: 3_000 });
      await hook(trial, 'pre-commit', `echo checking types; ${hangs(trial)}`);
      await expect(project.land({ ...options, marker, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
        message: expect.stringContaining('The hook pre-commit did not end within 3 s'),
        hints: [expect.stringContaining('apply.hookTimeoutSeconds'), expect.stringContaining('--patch FILE')],
        details: { hung: 'the hook pre-commit', timeoutMs: 3_000, output: expect.stringContaining('checking types') },
      });
      expect(isAlive(pidIn(sign(trial)))).toBe(false);
      await expect(trial.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      expect(await project.sandboxes()).toEqual([]);
      await rm(join(trial.root, '.git/hooks/pre-commit'));
      expect(await project.land({ ...options, marker, target })).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('rev-list', '--count', 'main..out')).toBe('1');
    }, files),
  );

  test.each([
    'pre-commit',
    'commit-msg',
    'prepare-commit-msg',
    'reference-transaction',
    'post-commit',
  ])('is ended when applying is stopped, and nothing is applied: %s [R187]', async name =>
    await onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await hook(trial, name, hangs(trial));
      const stop = new AbortController();
      const landing = project.land({ ...options, marker, target, signal: stop.signal });
      landing.catch(() => undefined);
      await begun(trial);
      expect(await marked(marker)).toContain(pidIn(sign(trial)));
      stop.abort();
      await expect(landing).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await marked(marker)).toEqual([]);
      expect(isAlive(pidIn(sign(trial)))).toBe(false);
      await expect(trial.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      await rm(join(trial.root, '.git/hooks', name));
      expect(await project.land({ ...options, marker, target })).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('rev-list', '--count', 'main..out')).toBe('1');
    }, files)());

  test(
    'and that fled to a session of its own is ended as well, the signing program named [R187]',
    onTrial(async trial => {
      const { project, options } = await prepared(trial, { hookTimeoutMs: 3_000 });
      const fled = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(hangs(trial))}], { detached: true, stdio: 'ignore' }); setInterval(() => {}, 1e6)`;
      await trial.write('../fled.cjs', fled);
      await signer(trial, `'${process.execPath}' '${join(trial.home, 'fled.cjs')}'`);
      await expect(project.land({ ...options, marker, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
        message: expect.stringMatching(/^The program \S+ did not end within 3 s/),
      });
      expect(isAlive(pidIn(sign(trial)))).toBe(false);
      expect(await marked(marker)).toEqual([]);
    }, files),
  );

  test(
    'left by a process that died, is ended before it runs again [R187]',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      const left = spawn('sh', ['-c', hangs(trial)], {
        detached: true,
        stdio: 'ignore',
        env: { PATH: process.env.PATH, TROUPE_MARK: marker, TROUPE_RUN: '.of-the-dead' },
      });
      await begun(trial);
      const beside = join(trial.home, 'beside');
      await hook(trial, 'pre-commit', `kill -0 ${left.pid} 2> /dev/null && echo yes > '${beside}'; exit 0`);
      expect(await project.land({ ...options, marker, target })).toMatchObject({ outcome: 'landed' });
      expect(existsSync(beside)).toBe(false);
      expect(await trial.git('rev-list', '--count', 'main..out')).toBe('1');
    }, files),
  );

  test(
    'is not begun where applying is stopped already [R187]',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await hook(trial, 'pre-commit', `touch '${sign(trial)}'`);
      const landing = project.land({ ...options, marker, target, signal: AbortSignal.abort() });
      await expect(landing).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(existsSync(sign(trial))).toBe(false);
    }, files),
  );
});
