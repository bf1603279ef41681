/** A home, a repository and a stub of the model APIs for one scenario, and the built command line as a user calls it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killTaggedProcesses } from '../../src/agents.ts';
import type { StubReply, StubRequest } from '../adapters/agents/llm/model-api.ts';
import { type ModelStub, startModelStub } from '../adapters/agents/llm/model-stub.ts';
import { beginRepository } from '../begin-repository.ts';
import type { RealAgent } from './agents.ts';
import { answer } from './brain.ts';
import { processesOf } from './plan-processes.ts';

const program = fileURLToPath(new URL('../../dist/cli/troupe.js', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  err: string;
  seconds: number;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export interface PlanJson {
  plan_id: string;
  phase: string;
  state: string;
  files: { path: string }[];
  spent: { tokens: number | null; usd: number | null };
  error: { code: string; message: string } | null;
  approvals: object[];
  waiting: { error?: { code: string } } | null;
}

export interface Workplace extends AsyncDisposable {
  agent: RealAgent;
  stub: ModelStub;
  repository: string;
  env: Record<string, string>;
  /** Starts a command. */
  start(...words: string[]): Started;
  /** Runs a command to its end. */
  run(...words: string[]): Promise<Ended>;
  /** The last plan; null before there is one. */
  plan(): Promise<PlanJson | null>;
  /** Waits until the plan fits. */
  until(what: string, fits: (plan: PlanJson) => boolean | Promise<boolean>, seconds?: number): Promise<PlanJson>;
  git(...words: string[]): string;
}

export interface WorkplaceOptions {
  agent: RealAgent;
  /** The folder of its program. */
  programs: string;
  /** @default what the prompt asks for */
  brain?: (request: StubRequest) => StubReply | Promise<StubReply>;
}

/**
 * The folder for temporary files is beside the home: Codex makes no helper programs in a home below it, and its sandbox
 * needs one.
 */
function createFolders() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-agents-')));
  const [repository, home, temp] = ['project', 'home', 'temp'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [repository, home, temp]) mkdirSync(each);
  return { folder, repository, home, temp };
}

/** The variables of a plain shell: nothing of this process reaches the agent but what a user would have. */
export async function openWorkplace({
  agent,
  programs,
  brain = request => answer(request),
}: WorkplaceOptions): Promise<Workplace> {
  const { folder, repository, home, temp } = createFolders();
  const user = { name: 'A User', email: 'user@example.com' };
  beginRepository(repository, { files: { 'README.md': 'A project\n' }, user, configuresUser: true });
  const stub = await startModelStub(brain);
  const env = {
    PATH: [programs, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    ...{ HOME: home, TMPDIR: temp },
    ...{ LANG: 'C.UTF-8', ...agent.setUp(home, stub) },
  };
  const git = (...words: string[]) => execFileSync('git', ['-C', repository, ...words], { env, encoding: 'utf8' });
  const children = new Set<ChildProcess>();
  const planIds = new Set<string>();

  const start = (...words: string[]): Started => {
    const from = performance.now();
    const child = spawn(process.execPath, [program, ...words], {
      cwd: repository,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', text => (out += text));
    child.stderr.on('data', text => (err += text));
    const ended = new Promise<Ended>(resolve => {
      child.on('close', code => {
        children.delete(child);
        resolve({ code, out, err, seconds: (performance.now() - from) / 1000 });
      });
    });
    return { child, ended };
  };
  const run = (...words: string[]) => start(...words).ended;
  const plan = async (): Promise<PlanJson | null> => {
    const list = JSON.parse((await run('plan', 'list', '--all', '--json')).out).data?.plans ?? [];
    const [last] = list as { plan_id: string }[];
    if (last === undefined) return null;
    planIds.add(last.plan_id);
    return JSON.parse((await run('plan', 'status', last.plan_id, '--json')).out).data?.plan ?? null;
  };

  return {
    ...{ agent, stub, repository, env, start, run, plan, git },
    async until(what, fits, seconds = 120) {
      const end = performance.now() + seconds * 1000;
      for (let last: PlanJson | null = null; ; ) {
        last = await plan();
        if (last !== null && (await fits(last))) return last;
        if (performance.now() > end)
          throw new Error(`no ${what} within ${seconds} s: ${JSON.stringify(last && [last.state, last.error])}`);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL');
      // Of a scenario that failed.
      for (const id of planIds) for (const { tag } of await processesOf(id)) await killTaggedProcesses(tag);
      await stub[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Writes an action, and returns its path. */
export function writeAction({ repository }: Workplace, action: object): string {
  const path = join(dirname(repository), 'action.yaml');
  writeFileSync(path, JSON.stringify(action));
  return path;
}
