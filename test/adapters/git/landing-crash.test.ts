/** Tries to make a landing happen twice, by halves, or over something of the user's, by crashing in the middle of it. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type LandOptions, landingRef } from '../../../src/adapters/git/landing.ts';
import { directoryProject } from '../../../src/git.ts';
import { filesBelow } from '../../../src/testing/project-files.ts';
import { env, newTrial, onTrial, type Trial } from './trial.ts';

const run = promisify(execFile);
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n', '.gitignore': '*.log\n' };
const long = 'landed, and long enough to be cut\n'.repeat(50);
const target = { kind: 'checkout' } as const;

async function prepared(trial: Trial) {
  const project = trial.project();
  const { commit: base, tree: from } = await project.head();
  const oid = await project.writeBlob(Buffer.from(long));
  const edits = [
    { path: 'a.txt', oid },
    { path: 'new/n.txt', oid },
    { path: 'b.txt', oid: null },
  ];
  return { key: 'plan-1', base, tree: await project.writeTree(from, edits), message: 'Land' };
}

/** What the user has begun beside the result: changed, staged, taken away, made. */
async function begunBeside(trial: Trial): Promise<string> {
  await trial.write('c.txt', 'mine\n');
  await trial.write('.gitignore', '*.log\n# mine\n');
  await trial.git('add', '.gitignore');
  await rm(join(trial.root, 'd.txt'));
  await trial.write('mine.txt', 'mine\n');
  return trial.git('status', '--porcelain');
}

