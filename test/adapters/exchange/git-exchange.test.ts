import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publishedTreeSchema } from '../../../src/model/published-tree.ts';
import { doWork, textAt, withExchange, writeFiles } from './exchange-fixture.ts';

describe('the exchange of trees', () => {
  test(
    'takes a tree to a worker and the result back into the project',
    withExchange(async fixture => {
      const project = fixture.project();
      const head = await project.head();
      const owner = fixture.owner();
      const before = await fixture.git('for-each-ref');
      const base = await owner.publish({ key: 'plan/1:execute', part: 'base' }, head.tree);
      expect(publishedTreeSchema.parse(JSON.parse(JSON.stringify(base)))).toEqual(base);
      const worker = await fixture.worker().open(base);
      const result = await doWork(worker, base, {
        'deep/new.txt': 'new\n',
        'run.sh': '#!/bin/sh\n',
        link: '->a.txt',
        'a.txt': null,
      });
      expect(await owner.fetch(result)).toBe(result.tree);
      expect(await fixture.git('for-each-ref')).toBe(before);
      expect(await fixture.git('log', '--all', '--format=%s')).toBe('Begin');
      expect(existsSync(join(fixture.root, '.git/FETCH_HEAD'))).toBe(false);
      const { path } = await project.openSandbox({ key: 'owner', tree: result.tree });
      expect((await readdir(path)).sort()).toEqual(['.git', 'deep', 'link', 'run.sh']);
      expect(await textAt(path, 'deep/new.txt')).toBe('new\n');
      expect(await readlink(join(path, 'link'))).toBe('a.txt');
      expect((await lstat(join(path, 'run.sh'))).mode & 0o111).toBe(0o111);
      await owner.remove(['plan/1:execute', 'unknown']);
      expect(await fixture.refs()).toEqual([]);
    }),
  );

  test(
    'fetches a base of which only the commit is there yet',
    withExchange(async fixture => {
      const { tree, commit } = await fixture.project().head();
      const base = await fixture.owner().publish({ key: 'w', part: 'base' }, tree);
      const repository = await fixture.worker().open(base);
      const [name = ''] = await readdir(join(fixture.home, 'worker'));
      const objects = join(fixture.home, 'worker', name, 'objects.git');
      for (const [kind, id] of [
        ['tree', tree],
        ['commit', commit],
      ] as const) {
        const content = execFileSync('git', ['cat-file', kind, id], { cwd: fixture.root });
        execFileSync('git', ['--git-dir', objects, 'hash-object', '-t', kind, '-w', '--stdin'], { input: content });
      }
      await Promise.all([repository.fetch(base), repository.fetch(base)]);
      const { path } = await repository.project.openSandbox({ key: 's', tree });
      expect(await textAt(path, 'a.txt')).not.toBe('');
    }),
  );

  test(
    'removes the sandboxes that a killed worker left in the folder of the next one [R274]',
    withExchange(async fixture => {
      const { tree } = await fixture.project().head();
      const owner = fixture.owner();
      const base = await owner.publish({ key: 'w', part: 'base' }, tree);
      const killed = await fixture.worker().open(base);
      await killed.fetch(base);
      const { path } = await killed.project.openSandbox({ key: 'left', tree });
      const next = fixture.worker();
      // Also when no job comes.
      await expect.poll(() => existsSync(path)).toBe(false);
      const repository = await next.open(base);
      expect(await repository.project.sandboxes()).toEqual([]);
      await repository.fetch(base);
      await repository.project.openSandbox({ key: 'left', tree });
    }),
  );

  test(
    'opens a sandbox on a worker with the history, as on the machine of the owner',
    withExchange(async fixture => {
      const project = fixture.project();
      await fixture.write('a.txt', 'second\n');
      await fixture.git('commit', '-qam', 'Second');
      const { tree, commit } = await project.head();
      const worker = fixture.worker();
      const owner = fixture.owner();
      const base = await owner.publish({ key: 'w', part: 'base' }, tree);
      expect(base.commit).toBe(commit);
      const repository = await worker.open(base);
      await repository.fetch(base);
      const { path } = await repository.project.openSandbox({ key: 's', tree });
      fixture.gitSync('-C', path, 'diff', '--exit-code', 'HEAD');
      expect(await fixture.git('-C', path, 'log', '--format=%s')).toBe('Second\nBegin');
      expect(await fixture.git('-C', path, 'status', '--porcelain')).toBe('');
      const oid = await project.writeBlob(Buffer.from('third\n'));
      const next = await owner.publish({ key: 'x', part: 'base' }, await project.writeTree(tree, [{ path: 'c', oid }]));
      await repository.fetch(next);
      await repository.project.openSandbox({ key: 's', tree: next.tree });
      expect(await fixture.git('-C', path, 'log', '--format=%s')).toBe('troupe\nSecond\nBegin');
      expect(await fixture.git('-C', path, 'status', '--porcelain')).toBe('');
    }),
  );

  test(
    'leaves out of a result what git ignores on the owner’s machine, and nothing else',
    withExchange(
      async fixture => {
        await writeFile(join(fixture.root, '.git/info/exclude'), '# mine\n/scratch\n');
        await fixture.git('config', '--global', 'core.excludesFile', join(fixture.home, 'ignored'));
        await writeFile(join(fixture.home, 'ignored'), '*.swp\n');
        const owner = fixture.owner();
        const base = await owner.publish({ key: 'w', part: 'base' }, (await fixture.project().head()).tree);
        // What the user of the worker's machine ignores is another matter.
        await writeFile(join(fixture.home, 'ignored'), '*.kept\n');
        const repository = await fixture.worker().open(base);
        const files = { 'x.log': 'x', scratch: 'x', 'x.swp': 'x', 'x.kept': 'x' };
        const result = await doWork(repository, base, files);
        expect(await repository.project.files(result.tree)).toEqual(['.gitignore', 'x.kept']);
      },
      { '.gitignore': '*.log\n' },
    ),
  );

  test(
    'keeps apart what set-up made and what the agent changed, as a sandbox of the owner does',
    withExchange(async fixture => {
      const base = await fixture.owner().publish({ key: 'w', part: 'base' }, (await fixture.project().head()).tree);
      const { project, fetch } = await fixture.worker().open(base);
      await fetch(base);
      const { path } = await project.openSandbox({ key: 's', tree: base.tree });
      const made = await project.provision({ key: 's', include: ['*'], link: ['node_modules'] });
      expect(made).toMatchObject({ path, ready: false });
      await writeFiles(path, { 'node_modules/x': 'made\n', 'lock.json': 'made\n' });
      await project.markProvisioned('s', base.tree);
      expect((await project.capture({ key: 's' })).tree).toBe(base.tree);
      await writeFiles(path, { 'lock.json': 'changed\n' });
      expect(await project.files((await project.capture({ key: 's' })).tree)).toEqual(['a.txt', 'lock.json']);
    }),
  );

  test(
    'brings trees of a directory without git byte for byte',
    withExchange(async fixture => {
      const { directoryProject, ownerExchange } = await import('../../../src/git.ts');
      const folder = join(fixture.home, 'plain');
      await writeFiles(folder, { 'crlf.txt': 'a\r\nb\r\n', '.gitattributes': '* text=auto\n' });
      const options = { env: { PATH: process.env.PATH }, sandboxes: join(fixture.home, 'w') };
      const project = directoryProject(folder, options);
      const owner = ownerExchange(folder, { url: fixture.url, owner: 'plain', env: options.env });
      const base = await owner.publish({ key: 'w', part: 'base' }, (await project.head()).tree);
      const repository = await fixture.worker().open(base);
      const result = await doWork(repository, base, { 'more.txt': 'c\r\n' });
      await owner.fetch(result);
      expect((await project.read(result.tree, 'more.txt'))?.toString()).toBe('c\r\n');
      expect((await project.read(result.tree, 'crlf.txt'))?.toString()).toBe('a\r\nb\r\n');
      const next = await owner.publish({ key: 'next', part: 'base' }, result.tree);
      await repository.fetch(next);
      const { path } = await repository.project.openSandbox({ key: 'next', tree: next.tree });
      expect(await textAt(path, 'crlf.txt')).toBe('a\r\nb\r\n');
      await Promise.all([project.close(), owner.close()]);
    }),
  );

  test(
    'works for a shallow clone, whose history cannot be sent',
    withExchange(async fixture => {
      await fixture.write('a.txt', 'second\n');
      await fixture.git('commit', '-qam', 'Second');
      const clone = join(fixture.home, 'clone');
      await fixture.git('clone', '--quiet', '--depth=1', `file://${fixture.root}`, clone);
      const { ownerExchange, gitProject } = await import('../../../src/git.ts');
      const env = { PATH: process.env.PATH, HOME: fixture.home };
      const project = gitProject(clone, { env, sandboxes: join(fixture.home, 'w') });
      const owner = ownerExchange(clone, { url: fixture.url, owner: 'shallow', env });
      const { tree } = await project.head();
      const base = await owner.publish({ key: 'w', part: 'base' }, tree);
      const result = await doWork(await fixture.worker().open(base), base, 'b.txt');
      await owner.fetch(result);
      expect(await project.files(result.tree)).toEqual(['a.txt', 'b.txt']);
      await Promise.all([project.close(), owner.close()]);
    }),
  );

  test(
    'works for a repository with SHA-256',
    withExchange(async fixture => {
      const root = join(fixture.home, 'sha256');
      const url = join(fixture.home, 'sha256.git');
      await fixture.git('init', '--quiet', '--object-format=sha256', root);
      await fixture.git('init', '--quiet', '--bare', '--object-format=sha256', url);
      await fixture.git('-C', root, 'commit', '--quiet', '--allow-empty', '-m', 'Begin');
      const { gitProject, ownerExchange, workerExchange } = await import('../../../src/git.ts');
      const env = { PATH: process.env.PATH, HOME: fixture.home };
      const project = gitProject(root, { env, sandboxes: join(fixture.home, 'w') });
      const owner = ownerExchange(root, { url, owner: 'sha256', env });
      const worker = workerExchange({ url, env, folder: join(fixture.home, 'worker') });
      const base = await owner.publish({ key: 'w', part: 'base' }, (await project.head()).tree);
      const result = await doWork(await worker.open(base), base, 'b.txt');
      await owner.fetch(result);
      expect(await project.files(result.tree)).toEqual(['b.txt']);
      await Promise.all([project.close(), owner.close(), worker.close()]);
    }),
  );
});

