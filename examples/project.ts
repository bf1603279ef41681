// A small git project in a temporary folder, for the examples to work on.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ExampleProject {
  folder: string;
  /** Where worktrees of the example live, so that nothing of it stays behind. */
  sandboxes: string;
  git(...words: string[]): string;
  remove(): void;
}

export function exampleProject(files: Record<string, string>): ExampleProject {
  const home = mkdtempSync(join(tmpdir(), 'troupe-example-'));
  const folder = join(home, 'project');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=example@localhost', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Example');
  git('config', 'user.email', 'example@localhost');
  git('add', '.');
  git('commit', '--quiet', '--message=Begin');
  return {
    folder,
    sandboxes: join(home, 'sandboxes'),
    git,
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
