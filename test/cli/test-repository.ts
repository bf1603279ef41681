import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beginRepository } from '../begin-repository.ts';

/** A user's repository in a folder of its own, with a home that is isolated from the machine's. */
export interface TestRepository {
  folder: string;
  env: Record<string, string>;
  write(path: string, content: string): string;
  git(...words: string[]): string;
  remove(): void;
}

/** An empty folder for a project, and the environment of a shell in it. */
export function createEmptyFolder(): TestRepository {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-cli-')));
  const folder = join(above, 'project');
  mkdirSync(folder);
  const env = { PATH: process.env.PATH ?? '', HOME: above, XDG_STATE_HOME: join(above, 'state'), LANG: 'C.UTF-8' };
  return {
    folder,
    env,
    write(path, content) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    git: (...words) => execFileSync('git', ['-C', folder, ...words], { env, encoding: 'utf8', stdio: 'pipe' }),
    remove: () => rmSync(above, { recursive: true, force: true }),
  };
}

/** A repository with one commit of the given files. */
export function createRepository(files: Record<string, string> = { 'a.txt': 'one\n' }): TestRepository {
  const made = createEmptyFolder();
  beginRepository(made.folder, { files, user: { name: 'A User', email: 'user@example.com' }, configuresUser: true });
  return made;
}