describe('publishing', () => {
  test(
    'again is harmless, also with another tree or after the day has changed',
    withExchange(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const name = { key: 'w', part: 'base' };
      const first = await fixture.owner().publish(name, tree);
      expect(await fixture.owner().publish(name, tree)).toEqual(first);
      expect(await fixture.refs()).toEqual([first.ref]);
      const edits = [{ path: 'b', oid: await project.writeBlob(Buffer.from('b')) }];
      const second = await fixture.owner().publish(name, await project.writeTree(tree, edits));
      const repository = await fixture.worker().open(second);
      await repository.fetch(second);
      expect(await repository.project.files(second.tree)).toEqual(['a.txt', 'b']);
      expect(await fixture.refs()).toEqual([second.ref]);
      const yesterday = first.ref.replace(/\/\d{8}\//, '/20200101/');
      await fixture.inExchange('update-ref', yesterday, first.commit);
      await fixture.owner().remove(['w']);
      expect(await fixture.refs()).toEqual([]);
    }),
  );

  test(
    'a replaced or removed tree ends a fetch with an error that is not retried',
    withExchange(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const owner = fixture.owner();
      const oid = await project.writeBlob(Buffer.from('b'));
      const other = await project.writeTree(tree, [{ path: 'b', oid }]);
      const old = await owner.publish({ key: 'w', part: 'base' }, other);
      await owner.publish({ key: 'w', part: 'base' }, tree);
      const removed = await owner.publish({ key: 'removed', part: 'base' }, tree);
      await owner.remove(['removed']);
      const repository = await fixture.worker().open(old);
      const error = { code: 'GIT_FAILED', retriable: false, message: expect.stringContaining('no longer has') };
      // A tree that is there travels in the same transfer.
      const good = await owner.publish({ key: 'good', part: 'base' }, tree);
      const ended = await Promise.allSettled([removed, good, old].map(each => repository.fetch(each)));
      expect(ended).toMatchObject([{ reason: error }, { status: 'fulfilled' }, { reason: error }]);
    }),
  );

  test(
    'refuses the repository of the project as the exchange, however it is written',
    withExchange(async fixture => {
      const { tree } = await fixture.project().head();
      const linked = join(fixture.home, 'linked');
      await fixture.git('worktree', 'add', '--quiet', '--detach', linked);
      for (const url of [fixture.root, join(fixture.root, '.git'), `file://${fixture.root}`, linked]) {
        const refused = fixture.owner({ url }).publish({ key: 'w', part: 'base' }, tree);
        await expect(refused).rejects.toMatchObject({ code: 'USAGE' });
      }
      expect(await fixture.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
    }),
  );

  test(
    'says which exchange cannot be reached and what to do, without a password',
    withExchange(async fixture => {
      const { tree } = await fixture.project().head();
      const missing = join(fixture.home, 'missing.git');
      await expect(fixture.owner({ url: missing }).publish({ key: 'w', part: 'base' }, tree)).rejects.toMatchObject({
        code: 'GIT_FAILED',
        retriable: true,
        hints: [`git init --bare ${missing}`, `git ls-remote ${missing}`],
      });
      const url = 'http://ada:secret@127.0.0.1:9/x.git';
      const error = await fixture
        .owner({ url })
        .publish({ key: 'w', part: 'base' }, tree)
        .catch(thrown => thrown);
      expect(error.message).toContain('http://127.0.0.1:9/x.git');
      expect(JSON.stringify([error.message, error.where, error.hints, error.details])).not.toContain('secret');
      expect(() => fixture.owner({ owner: 'a b' })).toThrow('letters, digits');
      await expect(fixture.owner().publish({ key: 'w', part: '../x' }, tree)).rejects.toMatchObject({ code: 'USAGE' });
    }),
  );
});

describe('gc', () => {
  test(
    'removes what dead work left: of this owner by its keys, of others by age',
    withExchange(async fixture => {
      const { tree, commit } = await fixture.project().head();
      const owner = fixture.owner();
      const live = await owner.publish({ key: 'live', part: 'base' }, tree);
      const dead = await owner.publish({ key: 'dead', part: 'base' }, tree);
      const other = await fixture.owner({ owner: 'other' }).publish({ key: 'dead', part: 'base' }, tree);
      const old = other.ref.replace(/\/\d{8}\//, '/20200101/');
      await fixture.inExchange('update-ref', old, commit);
      await fixture.inExchange('update-ref', 'refs/heads/main', commit);
      expect(await owner.gc({ live: ['live'] })).toEqual([dead.ref]);
      expect(await owner.gc({ live: ['live'], days: 30 })).toEqual([old]);
      expect((await fixture.refs()).sort()).toEqual([live.ref, other.ref, 'refs/heads/main'].sort());
    }),
  );
});
