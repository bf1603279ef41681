import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutputHello, OutputResult } from '../../src/cli/output/envelope.ts';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createEmptyFolder, createRepository, type TestRepository } from './test-repository.ts';

describe('troupe run', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('greet.yaml', greetAction);
  });
  afterEach(() => project.remove());

  test('[R101] follows init and precedes diff and apply, each run as the previous command suggests', async () => {
    const init = await runTroupe(project, ['init']);
    expect(init).toMatchObject({ code: 0, out: expect.stringContaining('troupe run -f troupe/hello.yaml') });
    const run = await runTroupe(project, ['run', '-f', 'troupe/hello.yaml']);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain('Result: 1 file (+1 −0) · 0/0 subplans · 1/1 checks · 0 conflicts');
    expect(existsSync(join(project.folder, 'hello.txt'))).toBe(false);
    const diff = await runTroupe(project, ['plan', 'diff']);
    expect(diff.out).toContain('+Hello from troupe');
    const apply = await runTroupe(project, ['plan', 'apply', '--yes']);
    expect(apply).toMatchObject({ code: 0, out: expect.stringContaining('applied') });
    expect(readFileSync(join(project.folder, 'hello.txt'), 'utf8')).toBe('Hello from troupe\n');
    expect(project.git('log', '--format=%s').split('\n')).toHaveLength(3);
  });

  test('follows an init that never overwrites anything', async () => {
    await runTroupe(project, ['init']);
    const file = join(project.folder, 'troupe/hello.yaml');
    writeFileSync(file, 'mine');
    const again = await runTroupeJson(project, ['init']);
    expect(again).toMatchObject({ exit_code: 0, data: { created: false, file } });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('works in a folder without git, after init made it a project', async () => {
    const folder = createEmptyFolder();
    try {
      folder.write('a.txt', 'one\n');
      expect(await runTroupe(folder, ['init'])).toMatchObject({
        code: 2,
        err: expect.stringContaining('NOT_A_PROJECT'),
      });
      expect(await runTroupe(folder, ['init', '--directory'])).toMatchObject({ code: 0 });
      expect(await runTroupe(folder, ['run', '-f', 'troupe/hello.yaml', '--apply', '--yes'])).toMatchObject({
        code: 0,
      });
      expect(readFileSync(join(folder.folder, 'hello.txt'), 'utf8')).toBe('Hello from troupe\n');
    } finally {
      folder.remove();
    }
  });

  test('applies to a branch in one command, with a goal and an argument', async () => {
    const words = [
      'run',
      '-f',
      'greet.yaml',
      'Greet Ada',
      '--arg',
      'who=Ada',
      '--apply',
      '--yes',
      '--branch',
      'troupe/hi',
    ];
    const { data } = await runTroupeJson(project, words);
    expect(data.plan).toMatchObject({ state: 'applied', description: 'Greet Ada', arguments: { who: 'Ada' } });
    expect(project.git('diff', '--name-only', 'main', 'troupe/hi')).toBe('hello.txt\n');
    expect(project.git('status', '--porcelain')).toBe('?? greet.yaml\n');
  });

  test('leaves a result that apply writes to a patch file', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    expect(await runTroupe(project, ['plan', 'apply', '--patch', 'out.patch', '--yes'])).toMatchObject({ code: 0 });
    project.git('apply', '--check', 'out.patch');
  });

  test('leaves no files outside the store, and releases the store', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml', '--apply', '--yes']);
    expect(readdirSync(join(project.folder, '.git/troupe')).sort()).not.toContain('owner.json');
    expect(project.git('status', '--porcelain')).toBe('?? greet.yaml\n');
  });

  test('shows progress as lines on standard error, and only the result on standard output', async () => {
    const run = await runTroupe(project, ['run', '-f', 'greet.yaml', '-v']);
    expect(run.err).toContain('Greet the world: execute complete');
    expect(run.err).toContain('1/1 checks passed');
    expect(run.err).not.toContain('\u001b');
    expect(run.out.split('\n').filter(line => !line.startsWith('  next:'))).toHaveLength(3);
    expect((await runTroupe(project, ['run', '-f', 'greet.yaml', '-q'])).err).toBe('');
  });

  test('[R157] shows live lines on a terminal', async () => {
    const run = await runTroupe(project, ['run', '-f', 'greet.yaml'], { tty: true });
    expect(run.err).toContain('\u001b[1A');
    expect(run.err).toMatch(/✓\S* Greet the world: execute complete/);
  });

  test('[R139] streams events between the lines hello and result', async () => {
    const { out, code } = await runTroupe(project, ['run', '-f', 'greet.yaml', '--format', 'jsonl']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    OutputHello.parse(lines[0]);
    expect(OutputResult.parse(lines.at(-1))).toMatchObject({ exit_code: code, status: 'ok' });
    const types = lines.slice(1, -1).map(({ type }) => type);
    expect(types).toContain('plan.created');
    expect(types).toContain('validation.finished');
    const seqs = lines.slice(1, -1).map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort());
  });

  test('[R125] is followed by an apply that fails at once without a terminal, and names the flag', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const apply = await runTroupe(project, ['plan', 'apply']);
    expect(apply.code).toBe(6);
    expect(apply.err).toContain('error[APPROVAL_NEEDED]');
    expect(apply.err).toContain('try: troupe plan apply --yes');
    expect(await runTroupe(project, ['plan', 'apply', '--no-input'], { tty: true })).toMatchObject({ code: 6 });
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
  });

  test('is followed by an apply that asks on a terminal, shows the changes, and accepts only yes', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    for (const [answer, code] of [
      ['y', 130],
      ['yes', 0],
    ] as const) {
      const { io, done } = startTroupe(project, ['plan', 'apply', '--branch', 'b'], { tty: true });
      await io.waitForError('Only yes is accepted');
      io.type(answer);
      expect(await done).toBe(code);
      expect(io.err()).toContain('hello.txt | 1 +');
      expect(io.err()).toContain('passed  it is there  exit 0');
      expect(io.err()).toContain('To: branch b');
    }
    expect(project.git('show', 'b:hello.txt')).toBe('hello\n');
  });

  test('is not applied when the terminal is closed instead of answering', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const { io, done } = startTroupe(project, ['plan', 'apply'], { tty: true });
    await io.waitForError('Only yes is accepted');
    io.endInput();
    expect(await done).toBe(130);
    expect(io.err()).toContain('nothing was changed');
  });

  test('is followed by a dry run that shows what would be applied, and changes nothing', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const before = project.git('for-each-ref', 'refs/heads');
    const dry = await runTroupeJson(project, ['plan', 'apply', '--dry-run']);
    expect(dry).toMatchObject({
      exit_code: 0,
      data: { dry_run: true, target: { kind: 'checkout' }, summary: { files: 1 } },
    });
    expect((await runTroupe(project, ['plan', 'apply', '--dry-run'])).out).toContain('To: your checkout (branch main)');
    expect(project.git('for-each-ref', 'refs/heads')).toBe(before);
    await runTroupe(project, ['plan', 'apply', '--yes']);
  });

  test('[R114] accepts any number of invariants, and a base to start from', async () => {
    const first = project.git('rev-parse', 'HEAD').trim();
    project.write('b.txt', 'two');
    project.git('add', 'b.txt');
    project.git('commit', '-q', '-m', 'More');
    const rules = ['--invariant', 'Be kind', '--invariant', 'Be brief'];
    const { data } = await runTroupeJson(project, ['run', '-f', 'greet.yaml', '--base', first, ...rules]);
    expect(data.plan).toMatchObject({ project_links: [{ base_commit: first }] });
    const { out } = await runTroupe(project, ['plan', 'explain', '-v']);
    expect(out).toMatch(/invariant enforced: .*Be kind/);
    expect(out).toMatch(/invariant enforced: .*Be brief/);
  });

  test('passes the named variables to programs, and no others', async () => {
    const print = 'echo "$TOKEN/$SECRET/$GIVEN" > hello.txt';
    project.write(
      'print.yaml',
      `name: p\ndescription: P\nexecutionActor: { kind: command, argv: [sh, -c, '${print}'] }\n`,
    );
    const env = { ...project.env, TOKEN: 't', SECRET: 's' };
    expect(
      await runTroupe(project, ['run', '-f', 'print.yaml', '--env', 'TOKEN', '--env', 'GIVEN=a=b'], { env }),
    ).toMatchObject({ code: 0 });
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+t//a=b');
  });

  test('applies automatically when the profile says so, and does not ask twice', async () => {
    const { data } = await runTroupeJson(project, [
      'run',
      '-f',
      'greet.yaml',
      '--profile',
      'full-auto',
      '--apply',
      '--yes',
    ]);
    expect(data.plan).toMatchObject({ state: 'applied' });
  });

  test('is required first by a dry run of a plan without a result', async () => {
    await runTroupe(project, ['plan', 'use', '-f', 'greet.yaml']);
    const dry = await runTroupe(project, ['plan', 'apply', '--dry-run']);
    expect(dry).toMatchObject({ code: 2, err: expect.stringMatching(/PHASE_GUARD[\s\S]*try: troupe plan execute/) });
  });

  test('[R134] shows informational checks as such', async () => {
    project.write('soft.yaml', `${greetAction}  - { name: nice to have, argv: ['false'], required: false }\n`);
    await runTroupe(project, ['run', '-f', 'soft.yaml']);
    const { out } = await runTroupe(project, ['plan', 'apply', '--dry-run']);
    expect(out).toContain('FAILED  nice to have (informational)  exit 1');
  });
});
