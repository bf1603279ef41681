/** The world that snapshots are made in and opened in: one repository, one worker whose mood is given from outside. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitProject } from '../../src/git.ts';
import { type AgentTask, openTroupe, type StoreOpener, type Troupe } from '../../src/index.ts';

export interface SnapshotProject {
  /** Holds everything; removed at the end. */
  home: string;
  root: string;
  git(...words: string[]): string;
  /** Where this repository's sandboxes are. */
  sandboxHome(): Promise<string>;
  project(): ReturnType<typeof gitProject>;
  open(store: StoreOpener, work: (task: AgentTask) => Promise<unknown>): Promise<Troupe>;
  remove(): void;
}

export function createSnapshotProject(): SnapshotProject {
  const home = mkdtempSync(join(tmpdir(), 'troupe-snapshot-'));
  const root = join(home, 'project');
  mkdirSync(root);
  const env = { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const project = () => gitProject(root, { sandboxes: join(home, 'sandboxes'), env });
  const made: SnapshotProject = {
    home,
    root,
    git: (...words) =>
      execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env }),
    async sandboxHome() {
      const there = project();
      const tree = made.git('rev-parse', 'HEAD^{tree}').trim();
      const { path } = await there.openSandbox({ key: 'look', tree });
      await there.removeSandbox({ key: 'look', pin: 'look' });
      await there.unpin('look');
      await there.close();
      return dirname(path);
    },
    project,
    open: (store, work) =>
      openTroupe({
        store,
        project: project(),
        env: { PATH: env.PATH },
        agents: {
          worker: {
            check: async () => {},
            run: async task => {
              await work(task);
              return { decisions: [], summary: 'done' };
            },
          },
        },
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
  made.git('init', '--quiet', '--initial-branch=main');
  made.git('config', 'user.name', 'Tester');
  made.git('config', 'user.email', 'tester@localhost');
  return made;
}

/** What the worker does for each goal, when nothing keeps it from it. */
export async function runGoal(task: AgentTask): Promise<void> {
  const goal = task.plan.description;
  const write = (path: string, content: string) => task.call('builtin/write', { path, content });
  const part = (below: string) =>
    task.call('builtin/plan-subplan', {
      planId: task.plan.planId,
      goal: below,
      resourceScopes: ['.'],
      parallel: true,
    });
  if (goal === 'has parts') {
    await part('part one');
    await part('part two');
  } else if (goal === 'is in conflict') {
    await part('says left');
    await part('says right');
  } else if (goal.startsWith('says ')) await write('shared.txt', `${goal.slice(5)}\n`);
  else await write(`${goal.replaceAll(' ', '-')}.txt`, `${goal}\n`);
}
