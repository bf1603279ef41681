import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const files = { 'a.txt': 'one\n', '.gitignore': '.env\ncache/\nlog.txt\n' };
const shell = (script: string) => ['sh', '-c', script];
const steps = (...list: unknown[]) => ({ kind: 'steps', steps: list });
const run = (script: string) => steps({ run: { argv: shell(script) } });

describe('The setup of a sandbox', () => {
  test('runs once, before the first program, with its variables and its output in the log [R131]', async () => {
    const testProject = await createTestProject({}, { files });
    testProject.write('.env', 'SECRET=1\n');
    const { plan, record } = await testProject.run(() => {}, {
      executionActor: {
        kind: 'command',
        argv: shell(
          'cat .env cache/set-up >> log.txt; env | grep "^TROUPE_\\(WORKTREE\\|ROOT\\|BRANCH\\|BASE\\|PORT\\)\\|^GREETING" | sort > seen.txt; echo work > a.txt',
        ),
      },
      setup: {
        include: ['.env'],
        run: [
          shell('mkdir -p cache; echo "$TROUPE_PORT_START $GREETING" >> cache/set-up; echo being set up'),
          shell('echo dirt > a.txt; echo more > new.txt'),
        ],
        env: { GREETING: 'hello' },
      },
      validations: [
        {
          name: 'ports',
          argv: shell('test "$(cut -d" " -f1 cache/set-up)" = "$TROUPE_PORT_START" && test "$(wc -l < log.txt)" = 2'),
        },
      ],
    });
    expect([record.state, record.validationResults.map(({ passed }) => passed)]).toEqual(['complete', [true]]);
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['a.txt', 'seen.txt']);
    const path = record.sandbox?.path ?? '';
    const [link] = record.projectLinks;
    const seen = readFileSync(join(path, 'seen.txt'), 'utf8').trim().split('\n');
    const start = Number(/TROUPE_PORT_START=(\d+)/.exec(seen.join('\n'))?.[1]);
    expect(seen.filter(line => !line.startsWith('TROUPE_ROOT_PLAN_ID'))).toEqual([
      'GREETING=hello',
      `TROUPE_BASE=${link?.baseCommit}`,
      'TROUPE_BRANCH=main',
      `TROUPE_PORT_END=${start + 9}`,
      `TROUPE_PORT_START=${start}`,
      `TROUPE_ROOT=${testProject.folder}`,
      `TROUPE_WORKTREE=${path}`,
    ]);
    expect(readFileSync(join(path, 'cache/set-up'), 'utf8')).toBe(`${start} hello\n`);
    const log: string[] = [];
    for await (const { text } of plan.logs()) log.push(text);
    expect(log.filter(line => /being set up|^set-up: /.test(line))).toHaveLength(3);
  });

  test('creates files that agents and checks can read, and that are in no result unless changed', async () => {
    const testProject = await createTestProject({}, { files });
    const setup = {
      run: [
        shell('mkdir gen; echo made > gen/a.ts; echo made > gen/b.ts; printf made > "gen/c d.ts"; echo dirt > a.txt'),
      ],
    };
    const seen: string[] = [];
    const look = shell('cat a.txt gen/* > "$TROUPE_ROOT/../seen"');
    const { plan, record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        await task.call('builtin/run', { argv: look });
        seen.push(readFileSync(join(testProject.folder, '../seen'), 'utf8'));
        await task.call('builtin/run', { argv: shell('echo mine > gen/b.ts; echo work > b.txt') });
        await spawnSubplan(task, 'part', { executionActor: run('cat gen/a.ts > part.txt') });
      },
      { setup, validations: [{ name: 'generated', argv: shell('test -s gen/a.ts && test -s "gen/c d.ts"') }] },
    );
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(seen).toEqual(['one\nmade\nmade\nmade']);
    const paths = (changes: { path: string }[] = []) => changes.map(({ path }) => path).sort();
    expect(paths(record.changeSet?.files)).toEqual(['b.txt', 'gen/b.ts', 'part.txt']);
    const begin = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'preExecute');
    await plan.rollback(begin?.checkpointId ?? '');
    const path = record.sandbox?.path ?? '';
    expect(readFileSync(join(path, 'gen/b.ts'), 'utf8')).toBe('made\n');
    await plan.execute();
    expect(paths((await plan.waitUntilIdle()).changeSet?.files)).toEqual(['b.txt', 'gen/b.ts', 'part.txt']);
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(existsSync(join(testProject.folder, 'gen/a.ts'))).toBe(false);
  });

  test('reports a link or an include without a source, and continues', async () => {
    const testProject = await createTestProject({}, { files: { ...files, 'seen.txt': 'tracked\n' } });
    testProject.write('.env', 'SECRET=1\n');
    const { plan, record } = await testProject.run(() => {}, {
      executionActor: run('echo done > b.txt'),
      setup: { link: ['node_modules'], include: ['.env', 'seen.txt', 'config/*.local'] },
    });
    expect(record.state).toBe('complete');
    const warned: string[] = [];
    for await (const event of plan.events()) if (event.type === 'plan.warned') warned.push(event.message);
    expect(warned).toEqual([
      expect.stringContaining('setup.link: there is no node_modules'),
      expect.stringContaining('setup.include: "seen.txt" names no file'),
      expect.stringContaining('setup.include: "config/*.local" names no file'),
    ]);
  });

  test('reports which folders of submodules are empty, by default and with submodules: auto, and continues [R151]', async () => {
    const testProject = await createTestProject({}, { files });
    const inProject = (...words: string[]) =>
      execFileSync('git', ['-C', testProject.folder, ...words], { stdio: 'pipe' });
    const other = (await createTestProject({}, { files: { 'inside.txt': 'inside\n' } })).folder;
    inProject('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'vendor');
    inProject('commit', '--quiet', '--message=Add a submodule');
    let looks = 0;
    const warned = async (submodules?: string) => {
      const action = `look-${++looks}`;
      await testProject.troupe.actions.create({
        ...{ name: action, description: 'Look', executionActor: run('ls vendor > b.txt') },
        ...(submodules === undefined ? {} : { checkout: { submodules } }),
      });
      const plan = await testProject.troupe.use({ action });
      await plan.execute();
      expect((await plan.waitUntilIdle()).state).toBe('complete');
      const messages: string[] = [];
      for await (const event of plan.events()) if (event.type === 'plan.warned') messages.push(event.message);
      return messages;
    };
    expect(await warned()).toEqual([expect.stringMatching(/empty folders.*\(vendor\).*submodules: auto/)]);
    expect(await warned('auto')).toEqual([]);
    inProject('submodule', '--quiet', 'deinit', '--force', 'vendor');
    expect(await warned('auto')).toEqual([expect.stringMatching(/\(vendor\).*"git submodule update --init"/)]);
  });

  test('that fails fails the step, names the command, and runs again on the next attempt [R131]', async () => {
    const testProject = await createTestProject({}, { files });
    testProject.write('.env', 'x');
    const command = `if test -e ${join(testProject.folder, '.env')}; then echo no registry; exit 7; fi`;
    const { plan, record } = await testProject.run(() => {}, {
      executionActor: run('echo done > b.txt'),
      setup: { run: [shell(command)] },
    });
    expect(record.error).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining(`${command}: exited with 7`),
      details: { exitCode: 7, output: expect.stringContaining('no registry') },
    });
    testProject.git('clean', '-fdx', '--quiet');
    await plan.execute();
    expect((await plan.waitUntilIdle()).changeSet?.files).toMatchObject([{ path: 'b.txt' }]);
  });
});

