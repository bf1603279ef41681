/** One repository, with another beside it, on which the rows of the table of action keys run their plans at the same time. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPrompt } from '../../../src/adapters/agents/prompt.ts';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { gitProject, linkedProjects } from '../../../src/git.ts';
import {
  type Agent,
  type AgentTask,
  openTroupe,
  type Plan,
  type PlanRecord,
  type Troupe,
  type UseOptions,
} from '../../../src/index.ts';
import { createProfile } from '../../../src/runtime/profiles/profiles.ts';
import { fakeAcpAgent } from '../../adapters/agents/acp/try-acp-agent.ts';
import { stubPath } from '../../agents/stub-programs.ts';

/** The behaviour of the agent `player`; its return value is part of the answer. */
export type KeyAgent = (task: AgentTask) => unknown;

export interface KeyRun {
  plan: Plan;
  record: PlanRecord;
  /** The code of its error, or else its final state. */
  outcome: string;
  /** Paths it changed. */
  paths: string[];
}

interface KeyRunOptions extends Omit<Partial<UseOptions>, 'action'> {
  /** For agents named `player` (runs without a folder) and `worker` (in one). */
  play?: KeyAgent;
}

export interface KeyFixture {
  troupe: Troupe;
  /** The checkout of the project `main`; `lib` is beside it. */
  folder: string;
  /** A plan of an action with these keys, executed until it waits for a person. Its agent does nothing unless one is given. */
  run(keys: Record<string, unknown>, how?: KeyRunOptions): Promise<KeyRun>;
  /** The same plan before anything is executed. */
  use(keys: Record<string, unknown>, how?: KeyRunOptions): Promise<Plan>;
  /** The final content of a file of a plan; null if there is none. */
  text(ran: KeyRun, path: string): Promise<string | null>;
  /** A path that no other row writes to, outside every project. */
  newPath(): string;
  /** A module in a file, by its path. */
  module(text: string): string;
  close(): Promise<void>;
}

const files = {
  'main/a.txt': 'one\ntwo\nthree\nfour\nfive\n',
  'main/src/a.ts': 'export {};\n',
  'main/docs/a.md': '# A\n',
  'main/large.bin': 'pointer\n',
  'main/.gitattributes': '*.bin filter=lfs -text\n',
  'main/.gitignore': '.env\ncache/\n',
  'main/.env': 'SECRET=1\n',
  'main/cache/x': 'cached\n',
  'lib/only-lib.txt': 'lib\n',
  'module/inside.txt': 'inside\n',
  // Behaves like git-lfs, controlled by the same variable.
  smudge: '#!/bin/sh\nif [ "$GIT_LFS_SKIP_SMUDGE" = 1 ]; then cat; else cat >/dev/null; echo large; fi\n',
};

