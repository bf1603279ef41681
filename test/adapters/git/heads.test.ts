import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { directoryProject, gitProject, projectAt } from '../../../src/git.ts';
import { env, newFolder, newTrial, onTrial } from './trial.ts';

describe('finding a project', () => {
  test(
    'works from any folder inside a repository, and from a linked worktree',
    onTrial(async trial => {
      await trial.write('deep/er/x.txt', 'x');
      const options = { env: env(trial.home), sandboxes: join(trial.home, 'w') };
      const inside = projectAt(join(trial.root, 'deep/er'), options);
      expect([inside.root, inside.kind]).toEqual([trial.root, 'git']);
      const { commit, branch } = await inside.head();
      expect([commit, branch]).toEqual([await trial.git('rev-parse', 'HEAD'), 'main']);
      const linked = join(trial.home, 'linked');
      await trial.git('worktree', 'add', '--quiet', '-b', 'topic', linked);
      const project = gitProject(linked, options);
      const head = await project.head();
      expect(head).toMatchObject({ root: linked, branch: 'topic', commit });
      await project.openSandbox({ key: 'p1', tree: head.tree });
      const oid = await project.writeBlob(Buffer.from('x'));
      const tree = await project.writeTree(head.tree, [{ path: 'x', oid }]);
      const land = { key: 'k', base: commit, tree, message: 'x', target: { kind: 'checkout' } } as const;
      expect(await project.land(land)).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('rev-parse', 'main')).toBe(commit);
      expect(await trial.git('-C', linked, 'status', '--porcelain')).toBe('');
      await inside.close();
      await project.close();
    }),
  );

  test('tells what is not one, and looks again when asked again', async () => {
    const home = newFolder();
    const options = { env: env(home), sandboxes: join(home, 'w') };
    const project = gitProject(join(home, 'none'), options);
    await expect(project.head()).rejects.toMatchObject({ code: 'NOT_A_PROJECT', where: join(home, 'none') });
    await mkdir(join(home, 'none'));
    await expect(project.head()).rejects.toMatchObject({
      code: 'NOT_A_PROJECT',
      message: 'this is not a git repository with files checked out',
    });
    const directory = directoryProject(join(home, 'nowhere'), options);
    await expect(directory.head()).rejects.toMatchObject({ code: 'NOT_A_PROJECT' });
    await writeFile(join(home, 'none/.git'), 'gitdir: /no/such/place\n');
    await expect(project.head()).rejects.toMatchObject({ code: 'NOT_A_PROJECT' });
    await rm(join(home, 'none/.git'));
    await mkdir(join(home, 'none/.git'));
    await writeFile(join(home, 'gitconfig'), 'broken [');
    await expect(project.head()).rejects.toMatchObject({ code: 'GIT_FAILED' });
    await expect(project.close()).resolves.toBeUndefined();
    await rm(home, { recursive: true });
  });

  test('tells a repository without commits and a ref that is none', async () => {
    const trial = await newTrial({});
    const project = trial.project();
    await expect(project.head()).rejects.toMatchObject({
      code: 'NO_COMMITS',
      hints: ['git add -A && git commit -m "Begin"'],
    });
    expect(await project.fingerprint()).toMatchObject({ head: '(initial) main', status: {} });
    await trial.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await trial.git('tag', '-a', 'v1', '-m', 'v1');
    expect(await project.head('v1')).toMatchObject({ commit: await trial.git('rev-parse', 'HEAD') });
    for (const ref of ['nonsense', '--help', 'HEAD:a'])
      await expect(project.head(ref)).rejects.toMatchObject({ code: 'USAGE' });
    await trial.dispose();
  });

  test('has its sandboxes outside of the repository, below the user’s state or where it is told [R153]', async () => {
    const trial = await newTrial();
    const state = join(trial.home, 'state');
    const home = { ...env(trial.home), HOME: trial.home };
    const places = [
      [{ env: { ...home, XDG_STATE_HOME: state } }, join(state, 'troupe/w')],
      [{ env: home }, join(trial.home, '.local/state/troupe/w')],
      [{ env: home, sandboxes: join(trial.home, 'elsewhere') }, join(trial.home, 'elsewhere')],
    ] as const;
    for (const [at, [options, place]] of places.entries()) {
      const project = gitProject(trial.root, options);
      const { path } = await project.openSandbox({ key: `p${at}`, tree: 'HEAD^{tree}' });
      expect(path.startsWith(`${place}/`)).toBe(true);
      await project.close();
    }
    expect(await trial.git('status', '--porcelain', '--ignored')).toBe('');
    await trial.dispose();
  });

  test('without git takes snapshots and knows no branches', async () => {
    const home = newFolder();
    const root = join(home, 'folder');
    await mkdir(join(root, 'state [1]'), { recursive: true });
    await writeFile(join(root, 'a.txt'), 'a\r\n');
    await writeFile(join(root, '.gitattributes'), '* text=auto\n');
    await mkdir(join(root, 'inner'));
    await writeFile(join(root, 'inner/i.txt'), 'i');
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: join(root, 'inner'), env: env(home) });
    const options = {
      env: { ...env(home), XDG_STATE_HOME: join(home, 'state') },
      objects: join(root, 'state [1]/objects'),
    };
    const [project, other] = [projectAt(root, options), directoryProject(root, options)];
    const [first, same] = await Promise.all([project.head(), other.head()]);
    expect(first).toEqual(same);
    expect(first).toMatchObject({ kind: 'directory', root, branch: null });
    expect(await project.files(first.tree)).toEqual(['.gitattributes', 'a.txt', 'inner/i.txt']);
    expect((await project.read(first.tree, 'a.txt'))?.toString()).toBe('a\r\n');
    const sandbox = await project.openSandbox({ key: 'p1', tree: first.tree });
    expect(sandbox.path.startsWith(join(home, 'state/troupe/w/'))).toBe(true);
    await writeFile(join(root, 'a.txt'), 'b\r\n');
    const second = await project.head('HEAD');
    expect(second.commit).not.toBe(first.commit);
    expect(await project.head(first.commit)).toEqual(first);
    await expect(project.head('main')).rejects.toMatchObject({ code: 'USAGE', hints: ['git init'] });
    const land = { key: 'k', base: first.commit, tree: first.tree, message: '' };
    await expect(project.land({ ...land, target: { kind: 'branch', branch: 'x' } })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await Promise.all([project.close(), other.close()]);
    await rm(home, { recursive: true });
  });
});

