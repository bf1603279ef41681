import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hintLine } from '../../../hint-line.ts';
import { taggedPids } from '../../tagged-pids.ts';
import { type GitFixture, withGitFixture } from './git-fixture.ts';
import { baseFiles, createResult, writeHook } from './sample-result.ts';

const target = { kind: 'branch', branch: 'out' } as const;
const marker = `hung-hooks-${process.pid}/hooks/one`;

const sign = ({ home }: GitFixture) => join(home, 'hung');
/** Prints its process id, then waits and ignores SIGTERM. */
const hangs = (fixture: GitFixture) =>
  `trap '' TERM INT HUP; echo $$ > '${sign(fixture)}.half'; mv '${sign(fixture)}.half' '${sign(fixture)}'; sleep 600`;
const hookStarted = (fixture: GitFixture) =>
  expect.poll(() => existsSync(sign(fixture)), { timeout: 20_000 }).toBe(true);
const pidIn = (file: string) => Number(readFileSync(file, 'utf8'));

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function signer(fixture: GitFixture, script: string): Promise<void> {
  await fixture.write('.git/sign', `#!/bin/sh\n${script}\n`);
  await chmod(join(fixture.root, '.git/sign'), 0o755);
  await fixture.git('config', 'commit.gpgSign', 'true');
  await fixture.git('config', 'gpg.program', join(fixture.root, '.git/sign'));
}

describe('a hook or a signing program that hangs', { timeout: 90_000 }, () => {
  test(
    'is ended after its timeout and named, and nothing is applied; once it exits by itself the result is applied [R187]',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture, { hookTimeoutMs: 3_000 });
      await writeHook(fixture, 'pre-commit', `echo checking types; ${hangs(fixture)}`);
      await expect(project.apply({ ...options, processTag: marker, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
        message: expect.stringContaining('The hook pre-commit did not end within 3 s'),
        hints: [hintLine(/apply\.hookTimeoutSeconds/), hintLine(/--patch FILE/)],
        details: { hung: 'the hook pre-commit', timeoutMs: 3_000, output: expect.stringContaining('checking types') },
      });
      expect(isAlive(pidIn(sign(fixture)))).toBe(false);
      await expect(fixture.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      expect(await project.sandboxes()).toEqual([]);
      await rm(join(fixture.root, '.git/hooks/pre-commit'));
      expect(await project.apply({ ...options, processTag: marker, target })).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('rev-list', '--count', 'main..out')).toBe('1');
    }, baseFiles),
  );

  test.each([
    'pre-commit',
    'commit-msg',
    'prepare-commit-msg',
    'reference-transaction',
    'post-commit',
  ])('is ended when the apply is stopped, and nothing is applied: %s [R187]', async name =>
    await withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await writeHook(fixture, name, hangs(fixture));
      const stop = new AbortController();
      const applying = project.apply({ ...options, processTag: marker, target, signal: stop.signal });
      applying.catch(() => undefined);
      await hookStarted(fixture);
      expect(await taggedPids(marker)).toContain(pidIn(sign(fixture)));
      stop.abort();
      await expect(applying).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await taggedPids(marker)).toEqual([]);
      expect(isAlive(pidIn(sign(fixture)))).toBe(false);
      await expect(fixture.git('rev-parse', '--verify', 'out')).rejects.toThrow();
      await rm(join(fixture.root, '.git/hooks', name));
      expect(await project.apply({ ...options, processTag: marker, target })).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('rev-list', '--count', 'main..out')).toBe('1');
    }, baseFiles)());

  test(
    'in a session of its own is ended too, and the signing program is named [R187]',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture, { hookTimeoutMs: 3_000 });
      const fled = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(hangs(fixture))}], { detached: true, stdio: 'ignore' }); setInterval(() => {}, 1e6)`;
      await fixture.write('../fled.cjs', fled);
      await signer(fixture, `'${process.execPath}' '${join(fixture.home, 'fled.cjs')}'`);
      await expect(project.apply({ ...options, processTag: marker, target })).rejects.toMatchObject({
        code: 'HOOK_TIMED_OUT',
        message: expect.stringMatching(/^The program \S+ did not end within 3 s/),
      });
      expect(isAlive(pidIn(sign(fixture)))).toBe(false);
      expect(await taggedPids(marker)).toEqual([]);
    }, baseFiles),
  );

  test(
    'and was left by a dead process is ended before it runs again [R187]',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      const left = spawn('sh', ['-c', hangs(fixture)], {
        detached: true,
        stdio: 'ignore',
        env: { PATH: process.env.PATH, TROUPE_PROCESS_TAG: marker, TROUPE_RUN: '.of-the-dead' },
      });
      await hookStarted(fixture);
      const beside = join(fixture.home, 'beside');
      await writeHook(fixture, 'pre-commit', `kill -0 ${left.pid} 2> /dev/null && echo yes > '${beside}'; exit 0`);
      expect(await project.apply({ ...options, processTag: marker, target })).toMatchObject({ outcome: 'applied' });
      expect(existsSync(beside)).toBe(false);
      expect(await fixture.git('rev-list', '--count', 'main..out')).toBe('1');
    }, baseFiles),
  );

  test(
    'is not started if the apply is already stopped [R187]',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await writeHook(fixture, 'pre-commit', `touch '${sign(fixture)}'`);
      const applying = project.apply({ ...options, processTag: marker, target, signal: AbortSignal.abort() });
      await expect(applying).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(existsSync(sign(fixture))).toBe(false);
    }, baseFiles),
  );
});