describe('Subplans', () => {
  const children =
    (isolation: string, more: object = {}) =>
    async (task: AgentTask) => {
      if (task.plan.depth > 0) return;
      for (const name of ['one', 'two', 'three']) {
        const script = `pwd >> "$TROUPE_ROOT/../places"; test -d .git -o -f .git && echo repository >> "$TROUPE_ROOT/../places"; ls cache >> "$TROUPE_ROOT/../places"; mkdir -p cache; touch cache/${name}; echo ${name} > ${name}.txt`;
        await spawnSubplan(task, name, { executionActor: run(script), isolation, ...more });
      }
    };
  const places = (folder: string) => readFileSync(join(folder, '../places'), 'utf8').trim().split('\n');

  test('without a sandbox of their own run one at a time in that of their parent, which stays unchanged [R154]', async () => {
    const testProject = await createTestProject({}, { files });
    const { record } = await testProject.run(children('none'), { subplans: { maxParallel: 3, isolation: 'none' } });
    expect(record.state).toBe('complete');
    const path = record.sandbox?.path ?? '';
    // Each sees the ignored files of those before it, and none of their other files.
    expect(places(testProject.folder)).toEqual([
      path,
      'repository',
      path,
      'repository',
      'one',
      path,
      'repository',
      'one',
      'two',
    ]);
    expect(record.changeSet?.files.map(file => file.path).sort()).toEqual(['one.txt', 'three.txt', 'two.txt']);
    expect(
      readdirSync(path)
        .filter(name => name.endsWith('.txt'))
        .sort(),
    ).toEqual(['a.txt', 'one.txt', 'three.txt', 'two.txt']);
    expect(testProject.git('worktree', 'list').trim().split('\n')).toHaveLength(2);
  });

  test('can run in copies that are not repositories [R154]', async () => {
    const testProject = await createTestProject({}, { files });
    const { record } = await testProject.run(children('copy', { parallel: false }), {});
    expect(record.state).toBe('complete');
    expect(places(testProject.folder)).toHaveLength(3);
    expect(new Set(places(testProject.folder)).size).toBe(3);
    expect(record.changeSet?.files).toHaveLength(3);
  });

  test('have a folder only if they run a program', async () => {
    const testProject = await createTestProject({}, { files });
    const seen: boolean[] = [];
    const { record } = await testProject.run(
      async task => {
        if (task.plan.depth > 0) return seen.push(existsSync(task.directory)) > 0;
        const writing = { executionActor: steps({ write: { path: 'w.txt', content: 'w' } }) };
        await spawnSubplan(task, 'writes', writing);
        await spawnSubplan(task, 'plays', { executionActor: 'player' });
        return undefined;
      },
      { subplans: { executionMode: 'sequential' } },
    );
    expect([record.state, seen]).toEqual(['complete', [true]]);
    const registered = testProject.git('for-each-ref', '--format=%(refname)', 'refs/troupe/plans');
    expect(registered).toContain('/result');
  });

  test('check out only what the action says [R151]', async () => {
    const testProject = await createTestProject({}, { files: { ...files, 'src/a.ts': 'a', 'docs/b.md': 'b' } });
    const { record } = await testProject.run(() => {}, {
      executionActor: run('ls > a.txt'),
      checkout: { sparse: ['src'] },
    });
    expect(readFileSync(join(record.sandbox?.path ?? '', 'a.txt'), 'utf8')).toBe('a.txt\nsrc\n');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['a.txt']);
  });
});
