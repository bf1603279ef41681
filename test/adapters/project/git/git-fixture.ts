import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gitProject, type ProjectOptions } from '../../../../src/git.ts';
import { beginRepository } from '../../../begin-repository.ts';

const run = promisify(execFile);

export const createTempFolder = (): string => mkdtempSync(join(tmpdir(), 'troupe-git-'));

/** The environment of the user's git, independent of the machine it runs on. */
export const gitEnvironment = (home: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
});

export interface GitFixture {
  root: string;
  home: string;
  /** Runs the user's own git in the checkout. */
  git(...words: string[]): Promise<string>;
  /** The same, synchronously. */
  gitSync(...words: string[]): void;
  write(path: string, text: string): Promise<void>;
  project(options?: ProjectOptions): ReturnType<typeof gitProject>;
  dispose(): Promise<void>;
}

export const gitConfig = '[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n';

/** A repository with one commit of these files, in a separate home directory. */
export async function createGitFixture(files: Record<string, string> = { 'a.txt': 'a\n' }): Promise<GitFixture> {
  const home = createTempFolder();
  const root = join(home, 'project');
  await mkdir(root);
  await writeFile(join(home, 'gitconfig'), gitConfig);
  const git = async (...words: string[]) =>
    (await run('git', words, { cwd: root, env: gitEnvironment(home), maxBuffer: 1e8 })).stdout.trimEnd();
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const opened: ReturnType<typeof gitProject>[] = [];
  beginRepository(root, { files, user: { name: 'Ada', email: 'ada@example.com' }, configuresUser: false });
  return {
    root,
    home,
    git,
    gitSync: (...words) => {
      execFileSync('git', words, { cwd: root, env: gitEnvironment(home), stdio: 'ignore' });
    },
    write,
    project(options) {
      const project = gitProject(root, { env: gitEnvironment(home), sandboxes: join(home, 'w'), ...options });
      opened.push(project);
      return project;
    },
    async dispose() {
      await Promise.all(opened.map(project => project.close()));
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Passes a fixture to the body and removes it afterwards. */
export const withGitFixture =
  (body: (fixture: GitFixture) => Promise<void>, files?: Record<string, string>): (() => Promise<void>) =>
  async () => {
    const fixture = await createGitFixture(files);
    try {
      await body(fixture);
    } finally {
      await fixture.dispose();
    }
  };
