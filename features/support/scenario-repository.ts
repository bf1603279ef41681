import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Variables that isolate git from the user's configuration and editor. */
export const quietGit = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** A user's repository and checkout. */
export interface ScenarioRepository {
  readonly root: string;
  git(...words: string[]): Promise<string>;
  write(path: string, content: string): void;
  read(path: string): string;
  commit(message: string): Promise<void>;
  /** HEAD, index and status, which must not change. */
  describe(): Promise<string>;
}

export async function createRepository(root: string): Promise<ScenarioRepository> {
  mkdirSync(root, { recursive: true });
  const repository = openRepository(root);
  await repository.git('init', '--quiet', '--initial-branch=main');
  appendFileSync(join(root, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.com\n');
  return repository;
}

/** Opens the existing repository. */
export function openRepository(root: string): ScenarioRepository {
  const git = async (...words: string[]) => {
    const env = { PATH: process.env.PATH, HOME: root, ...quietGit };
    return (await run('git', words, { cwd: root, env })).stdout.trimEnd();
  };
  return {
    root,
    git,
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    read: path => readFileSync(join(root, path), 'utf8'),
    async commit(message) {
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
    },
    describe: async () =>
      [
        await git('rev-parse', 'HEAD'),
        await git('symbolic-ref', '-q', 'HEAD').catch(() => 'detached'),
        await git('ls-files', '-s'),
        await git('status', '--porcelain'),
      ].join('\n'),
  };
}
