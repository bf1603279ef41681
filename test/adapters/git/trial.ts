import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gitProject, type ProjectOptions } from '../../../src/git.ts';

const run = promisify(execFile);

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'troupe-git-'));

/** What the user's git sees: nothing of the machine it runs on. */
export const env = (home: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
});

export interface Trial {
  root: string;
  home: string;
  /** Runs the user's own git in the checkout. */
  git(...words: string[]): Promise<string>;
  /** The same while everything else stands still. */
  gitNow(...words: string[]): void;
  write(path: string, text: string): Promise<void>;
  project(options?: ProjectOptions): ReturnType<typeof gitProject>;
  dispose(): Promise<void>;
}

export const config = '[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n';

/** A repository with one commit of these files, below a home of its own. */
export async function newTrial(files: Record<string, string> = { 'a.txt': 'a\n' }): Promise<Trial> {
  const home = newFolder();
  const root = join(home, 'project');
  await mkdir(root);
  await writeFile(join(home, 'gitconfig'), config);
  const git = async (...words: string[]) =>
    (await run('git', words, { cwd: root, env: env(home), maxBuffer: 1e8 })).stdout.trimEnd();
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const opened: ReturnType<typeof gitProject>[] = [];
  await git('init', '--quiet');
  for (const [path, text] of Object.entries(files)) await write(path, text);
  if (Object.keys(files).length > 0) {
    await git('add', '--all');
    await git('commit', '--quiet', '-m', 'Begin');
  }
  return {
    root,
    home,
    git,
    gitNow: (...words) => {
      execFileSync('git', words, { cwd: root, env: env(home), stdio: 'ignore' });
    },
    write,
    project(options) {
      const project = gitProject(root, { env: env(home), sandboxes: join(home, 'w'), ...options });
      opened.push(project);
      return project;
    },
    async dispose() {
      await Promise.all(opened.map(project => project.close()));
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Gives a trial to the body and takes it away afterwards. */
export const onTrial =
  (body: (trial: Trial) => Promise<void>, files?: Record<string, string>): (() => Promise<void>) =>
  async () => {
    const trial = await newTrial(files);
    try {
      await body(trial);
    } finally {
      await trial.dispose();
    }
  };
