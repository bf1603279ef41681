import { expect, test } from 'vitest';
import { openRemote } from '../../../src/adapters/exchange/remote.ts';
import type { GitResult } from '../../../src/adapters/project/git/collect-output.ts';
import type { Git, RunOptions } from '../../../src/adapters/project/git/git.ts';

type Ended = Partial<Omit<GitResult, 'stdout'>> & { stdout?: string };

/** A remote whose git ends as each of `results` says. */
function remoteWith(
  results: Ended[],
  url = 'https://me:word@host/x.git',
  env: Record<string, string | undefined> = {},
) {
  const runs: { words: readonly string[]; options: RunOptions | undefined }[] = [];
  const git = {
    at: () => git,
    tryRun: async (words: readonly string[], options?: RunOptions): Promise<GitResult> => {
      runs.push({ words, options });
      const { stdout = '', ...result } = results.shift() ?? {};
      return { code: 0, stderr: '', ...result, stdout: Buffer.from(stdout) };
    },
  };
  return { runs, remote: openRemote({ url, objects: git as unknown as Git, env, timeoutMs: 1000, strict: true }) };
}

const add = { ref: 'refs/a', commit: 'abc' };
const remove = { ref: 'refs/b', commit: null };

test('a push that did all reports no failure', async () => {
  const { remote, runs } = remoteWith([{}]);
  expect(await remote.push([add, remove])).toEqual(new Map());
  expect(runs[0]?.words).toEqual(expect.arrayContaining(['+abc:refs/a', ':refs/b']));
});

test('a push names each ref that the exchange refused with its reason, and forgives one that is gone', async () => {
  const stdout = [
    'To https://host/x.git',
    '!\tabc:refs/a\t[remote rejected] (pre-receive hook declined)',
    '!\t:refs/b\t[remote rejected] (remote ref does not exist)',
    '*\tabc:refs/c\t[new reference]',
    '',
  ].join('\n');
  const { remote } = remoteWith([{ code: 1, stdout }]);
  const done = { ref: 'refs/c', commit: 'abc' };
  const unreported = { ref: 'refs/d', commit: null };
  const failed = await remote.push([add, remove, done, unreported]);
  expect([...failed.keys()]).toEqual([add, unreported]);
  expect(failed.get(add)).toMatchObject({
    code: 'GIT_FAILED',
    message: 'The exchange https://host/x.git refused refs/a: [remote rejected] (pre-receive hook declined)',
  });
  expect(failed.get(unreported)).toMatchObject({ message: expect.stringContaining('it was not reported') });
});

test.each<[string, Ended, string]>([
  ['what git said', { code: 128, stderr: 'fatal: no such host\nhint: try again\n' }, 'did not serve: no such host'],
  ['that it took too long', { code: 1, cut: { by: 'limit', hung: null } }, 'did not serve: it took too long'],
  ['the exit code of a silent git', { code: 7 }, 'did not serve: git exited with 7'],
])('an error of the exchange tells %s', async (_, ended, reason) => {
  for (const act of ['push', 'fetch', 'list'] as const) {
    const { remote } = remoteWith([ended]);
    const calls = {
      push: () => remote.push([add]),
      fetch: () => remote.fetch(['refs/a'], []),
      list: () => remote.list(),
    };
    await expect(calls[act]()).rejects.toMatchObject({ code: 'GIT_FAILED', message: expect.stringContaining(reason) });
  }
});

test('an error of the exchange shows no password', async () => {
  const { remote } = remoteWith([
    { code: 128, stderr: "fatal: unable to access 'https://me:word@host/x.git' over http://me:word@proxy/" },
  ]);
  const error = await remote.list().catch(thrown => thrown);
  expect(JSON.stringify(error)).not.toContain('word@');
  expect(error.hints).toEqual([expect.stringContaining('https://host/x.git')]);
});

test('an exchange that is no folder yet is answered with the command that makes it', async () => {
  const { remote } = remoteWith([{ code: 128, stderr: 'fatal: not there' }], '/nowhere/exchange.git');
  await expect(remote.list()).rejects.toMatchObject({
    hints: [expect.stringContaining('git init --bare'), expect.stringContaining('git ls-remote')],
  });
});

test('a fetch goes on without refs that the exchange does not have, and returns them', async () => {
  const lost = (ref: string) => ({ code: 128, stderr: `fatal: couldn't find remote ref ${ref}` });
  const { remote, runs } = remoteWith([lost('refs/a'), {}]);
  expect(await remote.fetch(['refs/a', 'refs/b'], ['tip'])).toEqual(new Set(['refs/a']));
  expect(runs.map(({ options }) => options?.input)).toEqual(['refs/a\nrefs/b\n', 'refs/b\n']);
  expect(runs[0]?.words).toContain('--negotiation-tip=tip');
  const all = remoteWith([lost('refs/a')]);
  expect(await all.remote.fetch(['refs/a'], [])).toEqual(new Set(['refs/a']));
  const other = remoteWith([lost('refs/unasked')]);
  await expect(other.remote.fetch(['refs/a'], [])).rejects.toMatchObject({ code: 'GIT_FAILED' });
});

test('git gets the variables for connecting, and no others', async () => {
  const env = { GIT_SSH_COMMAND: 'ssh -i key', GIT_DIR: '/other', GIT_ASKPASS: undefined, GIT_CONFIG_KEY_0: 'a.b' };
  const { remote, runs } = remoteWith([{}], undefined, env);
  await remote.list();
  expect(runs[0]?.options?.env).toEqual({ GIT_SSH_COMMAND: 'ssh -i key', GIT_CONFIG_KEY_0: 'a.b' });
});
