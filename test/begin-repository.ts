/**
 * Repositories with one commit, copied from a template that git makes once per run: most tests begin with one of a few, and
 * each git process that a test does not start saves it some milliseconds.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from './temp-space.ts';

const variable = 'TROUPE_TEST_TEMPLATES';

/** Vitest's global setup: the folder of the templates, which all workers share. */
export default function setup(): (() => void) | undefined {
  if (process.env[variable] !== undefined) return undefined;
  const folder = mkdtempSync(join(tempFolder(), 'troupe-templates-'));
  process.env[variable] = folder;
  return () => {
    delete process.env[variable];
    rmSync(folder, { recursive: true, force: true });
  };
}

export interface FirstCommit {
  files: Readonly<Record<string, string>>;
  /** Who makes the commit. */
  user: { name: string; email: string };
  /** Whether the configuration of the repository names the user. */
  configuresUser: boolean;
}

/** Makes `folder` a repository on the branch `main` whose first commit, "Begin", has these files, if there are any. */
export function beginRepository(folder: string, commit: FirstCommit): void {
  const templates = process.env[variable];
  if (templates === undefined) {
    create(folder, commit);
    return;
  }
  const template = join(templates, createHash('sha256').update(JSON.stringify(commit)).digest('hex'));
  if (!existsSync(template)) {
    const made = mkdtempSync(join(templates, 'new-'));
    create(made, commit);
    try {
      renameSync(made, template);
    } catch {
      // Another worker was faster.
      rmSync(made, { recursive: true });
    }
  }
  cpSync(template, folder, { recursive: true });
}

function create(folder: string, { files, user: { name, email }, configuresUser }: FirstCommit): void {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, env, stdio: 'pipe' });
  mkdirSync(folder, { recursive: true });
  // Without git's sample hooks, which are half of the files of a small repository.
  git('init', '--quiet', '--initial-branch=main', '--template=');
  for (const each of ['hooks', 'info']) mkdirSync(join(folder, '.git', each));
  if (configuresUser) appendFileSync(join(folder, '.git/config'), `[user]\n\tname = ${name}\n\temail = ${email}\n`);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (Object.keys(files).length === 0) return;
  git('add', '--all');
  git('commit', '--quiet', '--message=Begin');
}
