/** git locked by another process, git not installed, and refs, sandboxes or objects of Troupe deleted by hand. */

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hintLine } from '../hint-line.ts';

const work = `name: local/work
description: Work
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

describe('git', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('work.yaml', work);
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'Work');
    expect((await runTroupeJson(project, ['run', '-f', 'work.yaml'])).status).toBe('ok');
  });
  afterEach(() => project.remove());

  const outcome = async (words: string[]) => {
    const { messages, data } = await runTroupeJson(project, words);
    return {
      lastError: messages.filter(({ level }) => level === 'error').at(-1),
      plan: data.plan as { state?: string },
    };
  };
  const hold = (name: string) => {
    const file = join(project.folder, '.git', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    return file;
  };

  test.each([
    ['index.lock', 'LOCK_CONFLICT'],
    ['refs/heads/main.lock', 'GIT_FAILED'],
  ])('whose %s another process holds prevents an apply; once it is released the same command applies the result', async (name, code) => {
    const file = hold(name);
    const before = project.git('rev-parse', 'HEAD');
    const { lastError } = await outcome(['plan', 'apply', '--yes']);
    expect(lastError).toMatchObject({ code });
    expect(lastError?.hints[0]).toEqual(hintLine(new RegExp(`^rm ${file}  # when no`)));
    expect([project.git('rev-parse', 'HEAD'), project.git('status', '--porcelain')]).toEqual([before, '']);
    rmSync(file);
    expect((await outcome(['plan', 'apply', '--yes'])).plan).toMatchObject({ state: 'applied' });
    expect([project.git('show', 'HEAD:one.txt'), project.git('status', '--porcelain')]).toEqual(['1\n', '']);
    expect(project.git('log', '--format=%s', `${before.trim()}..HEAD`).trim().split('\n')).toHaveLength(1);
  });

  test('whose packed refs another process holds prevents the removal of refs; then they are removed', async () => {
    await runTroupe(project, ['plan', 'cancel', '--yes']);
    project.git('pack-refs', '--all');
    const file = hold('packed-refs.lock');
    const { lastError } = await outcome(['gc', '--max-size', '0B', '--delete']);
    expect(lastError).toMatchObject({ code: 'GIT_FAILED', hints: [hintLine(new RegExp(`^rm ${file}`))] });
    rmSync(file);
    expect((await outcome(['gc', '--max-size', '0B', '--older-than', '0s', '--delete'])).lastError).toBeUndefined();
    expect(project.git('for-each-ref', 'refs/troupe/plans')).toBe('');
  });

  test('that is not on PATH is reported by every command, and nothing is changed', async () => {
    const blind = { env: { ...project.env, PATH: join(project.folder, 'no') } };
    const { code, err } = await runTroupe(project, ['plan', 'status'], blind);
    expect([code, err]).toEqual([2, expect.stringContaining('git is not installed, or not on PATH')]);
    expect(err).toContain('troupe doctor');
    expect((await runTroupe(project, ['doctor'], blind)).out).toMatch(/^FAIL {2}git/m);
    expect((await outcome(['plan', 'status'])).plan).toMatchObject({ state: 'complete' });
  });
});

describe('files of Troupe deleted by hand', () => {
  let project: TestRepository;
  let sandbox: string;
  beforeEach(async () => {
    project = createRepository();
    project.write('work.yaml', work);
    project.git('add', '-A');
    project.git('commit', '-q', '-m', 'Work');
    const { data } = await runTroupeJson(project, ['run', '-f', 'work.yaml']);
    expect((data.plan as { state: string }).state).toBe('complete');
    const [, tree] = project.git('worktree', 'list', '--porcelain').split('\n\n');
    sandbox = /^worktree (.*)$/m.exec(tree ?? '')?.[1] ?? '';
    expect(existsSync(join(sandbox, 'one.txt'))).toBe(true);
  });
  afterEach(() => project.remove());

  const checkpoint = async () => {
    const { data } = await runTroupeJson(project, ['plan', 'checkpoint', 'list']);
    return (data.checkpoints as { checkpoint_id: string; trigger: string }[])[0]?.checkpoint_id ?? '';
  };

  test('a sandbox: rollback reports that it is lost, and the reviewed result is still applied', async () => {
    rmSync(sandbox, { recursive: true });
    const refused = await runTroupeJson(project, ['plan', 'rollback', await checkpoint(), '--yes']);
    expect(refused.messages.at(-1)).toMatchObject({
      code: 'SANDBOX_LOST',
      hints: [hintLine(/^troupe plan fork \S+ --checkpoint \S+$/), hintLine(/^troupe plan revert /)],
    });
    const { data } = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    expect(data.plan).toMatchObject({ state: 'applied' });
    expect(project.git('show', 'HEAD:one.txt')).toBe('1\n');
    expect(project.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  test('all refs, and then their objects: the loss is reported, and a new attempt creates them again', async () => {
    for (const ref of project.git('for-each-ref', '--format=%(refname)', 'refs/troupe/').trim().split('\n')) {
      project.git('update-ref', '-d', ref);
    }
    project.git('worktree', 'unlock', sandbox);
    project.git('worktree', 'remove', '--force', sandbox);
    project.git('reflog', 'expire', '--expire=now', '--all');
    project.git('gc', '--quiet', '--prune=now');
    const refused = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    const lastError = refused.messages.filter(({ level }) => level === 'error').at(-1);
    expect(lastError?.code).toMatch(/^(GIT_FAILED|CHECKPOINT_LOST|SANDBOX_LOST)$/);
    expect(lastError?.hints.length).toBeGreaterThan(0);
    expect(project.git('status', '--porcelain')).toBe('');
    expect((await runTroupe(project, ['plan', 'revert', '--yes'])).code).toBe(0);
    const again = await runTroupeJson(project, ['plan', 'execute']);
    expect(again.data.plan).toMatchObject({ state: 'complete' });
    expect((await runTroupeJson(project, ['plan', 'apply', '--yes'])).data.plan).toMatchObject({ state: 'applied' });
  });
});
