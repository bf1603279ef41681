import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ownerExchange, workerExchange } from '../../../src/git.ts';
import type { PublishedTree } from '../../../src/model/published-tree.ts';
import type { WorkerRepository } from '../../../src/ports/exchange.ts';
import { createGitFixture, type GitFixture, gitEnvironment } from '../project/git/git-fixture.ts';

const run = promisify(execFile);

export interface ExchangeFixture extends GitFixture {
  /** The path of the bare repository. */
  url: string;
  /** Runs git in the bare repository. */
  inExchange(...words: string[]): Promise<string>;
  owner(options?: { owner?: string; url?: string }): ReturnType<typeof ownerExchange>;
  worker(name?: string): ReturnType<typeof workerExchange>;
  refs(): Promise<string[]>;
}

/** Files to write: text, or `null` to remove; a text that starts with `->` is a link, one with `#!` is executable. */
export async function writeFiles(folder: string, files: Record<string, string | null>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await rm(file, { force: true });
    if (text === null) continue;
    await mkdir(dirname(file), { recursive: true });
    if (text.startsWith('->')) await symlink(text.slice(2), file);
    else await writeFile(file, text);
    if (text.startsWith('#!')) await chmod(file, 0o755);
  }
}

/** Does work as a worker does: fetches the base, changes files in a sandbox, publishes the result, removes the sandbox. */
export async function doWork(
  repository: WorkerRepository,
  base: PublishedTree,
  work: string | Record<string, string | null>,
  part = 'result',
): Promise<PublishedTree> {
  const { project } = repository;
  await repository.fetch(base);
  const key = `work/${base.ref}`;
  const { path } = await project.openSandbox({ key, tree: base.tree });
  await writeFiles(path, typeof work === 'string' ? { [work]: `${work}\n` } : work);
  const { tree } = await project.capture({ key });
  const result = await repository.publish(base, part, tree);
  await project.removeSandbox({ key, pin: null });
  return result;
}

export const withExchange =
  (body: (fixture: ExchangeFixture) => Promise<void>, files?: Record<string, string>): (() => Promise<void>) =>
  async () => {
    const fixture = await createGitFixture(files);
    const { home, root } = fixture;
    const env = gitEnvironment(home);
    const url = join(home, 'exchange.git');
    await run('git', ['init', '--quiet', '--bare', url], { env });
    const opened: { close(): Promise<void> }[] = [];
    const opening = <Opened extends { close(): Promise<void> }>(one: Opened) => {
      opened.push(one);
      return one;
    };
    const inExchange = async (...words: string[]) =>
      (await run('git', ['--git-dir', url, ...words], { env, maxBuffer: 1e8 })).stdout.trimEnd();
    try {
      await body({
        ...fixture,
        url,
        inExchange,
        owner: (options = {}) => opening(ownerExchange(root, { url, owner: 'mine', env, ...options })),
        worker: (name = 'worker') => opening(workerExchange({ url, folder: join(home, name), env })),
        refs: async () => {
          const lines = await inExchange('for-each-ref', '--format=%(refname)');
          return lines === '' ? [] : lines.split('\n');
        },
      });
    } finally {
      await Promise.all(opened.map(one => one.close()));
      await fixture.dispose();
    }
  };

export const textAt = (folder: string, path: string) => readFile(join(folder, path), 'utf8');
