import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../src/git.ts';
import {
  type AgentTask,
  openTroupe,
  type Plan,
  type PlanRecord,
  type Troupe,
  type TroupeOptions,
} from '../../src/index.ts';
import { beginRepository } from '../begin-repository.ts';

/** The behaviour of an agent in a test: throws, writes, decides, waits. */
type TestAgent = (task: AgentTask) => unknown;

export interface TestProject {
  troupe: Troupe;
  folder: string;
  git(...words: string[]): string;
  write(path: string, content: string): void;
  /** Closes and opens again on the same store, as a new process would. */
  reopen(options?: Partial<TroupeOptions>): Promise<Troupe>;
  /** A Troupe of another process on the same project, with a separate store unless one is given. */
  openSecond(options?: Partial<TroupeOptions>): Promise<Troupe>;
  /** A plan whose execution agent is `play`, used and executed until it rests. */
  run(play: TestAgent, action?: Record<string, unknown>): Promise<{ plan: Plan; record: PlanRecord }>;
  close(): Promise<void>;
}

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const testProject of open.splice(0)) await testProject.close();
});

function createProjectFolder(files: Record<string, string>) {
  const home = mkdtempSync(join(tmpdir(), 'troupe-play-'));
  const folder = join(home, 'project');
  beginRepository(folder, { files, user: { name: 'Tester', email: 'tester@localhost' }, configuresUser: true });
  return {
    home,
    folder,
    git: (...words: string[]) =>
      execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    write(path: string, content: string) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
  };
}

/** Agents that behave as `all` says when they run, also where it was changed meanwhile. */
function agentsOf(all: Readonly<Record<string, TestAgent>>): NonNullable<TroupeOptions['agents']> {
  const agent = (name: string) => ({
    check: async () => {},
    run: async (task: AgentTask) => {
      const decisions = await all[name]?.(task);
      return { decisions: Array.isArray(decisions) ? decisions : [], summary: name };
    },
  });
  return Object.fromEntries(Object.keys(all).map(name => [name, agent(name)]));
}

/** A real git repository in a temporary folder with Troupe opened on it; agents are functions of the test. */
export async function createTestProject(
  testAgents: Record<string, TestAgent> = {},
  {
    files = { 'a.txt': 'one\ntwo\nthree\nfour\nfive\n' },
    lasting: keepOpen = false,
    ...options
  }: Partial<TroupeOptions> & {
    files?: Record<string, string>;
    /** Stays open for several tests; the caller closes it. @default closed after the test */
    lasting?: boolean;
  } = {},
): Promise<TestProject> {
  const { home, folder, git, write } = createProjectFolder(files);
  const all: Record<string, TestAgent> = { player: () => {}, ...testAgents };
  const agents = agentsOf(all);
  const store = memoryStore();
  const start = (more: Partial<TroupeOptions>) =>
    openTroupe({
      store,
      agents,
      project: gitProject(folder, { sandboxes: join(home, 'sandboxes') }),
      env: { PATH: process.env.PATH ?? '' },
      ...options,
      ...more,
    });

  const testProject: TestProject = {
    troupe: await start({}),
    folder,
    git,
    write,
    async reopen(more = {}) {
      await testProject.troupe.close();
      testProject.troupe = await start(more);
      return testProject.troupe;
    },
    openSecond: (more = {}) => start({ store: memoryStore(), ...more }),
    async run(play, action = {}) {
      all.player = play;
      await testProject.troupe.actions.create({
        name: 'play',
        description: 'Play',
        executionActor: 'player',
        ...action,
      });
      const plan = await testProject.troupe.use({ action: 'play' });
      await plan.execute();
      return { plan, record: await plan.waitUntilIdle() };
    },
    async close() {
      await testProject.troupe.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  if (!keepOpen) open.push(testProject);
  return testProject;
}

/** Creates a subplan whose execution agent is the named play. */
export function spawnSubplan(
  task: AgentTask,
  goal: string,
  more: Record<string, unknown> = {},
): Promise<{ success: boolean; decisionId: string }> {
  const request = { planId: task.plan.planId, goal, resourceScopes: ['.'], parallel: true, ...more };
  return task.call('builtin/plan-subplan', request) as Promise<{ success: boolean; decisionId: string }>;
}
