import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryName } from '../../../src/adapters/exchange/worker-repository.ts';
import { ownerExchange, type PublishedTree, workerExchange } from '../../../src/git.ts';
import { gitEnvironment } from '../project/git/git-fixture.ts';
import { doWork, type ExchangeFixture, withExchange } from './exchange-fixture.ts';
import { type GitServer, startGitServer } from './git-server.ts';

/** Bytes of a transfer without the files: the list of refs, the negotiation, trees and commits. */
const overhead = 12_000;
const largeBytes = 1_000_000;

/** Adds commits with one file each to `main`, in one process of git. */
function addCommits(root: string, count: number): void {
  const commit = (at: number) => `commit refs/heads/main
committer Ada <ada@example.com> ${1_700_000_000 + at} +0000
data <<END
File ${at}
END
${at === 0 ? 'from refs/heads/main^0\n' : ''}M 100644 inline d/${at}.txt
data <<END
${randomBytes(2_000).toString('hex')}
END

`;
  const input = Array.from({ length: count }, (_, at) => commit(at)).join('');
  execFileSync('git', ['fast-import', '--quiet'], { cwd: root, input });
  execFileSync('git', ['reset', '--hard', '--quiet'], { cwd: root });
}

const overNetwork = (body: (fixture: ExchangeFixture, server: GitServer) => Promise<void>) =>
  withExchange(async fixture => {
    const server = await startGitServer(fixture.home);
    try {
      await body(fixture, server);
    } finally {
      await server.close();
    }
  });

describe('over a network', () => {
  test(
    'only missing objects travel, in each direction [R276]',
    overNetwork(async (fixture, server) => {
      const large = randomBytes(largeBytes);
      await writeFile(join(fixture.root, 'large.bin'), large);
      await fixture.git('add', '-A');
      await fixture.git('commit', '-qm', 'A large file');
      addCommits(fixture.root, 20);
      const env = gitEnvironment(fixture.home);
      const url = server.url('exchange.git');
      const owner = ownerExchange(fixture.root, { url, owner: 'mine', env });
      const worker = workerExchange({ url, env, folder: join(fixture.home, 'worker') });
      const project = fixture.project();
      const { tree } = await project.head();
      const change = async (key: string, path: string, content: string | Buffer) => {
        const oid = await project.writeBlob(Buffer.from(content));
        return owner.publish({ key, part: 'base' }, await project.writeTree(tree, [{ path, oid }]));
      };

      const first = await owner.publish({ key: 'first', part: 'base' }, tree);
      expect(server.bytes().sent).toBeGreaterThan(largeBytes);
      const repository = await worker.open(first);
      await repository.fetch(first);
      expect(server.bytes().received).toBeGreaterThan(largeBytes);

      const same = await owner.publish({ key: 'same', part: 'base' }, tree);
      await repository.fetch(same);
      const second = await change('second', 'a.txt', 'other\n');
      expect(server.bytes().sent).toBeLessThan(overhead);
      await repository.fetch(second);
      expect(server.bytes().received).toBeLessThan(overhead);

      const result = await doWork(repository, second, { 'd/3.txt': 'new\n' });
      expect(server.bytes().sent).toBeLessThan(overhead);
      await owner.fetch(result);
      expect(server.bytes().received).toBeLessThan(overhead);

      // A small change in a large file travels as the difference.
      const third = await change('third', 'large.bin', Buffer.concat([large, Buffer.from('end')]));
      await repository.fetch(third);
      const { sent, received } = server.bytes();
      expect(sent + received).toBeLessThan(2 * overhead);

      // Both know after a restart what the other one has.
      await Promise.all([owner.close(), worker.close()]);
      const again = ownerExchange(fixture.root, { url, owner: 'mine', env });
      const restarted = workerExchange({ url, env, folder: join(fixture.home, 'worker') });
      const fourth = await again.publish({ key: 'fourth', part: 'base' }, second.tree);
      const reopened = await restarted.open(fourth);
      await again.fetch(await doWork(reopened, fourth, 'more.txt'));
      const total = server.bytes();
      expect(total.sent + total.received).toBeLessThan(4 * overhead);
      await Promise.all([again.close(), restarted.close()]);
    }),
  );

  test(
    'a transfer that breaks off leaves nothing visible, and can be repeated',
    overNetwork(async (fixture, server) => {
      await writeFile(join(fixture.root, 'large.bin'), randomBytes(largeBytes));
      await fixture.git('add', '-A');
      await fixture.git('commit', '-qm', 'Large');
      const { tree } = await fixture.project().head();
      const options = { url: server.url('exchange.git'), owner: 'mine', env: gitEnvironment(fixture.home) };
      const owner = ownerExchange(fixture.root, options);
      server.breakAfter(largeBytes / 2);
      const broken = owner.publish({ key: 'w', part: 'base' }, tree);
      await expect(broken).rejects.toMatchObject({ code: 'GIT_FAILED', retriable: true });
      expect(await fixture.refs()).toEqual([]);
      expect(await fixture.inExchange('count-objects')).toMatch(/^0 objects/);
      expect(await readdir(join(fixture.url, 'objects/pack'))).toEqual([]);
      server.breakAfter(null);
      const base = await owner.publish({ key: 'w', part: 'base' }, tree);
      expect(await fixture.refs()).toEqual([base.ref]);
      await owner.close();
    }),
  );
});

test(
  '200 works at once share a few transfers and do not wait for a lock',
  withExchange(async fixture => {
    const { url, home, root } = fixture;
    const env = gitEnvironment(home);
    const commands: string[] = [];
    const trace = (words: readonly string[]) => void commands.push(words[0] ?? '');
    const owner = ownerExchange(root, { url, owner: 'mine', env, trace });
    const worker = workerExchange({ url, env, folder: join(home, 'worker'), trace });
    const project = fixture.project();
    const { tree } = await project.head();
    const keys = Array.from({ length: 200 }, (_, at) => `work/${at}`);
    const bases = await Promise.all(keys.map(key => owner.publish({ key, part: 'base' }, tree)));
    expect(new Set(bases.map(({ ref }) => ref)).size).toBe(200);
    const repository = await worker.open(bases[0] as PublishedTree);
    // As if captured on the worker.
    const blob = await fixture.git('rev-parse', 'HEAD:a.txt');
    const input = keys.map((_, at) => `100644 blob ${blob}\t${at}.txt\n`).join('\n');
    await Promise.all(bases.map(base => repository.fetch(base)));
    const store = join(home, 'worker', repositoryName(bases[0] as PublishedTree), 'objects.git');
    const trees = execFileSync('git', ['--git-dir', store, 'mktree', '--batch'], { input, env }).toString();
    const results = trees
      .trimEnd()
      .split('\n')
      .map((result, at) => ({ base: bases[at] as PublishedTree, tree: result }));
    const published = await Promise.all(results.map(each => repository.publish(each.base, 'result', each.tree)));
    await Promise.all(published.map(each => owner.fetch(each)));
    expect(await project.filterExisting(published.map(each => each.tree))).toHaveLength(200);
    expect(await fixture.refs()).toHaveLength(400);
    await Promise.all(keys.map(key => owner.remove([key])));
    expect(await fixture.refs()).toEqual([]);
    const transfers = commands.filter(command => /^(push|fetch|ls-remote)$/.test(command));
    expect(transfers.length).toBeLessThan(20);
    await Promise.all([owner.close(), worker.close()]);
  }),
);