export async function openKeyFixture(): Promise<KeyFixture> {
  const home = mkdtempSync(join(tmpdir(), 'troupe-keys-'));
  for (const [path, content] of Object.entries(files)) write(join(home, path), content);
  for (const name of ['module', 'lib', 'main']) initialise(home, name);
  const plays = new Map<string, KeyAgent>();
  let count = 0;
  const at = (name: string) => [name, gitProject(join(home, name), { sandboxes: join(home, 'sandboxes') })] as const;
  const troupe = await openTroupe({
    store: memoryStore(),
    project: linkedProjects([at('main'), at('lib')], { sandboxes: join(home, 'sandboxes') }),
    agents: { player: delegatingAgent(plays, false), worker: delegatingAgent(plays, true) },
    env: { PATH: `${stubPath(join(home, 'bin'))}:${process.env.PATH ?? ''}`, SHELL_SAYS: 'shell' },
    concurrency: 100,
    profile: 'once',
    profiles: [
      createProfile('once', { retriesMax: 0, fixesMax: 0 }),
      createProfile('mends', { retriesMax: 0, fixesMax: 1 }),
      createProfile('wary', { thresholds: { startExecute: 0.8 }, retriesMax: 0 }),
      createProfile('splits', { thresholds: { startExecute: 0, spawnSubplans: 1 }, retriesMax: 0 }),
    ],
  });
  const use: KeyFixture['use'] = async (keys, { play, ...options } = {}) => {
    const name = `local/k${count++}`;
    if (play !== undefined) plays.set(name, play);
    const whole = { name, description: 'Do it', executionActor: stepsAgent(), ...keys };
    return troupe.use({ action: await troupe.actions.read(whole), actionDir: home, ...options });
  };
  return {
    troupe,
    folder: join(home, 'main'),
    use,
    async run(keys, how) {
      const plan = await use(keys, how);
      // The reason of a refused start is in the record.
      await plan.execute().catch(() => undefined);
      const record = await plan.waitUntilIdle();
      const paths = (record.changeSet?.files ?? []).map(({ path }) => path);
      return { plan, record, outcome: record.error?.code ?? record.state, paths };
    },
    async text({ record: { resultTree } }, path) {
      try {
        return git(join(home, 'main'), 'show', `${resultTree}:${path}`);
      } catch {
        return null;
      }
    },
    newPath: () => join(home, `mark-${count++}`),
    module(text) {
      const path = join(home, `module-${count++}.mjs`);
      write(path, text);
      return path;
    },
    async close() {
      await troupe.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function delegatingAgent(plays: ReadonlyMap<string, KeyAgent>, usesDirectory: boolean): Agent {
  return {
    usesDirectory,
    check: async () => {},
    async run(task) {
      const answer = await plays.get(task.plan.actionName)?.(task);
      return { decisions: [], summary: '', ...(typeof answer === 'object' ? answer : {}) };
    },
  };
}

function initialise(home: string, name: string): void {
  const root = join(home, name);
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'config', 'user.name', 'Ada');
  git(root, 'config', 'user.email', 'ada@example.com');
  if (name === 'main') {
    execFileSync('chmod', ['+x', join(home, 'smudge')]);
    git(root, 'config', 'filter.lfs.smudge', join(home, 'smudge'));
    git(root, 'config', 'filter.lfs.clean', "sh -c 'cat >/dev/null; echo pointer'");
    git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', join(home, 'module'), 'vendor');
  }
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message=Begin');
}

const git = (cwd: string, ...words: string[]) =>
  execFileSync('git', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** An agent of declared steps. */
export const stepsAgent = (...list: unknown[]) => ({ kind: 'steps', steps: list });
export const writeStep = (path: string, content = 'x') => ({ write: { path, content } });
export const editStep = (find: string, replace: string) => ({ edit: { path: 'a.txt', find, replace } });
export const shellArgv = (script: string) => ['sh', '-c', script];
/** A step, and an agent, that runs a script in the sandbox. */
export const runStep = (script: string) => ({ run: { argv: shellArgv(script) } });
export const commandAgent = (script: string, more: Record<string, unknown> = {}) => ({
  ...{ kind: 'command', argv: shellArgv(script) },
  ...more,
});
/** A fake ACP agent that performs the steps. */
export const acpAgent = (steps: object[]) => ({ kind: 'acp', argv: [fakeAcpAgent, JSON.stringify(steps)] });
export const writeFile = (task: AgentTask, path: string, content = 'x') => task.call('write', { path, content });

/** Spawns subplans as root; a subplan itself runs `part`. */
export const splittingAgent =
  (goals: readonly string[], part: KeyAgent, more: Record<string, unknown> = {}): KeyAgent =>
  async task => {
    if (task.plan.depth > 0) return part(task);
    for (const goal of goals) {
      const asked = { planId: task.plan.planId, goal, resourceScopes: ['.'], parallel: true, ...more };
      await task.call('builtin/plan-subplan', asked);
    }
    return undefined;
  };

/** The order in which subplans started and ended: `one running`, `two running`, `one complete`, … */
export async function subplanOrder({ plan }: KeyRun): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of plan.events()) {
    if (event.type !== 'subplan.changed' || event.status.state === 'pending') continue;
    seen.push(`${event.status.goal} ${event.status.state}`);
  }
  return [...new Set(seen)];
}

/** The input of an agent that reads text, by its role. */
export function recordPrompts(): { play: KeyAgent; of(role: AgentTask['role']): string } {
  const seen = new Map<string, string>();
  return {
    play: task => {
      seen.set(task.role, buildPrompt(task).text);
    },
    of: role => seen.get(role) ?? '',
  };
}

/** The lines below a heading of a prompt. */
export function section(prompt: string, title: string): string[] {
  const [, after = ''] = prompt.split(`# ${title}\n`);
  const [lines = ''] = after.split(/\n\n?# /);
  return lines.split('\n').filter(line => line !== '');
}
