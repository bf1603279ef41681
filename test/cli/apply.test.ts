/** Applies a result after the checkout, its branches or git's configuration have changed since it was made. */
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Writes b.txt, and has a check that fails beside c.txt. */
const alone = `name: local/alone
description: Write b
executionActor: { kind: steps, steps: [{ write: { path: b.txt, content: "two\\n" } }] }
validations: [{ name: alone, argv: [test, "!", -f, c.txt] }]
`;

/** A hint as a person types it in the project's folder, with a yes. */
function typed(project: TestRepository, hint: string): Promise<{ code: number; out: string; err: string }> {
  const words = execFileSync('sh', ['-c', `for word in ${hint}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  });
  const [program, ...rest] = words.split('\0').slice(0, -1);
  expect(program).toBe('troupe');
  return runTroupe(project, [...rest, '--yes']);
}

describe('a result whose checks fail on a target that has moved', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('../alone.yaml', alone);
    expect((await runTroupe(project, ['run', '-f', '../alone.yaml'])).code).toBe(0);
    project.write('c.txt', 'in the way\n');
    project.git('add', '.');
    project.git('commit', '--quiet', '--message=In the way');
  });
  afterEach(() => project.remove());

  const barred = async () => {
    const { exit_code: code, messages } = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    const [error] = messages.filter(({ level }) => level === 'error');
    expect([code, error?.code]).toEqual([9, 'BASE_MOVED']);
    return (error?.hints ?? []).map(({ text }) => text);
  };

  test('[R186] gets a hint that works as printed: it puts the result on a branch of its own base', async () => {
    const [first = ''] = await barred();
    expect(first).toMatch(/^troupe plan apply \S+ --branch troupe\/\w+$/);
    const base = project.git('rev-parse', 'main~1').trim();
    expect(await typed(project, first)).toMatchObject({ code: 0 });
    const branch = first.split(' ').at(-1) ?? '';
    expect(project.git('rev-parse', `${branch}~1`).trim()).toBe(base);
    expect(project.git('diff', '--name-only', `${branch}~1`, branch)).toBe('b.txt\n');
    expect(project.git('log', '-1', '--format=%s', 'main')).toBe('In the way\n');
  });

  test('[R186] is applied by plan apply once the target is repaired; until then the same error is reported', async () => {
    await barred();
    await barred();
    expect(await runTroupe(project, ['plan', 'apply'])).toMatchObject({ code: 6 });
    rmSync(join(project.folder, 'c.txt'));
    project.git('commit', '--quiet', '--all', '--message=Out of the way');
    expect(await runTroupe(project, ['plan', 'apply', '--yes'])).toMatchObject({ code: 0 });
    expect(project.git('diff', '--name-only', 'main~1', 'main')).toBe('b.txt\n');
  });
});

describe('an apply that would change nothing', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('../alone.yaml', alone);
  });
  afterEach(() => project.remove());

  const nightly = ['run', '-f', '../alone.yaml', '--apply', '--yes', '--branch', 'nightly'];

  test('[R323] makes no commit and reports that, also when repeated; so does the dry run', async () => {
    expect((await runTroupe(project, nightly)).code).toBe(0);
    const first = project.git('rev-parse', 'nightly');
    for (let night = 2; night <= 3; night += 1) {
      const { exit_code: code, messages } = await runTroupeJson(project, nightly);
      expect([code, messages.at(-1)?.code]).toEqual([2, 'NOTHING_TO_APPLY']);
      expect(messages.at(-1)?.text).toContain('The branch nightly holds this result already');
    }
    const dry = await runTroupeJson(project, ['plan', 'apply', '--dry-run', '--branch', 'nightly']);
    expect(dry.data).toMatchObject({ preview: { blocked_by: { code: 'NOTHING_TO_APPLY' } } });
    expect(project.git('rev-parse', 'nightly')).toBe(first);
    expect(await runTroupe(project, ['plan', 'apply', '--yes'])).toMatchObject({ code: 0 });
    expect(project.git('diff', '--name-only', 'main~1', 'main')).toBe('b.txt\n');
  });

  test('leaves the applied plan the default of commands without a plan, although older ones are unfinished', async () => {
    expect((await runTroupe(project, ['run', '-f', '../alone.yaml'])).code).toBe(0);
    expect((await runTroupe(project, nightly)).code).toBe(0);
    for (const verb of ['status', 'explain'])
      expect(await runTroupe(project, ['plan', verb])).toMatchObject({
        code: 0,
        out: expect.stringContaining('applied'),
      });
    expect((await runTroupe(project, ['plan', 'diff', '--name-only'])).out).toBe('b.txt\n');
    const { exit_code: code, messages } = await runTroupeJson(project, ['plan', 'cancel', '--yes']);
    expect([code, messages.at(-1)?.text]).toEqual([2, expect.stringContaining('applied')]);
    expect((await runTroupeJson(project, ['plan', 'list'])).data.plans).toHaveLength(1);
  });

  test('[R323] succeeds without a commit when a plan that changes nothing may be applied', async () => {
    expect((await runTroupe(project, nightly)).code).toBe(0);
    const first = project.git('rev-parse', 'nightly');
    const { exit_code: code, data } = await runTroupeJson(project, [...nightly, '--allow-empty']);
    expect([code, data]).toMatchObject([0, { plan: { state: 'applied' } }]);
    expect(project.git('rev-parse', 'nightly')).toBe(first);
  });
});

describe('a checkout with uncommitted changes', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('../alone.yaml', alone);
    expect((await runTroupe(project, ['run', '-f', '../alone.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());

  test('[R188] accepts a result that touches none of them, and the output names them and the commit', async () => {
    project.write('a.txt', 'mine\n');
    const dry = await runTroupeJson(project, ['plan', 'apply', '--dry-run']);
    expect(dry.data).toMatchObject({ preview: { uncommitted: ['a.txt'], blocked_by: null } });
    const { code, out } = await runTroupe(project, ['plan', 'apply', '--yes']);
    const commit = project.git('rev-parse', '--short=12', 'main').trim();
    expect(code).toBe(0);
    expect(out).toContain(`Applied 1 file to your checkout (branch main) as ${commit}`);
    expect(out).toContain('Your uncommitted changes stay as they are: a.txt');
    expect(project.git('status', '--porcelain')).toBe(' M a.txt\n');
  });

  test('[R188] accepts such a result also on a target that has moved', async () => {
    project.write('d.txt', 'meanwhile\n');
    project.git('add', 'd.txt');
    project.git('commit', '--quiet', '--message=Meanwhile');
    project.write('a.txt', 'mine\n');
    const dry = await runTroupeJson(project, ['plan', 'apply', '--dry-run']);
    expect(dry.data).toMatchObject({ preview: { moved: { conflicts: [] }, uncommitted: ['a.txt'] } });
    expect((await runTroupe(project, ['plan', 'apply', '--yes'])).code).toBe(0);
    expect(project.git('status', '--porcelain')).toBe(' M a.txt\n');
  });

  test('[R188] rejects a result that touches them, and the first hint does not change the checkout', async () => {
    project.write('b.txt', 'mine\n');
    project.git('add', 'b.txt');
    const refused = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    expect(refused.messages.at(-1)).toMatchObject({ code: 'DIRTY_CHECKOUT', text: expect.stringContaining('b.txt') });
    expect(await typed(project, refused.messages.at(-1)?.hints[0]?.text ?? '')).toMatchObject({
      code: 0,
    });
    expect(project.git('status', '--porcelain')).toBe('A  b.txt\n');
  });

  test('without an author fails the dry run too, also on a target that has moved', async () => {
    project.git('commit', '--quiet', '--allow-empty', '--message=Meanwhile');
    for (const name of ['user.name', 'user.email']) project.git('config', '--unset', name);
    project.git('config', 'user.useConfigOnly', 'true');
    const dry = await runTroupe(project, ['plan', 'apply', '--dry-run']);
    expect(dry.out).toContain('git does not know who makes the commit');
    expect(dry.out).toContain('git config user.email "$(id -un)@$(uname -n)"');
  });
});

describe('a plan whose branch is no longer checked out', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('../alone.yaml', alone);
    project.git('switch', '--quiet', '--create', 'feature');
    expect((await runTroupe(project, ['run', '-f', '../alone.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());

  const heads = () => project.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads');
  const applied = (branch: string) => project.git('diff', '--name-only', `${branch}~1`, branch);
  const switched = async () => {
    project.git('switch', '--quiet', 'main');
    const before = heads();
    const refused = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    const error = refused.messages.at(-1);
    expect([refused.exit_code, error?.code]).toEqual([9, 'TARGET_CHANGED']);
    expect(error?.text).toBe('The result is meant for branch feature, and branch main is checked out now');
    expect(heads()).toBe(before);
    // The refusal is an answer, not a failed apply.
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain('execute complete');
    return (error?.hints ?? []).map(({ text }) => text);
  };

  test('[R185] is not applied without a choice; each hint works as printed', async () => {
    const [branch = '', onto = '', back = ''] = await switched();
    expect(await typed(project, branch)).toMatchObject({ code: 0 });
    expect(project.git('symbolic-ref', '--short', 'HEAD')).toBe('main\n');
    expect([applied('feature'), heads().split('\n').length]).toEqual(['b.txt\n', 3]);
    expect(project.git('status', '--porcelain')).toBe('');
    expect(onto).toMatch(/^troupe plan apply \S+ --onto main$/);
    expect(back).toBe('git switch feature');
  });

  test('[R185] is applied to the branch that is checked out when the user chooses it', async () => {
    const [, onto = ''] = await switched();
    expect(await runTroupe(project, ['plan', 'apply', '--onto', 'other', '--yes'])).toMatchObject({
      code: 9,
      err: expect.stringContaining('meant for branch other, and branch main is checked out now'),
    });
    expect(await typed(project, onto)).toMatchObject({
      code: 0,
      out: expect.stringContaining('to your checkout (branch main) as'),
    });
    expect(applied('main')).toBe('b.txt\n');
    expect(() => applied('feature')).toThrow();
  });

  test('[R185] asks at a terminal, and is applied to the branch in the answer', async () => {
    await switched();
    for (const answer of ['', '3']) {
      const { io, done } = startTroupe(project, ['plan', 'apply'], { tty: true });
      await io.waitForError('Where to?');
      io.type(answer);
      expect([await done, io.err()]).toEqual([130, expect.stringContaining('nothing was changed')]);
    }
    const { io, done } = startTroupe(project, ['plan', 'apply'], { tty: true });
    await io.waitForError('Where to?');
    expect(io.err()).toContain('  1  to branch feature; this checkout stays as it is\n');
    expect(io.err()).toContain('  2  to branch main, which is checked out here\n');
    io.type('2');
    await io.waitForError('Apply to your checkout (branch main)? Only yes');
    io.type('yes');
    expect(await done).toBe(0);
    expect(applied('main')).toBe('b.txt\n');
  });

  test('[R185] is applied to its own branch when that is checked out again', async () => {
    await switched();
    project.git('switch', '--quiet', 'feature');
    const { code, out } = await runTroupe(project, ['plan', 'apply', '--yes']);
    expect([code, out]).toEqual([0, expect.stringContaining('to your checkout (branch feature) as')]);
    expect(applied('feature')).toBe('b.txt\n');
  });

  test('[R185] asks in another worktree too: apply there, here, or to a branch', async () => {
    const folder = join(project.folder, '..', 'other');
    project.git('worktree', 'add', '--quiet', '-b', 'other', folder, 'main');
    const there = { ...project, folder };
    const before = heads();
    const refused = await runTroupeJson(there, ['plan', 'apply', '--yes']);
    expect(refused.messages.at(-1)).toMatchObject({
      code: 'TARGET_CHANGED',
      text: `The result is meant for branch feature in ${project.folder}, and you are in ${folder}, where branch other is checked out`,
    });
    expect(heads()).toBe(before);
    const dry = await runTroupe(there, ['plan', 'apply', '--dry-run']);
    expect(dry.out).toContain(`To: the checkout ${project.folder} (branch feature)`);
    const [first = '', onto = ''] = (refused.messages.at(-1)?.hints ?? []).map(({ text }) => text);
    expect(onto).toMatch(/ --onto other$/);
    expect(await typed(there, first)).toMatchObject({ code: 0 });
    expect(applied('feature')).toBe('b.txt\n');
    expect(project.git('status', '--porcelain')).toBe('');
    expect(
      heads()
        .split('\n')
        .filter(line => before.includes(line)),
    ).toHaveLength(3);
  });

  test('[R185] is applied in another worktree when the user there chooses it', async () => {
    const folder = join(project.folder, '..', 'other');
    project.git('worktree', 'add', '--quiet', '-b', 'other', folder, 'main');
    const there = { ...project, folder };
    expect((await runTroupe(there, ['plan', 'apply', '--onto', 'other', '--yes'])).code).toBe(0);
    expect(applied('other')).toBe('b.txt\n');
    expect(project.git('-C', folder, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(folder, 'b.txt'))).toBe(true);
    expect(existsSync(join(project.folder, 'b.txt'))).toBe(false);
  });

  test('[R185] is matched by its branch after its checkout was moved', async () => {
    const folder = join(project.folder, '..', 'moved');
    renameSync(project.folder, folder);
    const moved = { ...project, folder };
    const { code, out } = await runTroupe(moved, ['plan', 'apply', '--yes']);
    expect([code, out]).toEqual([0, expect.stringContaining('(branch feature) as')]);
    expect(existsSync(join(folder, 'b.txt'))).toBe(true);
  });

  test('[R185] made on a detached HEAD is applied to no branch without a choice', async () => {
    project.git('switch', '--quiet', '--detach', 'main');
    expect((await runTroupe(project, ['run', '-f', '../alone.yaml'])).code).toBe(0);
    project.git('switch', '--quiet', 'main');
    const refused = await runTroupeJson(project, ['plan', 'apply', '--yes']);
    const [onto = ''] = (refused.messages.at(-1)?.hints ?? []).map(({ text }) => text);
    expect([refused.messages.at(-1)?.code, onto]).toEqual(['TARGET_CHANGED', expect.stringMatching(/--onto main$/)]);
    expect(await typed(project, onto)).toMatchObject({ code: 0 });
  });
});