describe('[R126] the fingerprint', () => {
  test(
    'tells staged from unstaged, modes, links, large files and what cannot be read, and writes nothing',
    onTrial(async trial => {
      const project = trial.project();
      const clean = await project.fingerprint();
      const states: Record<string, string>[] = [];
      const look = async () => {
        const { status } = await project.fingerprint();
        states.push(status);
        return status;
      };
      await trial.write('a.txt', 'changed\n');
      await look();
      await trial.git('add', 'a.txt');
      await look();
      await chmod(join(trial.root, 'a.txt'), 0o755);
      await look();
      await rm(join(trial.root, 'a.txt'));
      await look();
      await symlink('/etc', join(trial.root, 'a.txt'));
      await look();
      await rm(join(trial.root, 'a.txt'));
      await writeFile(join(trial.root, 'a.txt'), '');
      await truncate(join(trial.root, 'a.txt'), 9 * 1024 * 1024);
      await look();
      await mkdir(join(trial.root, 'inner'));
      await trial.git('init', '--quiet', 'inner');
      expect((await look())['inner/']).toBe('?? folder');
      const seen = states.map(status => status['a.txt']);
      expect(new Set(seen.slice(0, 6)).size).toBe(6);
      expect(seen[3]).toBe('MD absent');
      expect(seen[4]).toBe('MT link /etc');
      expect(seen[5]).toMatch(/^MM large 9437184 /);
      await rm(join(trial.root, 'inner'), { recursive: true });
      await trial.git('reset', '--quiet', '--hard');
      expect(await project.fingerprint()).toEqual(clean);
      // What is staged shows even where the file and the words for its state stay the same.
      await trial.write('a.txt', 'one\n');
      await trial.git('add', 'a.txt');
      await trial.write('a.txt', 'two\n');
      const staged = await project.fingerprint();
      const other = await trial.git('hash-object', '-w', '.git/HEAD');
      await trial.git('update-index', '--cacheinfo', `100644,${other},a.txt`);
      const restaged = await project.fingerprint();
      expect(restaged.status).toEqual(staged.status);
      expect(restaged.index).not.toBe(staged.index);
      await trial.git('reset', '--quiet', '--hard');
      await trial.git('switch', '--quiet', '--detach');
      expect((await project.fingerprint()).head).not.toBe(clean.head);
      await rename(join(trial.root, 'a.txt'), join(trial.root, 'b.txt'));
      expect(Object.keys((await project.fingerprint()).status)).toEqual(['a.txt', 'b.txt']);
    }),
  );

  test(
    'tells what a merge has staged of files that are in conflict, whatever their names',
    onTrial(async trial => {
      const path = 'a b\n? c.txt';
      const project = trial.project();
      await trial.git('switch', '--quiet', '-c', 'other');
      await trial.write(path, 'theirs\n');
      await trial.git('add', '--all');
      await trial.git('commit', '--quiet', '-m', 'Theirs');
      await trial.git('switch', '--quiet', 'main');
      await trial.write(path, 'ours\n');
      await trial.git('add', '--all');
      await trial.git('commit', '--quiet', '-m', 'Ours');
      const clean = await project.fingerprint();
      await expect(trial.git('merge', '--quiet', 'other')).rejects.toThrow();
      const merging = await project.fingerprint();
      expect(merging.status).toEqual({ [path]: expect.stringMatching(/^AA file [0-9a-f]{64}$/) });
      expect(merging.head).toBe(clean.head);
      expect(merging.index).not.toBe(clean.index);
      await trial.write('new one', '');
      expect(Object.keys((await project.fingerprint()).status).sort()).toEqual([path, 'new one'].sort());
    }),
  );
});
