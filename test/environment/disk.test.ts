/** A full disk and a read-only disk: real ones, if this machine can mount them. */

import { cpSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toDiskError } from '../../src/adapters/fs/disk-error.ts';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hintLine } from '../hint-line.ts';
import { type Disk, disk, mayMount } from './mounts.ts';

const work = `name: local/work
description: Work
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

/** Leaves the given number of bytes free. */
function fill({ folder }: Disk, leave = 0): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const filler = join(folder, 'filler');
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
  return () => rmSync(filler);
}

describe.skipIf(!mayMount)('on a separate disk (needs root and mount; skipped elsewhere)', () => {
  let project: TestRepository;
  let made: Disk[];
  beforeEach(() => {
    project = createRepository();
    project.write('work.yaml', work);
    made = [];
  });
  afterEach(() => {
    for (const each of made) each.remove();
    project.remove();
  });
  const mounted = (name: string, megabytes: number) => {
    const found = disk(join(project.folder, '..', name), megabytes);
    made.push(found);
    return found;
  };
  const codeOf = async (words: string[]) => {
    const { messages, status } = await runTroupeJson(project, words);
    return { status, lastError: messages.filter(({ level }) => level === 'error').at(-1) };
  };

  test('a full one prevents the creation of the store; with room the same command works', async () => {
    const small = mounted('keep', 2);
    const free = fill(small);
    const words = ['--store', small.folder, 'run', '-f', 'work.yaml'];
    const { lastError } = await codeOf(words);
    expect(lastError).toMatchObject({
      code: 'DISK_FULL',
      hints: [{ text: 'df -h' }, hintLine(new RegExp(`^troupe --store ${small.folder} gc --delete  # once`))],
    });
    expect(lastError?.where).toContain(small.folder);
    free();
    expect((await runTroupeJson(project, words)).data.plan).toMatchObject({ state: 'complete' });
  });

  test('one that fills while a plan works stops it in a consistent state; with room it continues', async () => {
    const small = mounted('keep', 2);
    const here = (...words: string[]) => ['--store', small.folder, ...words];
    expect((await runTroupeJson(project, here('plan', 'use', '-f', 'work.yaml'))).status).toBe('ok');
    const free = fill(small, 4096);
    const { lastError } = await codeOf(here('plan', 'execute'));
    expect(lastError).toMatchObject({ code: 'DISK_FULL' });
    free();
    expect((await runTroupeJson(project, here('doctor'))).status).toBe('ok');
    expect((await runTroupeJson(project, here('plan', 'execute'))).data.plan).toMatchObject({ state: 'complete' });
    expect((await runTroupe(project, here('plan', 'diff'))).out).toContain('+1');
  });

  test('a full one with sandboxes stops the plan with the reason; with room it continues', async () => {
    const small = mounted('state', 80);
    const big = Buffer.alloc(600_000, 'x');
    writeFileSync(join(project.folder, 'big.txt'), big);
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'Big');
    expect((await runTroupeJson(project, ['plan', 'use', '-f', 'work.yaml'])).status).toBe('ok');
    const free = fill(small, 200_000);
    const { lastError } = await codeOf(['plan', 'execute']);
    expect(lastError).toMatchObject({ code: 'DISK_FULL' });
    expect((await runTroupeJson(project, ['plan', 'status'])).data.plan).toMatchObject({
      phase: 'execute',
      state: 'errored',
    });
    free();
    expect((await runTroupeJson(project, ['plan', 'execute'])).data.plan).toMatchObject({ state: 'complete' });
    expect(project.git('worktree', 'list').trim().split('\n')).toHaveLength(2);
  });

  test('a read-only one with sandboxes is found before anything is done there', async () => {
    const state = mounted('state', 80);
    state.writable(false);
    const { lastError } = await codeOf(['run', '-f', 'work.yaml']);
    expect(lastError).toMatchObject({
      code: 'READ_ONLY',
      text: expect.stringContaining(
        `Nothing can be made in ${state.folder}, where sandboxes live: it may only be read`,
      ),
    });
    expect(lastError?.hints).toContainEqual({ text: `ls -ld ${state.folder}` });
    state.writable(true);
    expect((await runTroupeJson(project, ['plan', 'execute'])).data.plan).toMatchObject({ state: 'complete' });
  });

  test('a read-only .git rejects the first command with the path; when writable it works', async () => {
    const git = join(project.folder, '.git');
    const kept = join(project.folder, '..', 'kept.git');
    cpSync(git, kept, { recursive: true });
    const disk = mounted(join('project', '.git'), 8);
    cpSync(kept, git, { recursive: true });
    disk.writable(false);
    const { lastError } = await codeOf(['run', '-f', 'work.yaml']);
    expect(lastError).toMatchObject({ code: 'READ_ONLY', where: expect.stringContaining(git) });
    disk.writable(true);
    expect((await runTroupeJson(project, ['run', '-f', 'work.yaml'])).data.plan).toMatchObject({ state: 'complete' });
  });

  test('a read-only one rejects commands with the path; when writable again they work', async () => {
    const keep = mounted('keep', 8);
    const here = (...words: string[]) => ['--store', keep.folder, ...words];
    expect((await runTroupeJson(project, here('run', '-f', 'work.yaml'))).status).toBe('ok');
    keep.writable(false);
    for (const words of [here('plan', 'list'), here('plan', 'apply', '--yes'), here('gc', '--delete')]) {
      const { lastError } = await codeOf(words);
      expect(lastError).toMatchObject({ code: 'READ_ONLY', where: expect.stringContaining(keep.folder) });
    }
    keep.writable(true);
    expect((await runTroupeJson(project, here('plan', 'apply', '--yes', '--branch', 'work'))).data.plan).toMatchObject({
      state: 'applied',
    });
  });
});

test('disk errors are recognized from every source', () => {
  const about = { where: '/here', what: 'The store cannot be written' };
  const cases: [unknown, string | undefined][] = [
    [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'DISK_FULL'],
    [new Error('Database failed', { cause: new Error('IO error: x: No space left on device') }), 'DISK_FULL'],
    ['error: unable to write file: Disk quota exceeded', 'DISK_FULL'],
    [Object.assign(new Error('open'), { code: 'EROFS' }), 'READ_ONLY'],
    [new Error('IO error: LOCK: Permission denied'), 'READ_ONLY'],
    [Object.assign(new Error('spawn git'), { code: 'EMFILE' }), 'TOO_MANY_FILES'],
    [new Error('something else'), undefined],
  ];
  for (const [thrown, code] of cases) expect(toDiskError(thrown, about)?.code).toBe(code);
  expect(toDiskError('Read-only file system', about)).toMatchObject({
    message: 'The store cannot be written: it may only be read',
    where: '/here',
    hints: ['ls -ld /'],
  });
});
