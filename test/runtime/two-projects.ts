/** Two repositories with one Troupe on both; removed after the test. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { gitProject, linkedProjects } from '../../src/git.ts';
import { openTroupe, type Plan, type Troupe } from '../../src/index.ts';

export interface TwoProjects {
  troupe: Troupe;
  home: string;
  git(project: string, ...words: string[]): string;
  read(project: string, path: string): string | null;
  run(action: Record<string, unknown>): Promise<Plan>;
  reopen(): Promise<void>;
}

const open: TwoProjects[] = [];

afterEach(async () => {
  for (const { troupe, home } of open.splice(0)) {
    await troupe.close();
    rmSync(home, { recursive: true, force: true });
  }
});

/** Two repositories, `app` and `lib`, with one Troupe on both. */
export async function twoProjects(): Promise<TwoProjects> {
  const home = mkdtempSync(join(tmpdir(), 'troupe-linked-'));
  const git = (project: string, ...words: string[]) =>
    execFileSync('git', words, { cwd: join(home, project), encoding: 'utf8' }).trim();
  for (const project of ['app', 'lib']) {
    mkdirSync(join(home, project));
    writeFileSync(join(home, project, 'a.txt'), `${project}\none\ntwo\nthree\n`);
    git(project, 'init', '--quiet', '--initial-branch=main');
    git(project, 'config', 'user.name', 'Ada');
    git(project, 'config', 'user.email', 'ada@example.com');
    git(project, 'add', '.');
    git(project, 'commit', '--quiet', '--message=Begin');
  }
  const sandboxes = join(home, 'sandboxes');
  const store = memoryStore();
  const start = () => {
    const at = (name: string) => [name, gitProject(join(home, name), { sandboxes })] as const;
    const project = linkedProjects([at('app'), at('lib')], { sandboxes });
    return openTroupe({ store, project, env: { PATH: process.env.PATH ?? '' } });
  };
  const built: TwoProjects = {
    troupe: await start(),
    home,
    git,
    read: (project, path) => {
      const file = join(home, project, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    async run(action) {
      await built.troupe.actions.create({ name: 'both', description: 'Change both', ...action });
      const plan = await built.troupe.use({ action: 'both', projects: ['lib'], profile: 'trusted' });
      await plan.execute();
      return plan;
    },
    async reopen() {
      await built.troupe.close();
      built.troupe = await start();
    },
  };
  open.push(built);
  return built;
}

export const steps = (...list: unknown[]) => ({ kind: 'steps', steps: list });
export const write = (path: string, content: string) => ({ write: { path, content } });