/** Crashes before the n-th command of a landing and lands again; false when there were fewer commands. */
async function crashAndLand(trial: Trial, crashAt: number, options: LandOptions): Promise<boolean> {
  const beside = await begunBeside(trial);
  let commands = 0;
  const trace = () => {
    commands += 1;
    if (commands >= crashAt) throw new Error('crash');
  };
  const crashed = await trial
    .project({ trace })
    .land(options)
    .then(
      () => false,
      () => true,
    );
  expect(await trial.project().land(options)).toMatchObject({
    outcome: 'landed',
    files: ['a.txt', 'b.txt', 'new/n.txt'],
  });
  const branch = options.target.kind === 'branch' ? options.target.branch : 'main';
  expect(await trial.git('rev-parse', `${branch}^`, `${branch}^{tree}`)).toBe(`${options.base}\n${options.tree}`);
  expect(await trial.git('status', '--porcelain')).toBe(beside);
  expect(await readFile(join(trial.root, 'c.txt'), 'utf8')).toBe('mine\n');
  expect(await trial.git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/troupe/land')).toBe('done\nmade');
  return crashed;
}

/** Stops a landing when all is ready to be written and nothing is. */
async function interrupted(trial: Trial) {
  const options = { ...(await prepared(trial)), target };
  const trace = (words: readonly string[]) => {
    if (words[0] === 'read-tree' && words[1] === '-m') throw new Error('crash');
  };
  await expect(trial.project({ trace }).land(options)).rejects.toThrow('crash');
  return options;
}

describe('a landing that crashes', () => {
  for (const kind of ['checkout', 'branch'] as const) {
    test(
      `before any of its git commands lands once when asked again (${kind})`,
      onTrial(async trial => {
        const options = await prepared(trial);
        // Until the commit is made both are the same.
        for (let crashAt = kind === 'branch' ? 12 : 1; ; crashAt += 1) {
          const key = `plan-${crashAt}`;
          const crashed = await crashAndLand(trial, crashAt, {
            ...options,
            key,
            target: kind === 'branch' ? { kind, branch: key } : target,
          });
          await trial.git('reset', '--quiet', '--hard', options.base);
          await trial.git('clean', '--quiet', '--force');
          await trial.git('update-ref', '-d', `${landingRef(key)}/done`);
          await trial.git('update-ref', '-d', `${landingRef(key)}/made`);
          if (!crashed) return expect(crashAt).toBeGreaterThan(16);
        }
      }, files),
    );
  }

  for (const before of ['commit', 'read-tree -m', 'update-ref -m'])
    test(
      `by SIGKILL before git ${before} lands once when asked again, whatever locks it left`,
      onTrial(async trial => {
        const options = { ...(await prepared(trial)), target };
        const beside = await begunBeside(trial);
        const plan = { root: trial.root, sandboxes: join(trial.home, 'w'), before, land: options };
        const script = new URL('land-and-die.ts', import.meta.url).pathname;
        const words = ['--import', 'tsx', script, JSON.stringify(plan)];
        const dying = run(process.execPath, words, { env: env(trial.home) });
        await expect(dying).rejects.toMatchObject({ signal: 'SIGKILL' });
        expect(await trial.project().land(options)).toMatchObject({ outcome: 'landed' });
        expect(await trial.git('rev-list', '--count', `${options.base}..main`)).toBe('1');
        expect(await trial.git('status', '--porcelain')).toBe(beside);
        expect(await trial.git('worktree', 'list')).not.toContain('\n');
      }, files),
    );

  test(
    'with files half written is brought to its end',
    onTrial(async trial => {
      const options = await interrupted(trial);
      await writeFile(join(trial.root, 'a.txt'), long.slice(0, 100));
      await rm(join(trial.root, 'b.txt'));
      await trial.write('new/n.txt', '');
      const beside = (await begunBeside(trial)).split('\n').filter(line => !/ (a|b|new)\b/.test(line));
      expect(await trial.project().land(options)).toMatchObject({ outcome: 'landed' });
      expect(await readFile(join(trial.root, 'a.txt'), 'utf8')).toBe(long);
      expect(await readFile(join(trial.root, 'new/n.txt'), 'utf8')).toBe(long);
      expect(await readFile(join(trial.root, 'c.txt'), 'utf8')).toBe('mine\n');
      expect((await trial.git('status', '--porcelain')).split('\n')).toEqual(beside);
    }, files),
  );

  test(
    'with its index written and files lost, as a power cut leaves them, is brought to its end',
    onTrial(async trial => {
      const options = await interrupted(trial);
      await trial.git('read-tree', '-m', '-u', options.base, options.tree);
      await writeFile(join(trial.root, 'a.txt'), '');
      await rm(join(trial.root, 'new'), { recursive: true });
      await trial.write('b.txt', 'b\n');
      await trial.write('c.txt', 'mine\n');
      expect(await trial.project().land(options)).toMatchObject({ outcome: 'landed', uncommitted: ['c.txt'] });
      expect(await readFile(join(trial.root, 'a.txt'), 'utf8')).toBe(long);
      expect(await trial.git('status', '--porcelain')).toBe(' M c.txt');
    }, files),
  );

  for (const half of ['before', 'half', 'after'] as const)
    test(
      `while files and folders change places is brought to its end (${half})`,
      onTrial(
        async trial => {
          const project = trial.project();
          const { commit: base, tree: from } = await project.head();
          const oid = await project.writeBlob(Buffer.from(long));
          const tree = await project.writeTree(from, [
            { path: 'dir/c.txt', oid: null },
            { path: 'dir', oid },
            { path: 'a.txt', oid: null },
            { path: 'a.txt/inside', oid },
          ]);
          const options = { key: 'k', base, tree, message: 'Swap', target };
          const trace = (words: readonly string[]) => {
            if (words[0] === 'read-tree' && words[1] === '-m') throw new Error('crash');
          };
          await expect(trial.project({ trace }).land(options)).rejects.toThrow('crash');
          if (half === 'half') {
            await rm(join(trial.root, 'a.txt'));
            await trial.write('a.txt/inside', long.slice(0, 9));
          }
          if (half === 'after') {
            await trial.git('read-tree', '-m', '-u', base, tree);
            await rm(join(trial.root, 'dir'));
          }
          expect(await trial.project().land(options)).toMatchObject({ outcome: 'landed' });
          expect(await trial.git('status', '--porcelain')).toBe('');
          expect(await readFile(join(trial.root, 'a.txt/inside'), 'utf8')).toBe(long);
        },
        { 'a.txt': 'a\n', 'dir/c.txt': 'c\n' },
      ),
    );

  test(
    'and whose files the user went on with is refused, naming them, and nothing of theirs is lost',
    onTrial(async trial => {
      const options = await interrupted(trial);
      await trial.write('a.txt', 'mine\n');
      await trial.write('b.txt', 'mine too\n');
      await trial.write('c.txt', 'mine as well\n');
      await trial.write('new/n.txt', `${long}and more`);
      const before = await filesBelow(trial.root);
      await expect(trial.project().land(options)).rejects.toMatchObject({
        code: 'DIRTY_CHECKOUT',
        details: { files: ['a.txt', 'b.txt', 'new/n.txt'] },
      });
      await trial.git('add', 'a.txt');
      await expect(trial.project().land(options)).rejects.toMatchObject({ code: 'DIRTY_CHECKOUT' });
      expect(await filesBelow(trial.root)).toEqual(before);
    }, files),
  );

  test(
    'after its branch moved only marks that it is done',
    onTrial(async trial => {
      const options = { ...(await prepared(trial)), target };
      const landing = await trial.project().land(options);
      const done = await trial.git('for-each-ref', '--format=%(refname)', 'refs/troupe/land/*/done');
      await trial.git('update-ref', '-d', done);
      await trial.git('commit', '--quiet', '--allow-empty', '-m', 'On top');
      expect(await trial.project().land(options)).toEqual(landing);
      expect(await trial.git('rev-parse', done)).toBe(landing.outcome === 'landed' ? landing.commits[0] : '');
    }, files),
  );

  test(
    'with a commit of another result under its key makes the right one',
    onTrial(async trial => {
      const options = await interrupted(trial);
      const oid = await trial.project().writeBlob(Buffer.from('other\n'));
      const tree = await trial.project().writeTree(options.tree, [{ path: 'c.txt', oid }]);
      const branch = { kind: 'branch', branch: 'out' } as const;
      expect(await trial.project().land({ ...options, tree, target: branch })).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('rev-parse', 'out^{tree}')).toBe(tree);
    }, files),
  );

  test('in a directory without git is brought to its end too', async () => {
    for (let crashAt = 1; ; crashAt += 1) {
      const trial = await newTrial({});
      await rm(join(trial.root, '.git'), { recursive: true });
      for (const [path, text] of Object.entries(files)) await trial.write(path, text);
      const open = (trace?: () => void) =>
        directoryProject(trial.root, {
          env: env(trial.home),
          sandboxes: join(trial.home, 'w'),
          ...(trace ? { trace } : {}),
        });
      const project = open();
      const { commit: base, tree: from } = await project.head();
      const oid = await project.writeBlob(Buffer.from(long));
      const edits = [
        { path: 'a.txt', oid },
        { path: 'b.txt', oid: null },
      ];
      const tree = await project.writeTree(from, edits);
      const options = { key: 'k', base, tree, message: 'Land', target };
      let commands = 0;
      const crashed = await open(() => {
        commands += 1;
        if (commands >= crashAt) throw new Error('crash');
      })
        .land(options)
        .then(
          () => false,
          () => true,
        );
      // Someone asks where the project stands before the landing goes on.
      await project.head();
      expect(await project.land(options)).toMatchObject({ outcome: 'landed', commits: [], files: ['a.txt', 'b.txt'] });
      expect((await project.head()).tree).toBe(tree);
      await project.close();
      await trial.dispose();
      if (!crashed) return expect(crashAt).toBeGreaterThan(8);
    }
  });
});
