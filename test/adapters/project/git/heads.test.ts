import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { directoryProject, gitProject, projectAt } from '../../../../src/git.ts';
import { createGitFixture, createTempFolder, gitEnvironment, withGitFixture } from './git-fixture.ts';

describe('finding a project', () => {
  test(
    'works from any folder inside a repository, and from a linked worktree',
    withGitFixture(async fixture => {
      await fixture.write('deep/er/x.txt', 'x');
      const options = { env: gitEnvironment(fixture.home), sandboxes: join(fixture.home, 'w') };
      const inside = projectAt(join(fixture.root, 'deep/er'), options);
      expect([inside.root, inside.kind]).toEqual([fixture.root, 'git']);
      const { commit, branch } = await inside.head();
      expect([commit, branch]).toEqual([await fixture.git('rev-parse', 'HEAD'), 'main']);
      const linked = join(fixture.home, 'linked');
      await fixture.git('worktree', 'add', '--quiet', '-b', 'topic', linked);
      const project = gitProject(linked, options);
      const head = await project.head();
      expect(head).toMatchObject({ root: linked, branch: 'topic', commit });
      await project.openSandbox({ key: 'p1', tree: head.tree });
      const oid = await project.writeBlob(Buffer.from('x'));
      const tree = await project.writeTree(head.tree, [{ path: 'x', oid }]);
      const applyOptions = { key: 'k', base: commit, tree, message: 'x', target: { kind: 'checkout' } } as const;
      expect(await project.apply(applyOptions)).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('rev-parse', 'main')).toBe(commit);
      expect(await fixture.git('-C', linked, 'status', '--porcelain')).toBe('');
      await inside.close();
      await project.close();
    }),
  );

  test('reports a folder that is not a project, and checks again on the next call', async () => {
    const home = createTempFolder();
    const options = { env: gitEnvironment(home), sandboxes: join(home, 'w') };
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

  test('reports a repository without commits and an invalid ref', async () => {
    const fixture = await createGitFixture({});
    const project = fixture.project();
    await expect(project.head()).rejects.toMatchObject({
      code: 'NO_COMMITS',
      hints: ['git add -A && git commit --allow-empty -m "Begin"'],
    });
    expect(await project.fingerprint()).toMatchObject({ head: '(initial) main', status: {} });
    await fixture.git('commit', '--quiet', '--allow-empty', '-m', 'Begin');
    await fixture.git('tag', '-a', 'v1', '-m', 'v1');
    expect(await project.head('v1')).toMatchObject({ commit: await fixture.git('rev-parse', 'HEAD') });
    for (const ref of ['nonsense', '--help', 'HEAD:a'])
      await expect(project.head(ref)).rejects.toMatchObject({ code: 'USAGE' });
    await fixture.dispose();
  });

  test('has its sandboxes outside of the repository, in the user’s state directory or a configured folder [R153]', async () => {
    const fixture = await createGitFixture();
    const state = join(fixture.home, 'state');
    const home = { ...gitEnvironment(fixture.home), HOME: fixture.home };
    const places = [
      [{ env: { ...home, XDG_STATE_HOME: state } }, join(state, 'troupe/w')],
      [{ env: home }, join(fixture.home, '.local/state/troupe/w')],
      [{ env: home, sandboxes: join(fixture.home, 'elsewhere') }, join(fixture.home, 'elsewhere')],
    ] as const;
    for (const [at, [options, place]] of places.entries()) {
      const project = gitProject(fixture.root, options);
      const { path } = await project.openSandbox({
        key: `p${at}`,
        tree: await fixture.git('rev-parse', 'HEAD^{tree}'),
      });
      expect(path.startsWith(`${place}/`)).toBe(true);
      await project.close();
    }
    expect(await fixture.git('status', '--porcelain', '--ignored')).toBe('');
    await fixture.dispose();
  });

  test('without git creates snapshots and has no branches', async () => {
    const home = createTempFolder();
    const root = join(home, 'folder');
    await mkdir(join(root, 'state [1]'), { recursive: true });
    await writeFile(join(root, 'a.txt'), 'a\r\n');
    await writeFile(join(root, '.gitattributes'), '* text=auto\n');
    await mkdir(join(root, 'inner'));
    await writeFile(join(root, 'inner/i.txt'), 'i');
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: join(root, 'inner'), env: gitEnvironment(home) });
    const options = {
      env: { ...gitEnvironment(home), XDG_STATE_HOME: join(home, 'state') },
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
    const applyOptions = { key: 'k', base: first.commit, tree: first.tree, message: '' };
    await expect(project.apply({ ...applyOptions, target: { kind: 'branch', branch: 'x' } })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await Promise.all([project.close(), other.close()]);
    await rm(home, { recursive: true });
  });
});

describe('[R126] the fingerprint', () => {
  test(
    'shows staged and unstaged changes, modes, links, large and unreadable files, and writes nothing',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const clean = await project.fingerprint();
      const states: Record<string, string>[] = [];
      const look = async () => {
        const { status } = await project.fingerprint();
        states.push(status);
        return status;
      };
      await fixture.write('a.txt', 'changed\n');
      await look();
      await fixture.git('add', 'a.txt');
      await look();
      await chmod(join(fixture.root, 'a.txt'), 0o755);
      await look();
      await rm(join(fixture.root, 'a.txt'));
      await look();
      await symlink('/etc', join(fixture.root, 'a.txt'));
      await look();
      await rm(join(fixture.root, 'a.txt'));
      await writeFile(join(fixture.root, 'a.txt'), '');
      await truncate(join(fixture.root, 'a.txt'), 9 * 1024 * 1024);
      await look();
      await mkdir(join(fixture.root, 'inner'));
      await fixture.git('init', '--quiet', 'inner');
      expect((await look())['inner/']).toBe('?? folder');
      const seen = states.map(status => status['a.txt']);
      expect(new Set(seen.slice(0, 6)).size).toBe(6);
      expect(seen[3]).toBe('MD absent');
      expect(seen[4]).toBe('MT link /etc');
      expect(seen[5]).toMatch(/^MM large 9437184 /);
      await rm(join(fixture.root, 'inner'), { recursive: true });
      await fixture.git('reset', '--quiet', '--hard');
      expect(await project.fingerprint()).toEqual(clean);
      // Staged content is shown even if the file and its status stay the same.
      await fixture.write('a.txt', 'one\n');
      await fixture.git('add', 'a.txt');
      await fixture.write('a.txt', 'two\n');
      const staged = await project.fingerprint();
      const other = await fixture.git('hash-object', '-w', '.git/HEAD');
      await fixture.git('update-index', '--cacheinfo', `100644,${other},a.txt`);
      const restaged = await project.fingerprint();
      expect(restaged.status).toEqual(staged.status);
      expect(restaged.index).not.toBe(staged.index);
      await fixture.git('reset', '--quiet', '--hard');
      await fixture.git('switch', '--quiet', '--detach');
      expect((await project.fingerprint()).head).not.toBe(clean.head);
      await rename(join(fixture.root, 'a.txt'), join(fixture.root, 'b.txt'));
      expect(Object.keys((await project.fingerprint()).status)).toEqual(['a.txt', 'b.txt']);
    }),
  );

  test(
    'shows what a merge has staged of files in conflict, for all names',
    withGitFixture(async fixture => {
      const path = 'a b\n? c.txt';
      const project = fixture.project();
      await fixture.git('switch', '--quiet', '-c', 'other');
      await fixture.write(path, 'theirs\n');
      await fixture.git('add', '--all');
      await fixture.git('commit', '--quiet', '-m', 'Theirs');
      await fixture.git('switch', '--quiet', 'main');
      await fixture.write(path, 'ours\n');
      await fixture.git('add', '--all');
      await fixture.git('commit', '--quiet', '-m', 'Ours');
      const clean = await project.fingerprint();
      await expect(fixture.git('merge', '--quiet', 'other')).rejects.toThrow();
      const merging = await project.fingerprint();
      expect(merging.status).toEqual({ [path]: expect.stringMatching(/^AA file [0-9a-f]{64}$/) });
      expect(merging.head).toBe(clean.head);
      expect(merging.index).not.toBe(clean.index);
      await fixture.write('new one', '');
      expect(Object.keys((await project.fingerprint()).status).sort()).toEqual([path, 'new one'].sort());
    }),
  );
});
