/**
 * A plan with very many subplans on a real repository: how long it takes, what it holds meanwhile, and whether every
 * status was right at every instant.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { gitProject } from '../../src/git.ts';
import { type AgentTask, openTroupe, type PlanRecord } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import type { DecisionDraft, SpawnPayload } from '../../src/model/decision.ts';
import { processorMs } from '../processor-time.ts';
import { createStatusMonitor } from './status-monitor.ts';

export interface ScaleShape {
  name: string;
  /** Files of the repository. */
  files: number;
  /** How many subplans each plan of a level has. */
  widths: readonly number[];
  /** How many of one parent may run at once. */
  maxParallel: number;
  /** Every so-many-th subplan needs the one before it. @default none */
  needsEvery?: number;
  /** Every so-many-th of those that work starts a program. @default none */
  runsEvery?: number;
  /** Whether to look at processes, handles, worktrees and heap meanwhile, which takes time of processors. @default true */
  sampled?: boolean;
}

export interface ScaleFigures {
  name: string;
  plans: number;
  seconds: number;
  /** Time of processors, of this process and of those it started. */
  processorSeconds: number;
  /** Written to the store, whatever was written over since. */
  writtenMiB: number;
  /** Sampled while it ran; those of worktrees, processes, handles and heap at its end alone unless `sampled`. */
  peakRunning: number;
  peakPending: number;
  peakProcesses: number;
  peakHandles: number;
  peakWorktrees: number;
  peakHeapMiB: number;
  storeMiB: number;
  /** When all is over. */
  handlesLeft: number;
  worktreesLeft: number;
  processesLeft: number;
  /** What went wrong; empty when every promise held. */
  violations: string[];
}

const sampleMs = 50;

/** Brings the tree of plans to its reviewed result in `directory`, an empty folder. */
export async function runScale(shape: ScaleShape, directory: string): Promise<ScaleFigures> {
  const folder = join(directory, 'project');
  const sandboxes = join(directory, 'sandboxes');
  const store = join(directory, 'store');
  writeFiles(folder, shape.files);
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' });
  const watch = createStatusMonitor(spec => spec.subplanConfig.maxParallel);
  const sampler = createSampler(sandboxes);
  const project = gitProject(folder, { sandboxes });
  const agents = { splitter: agentOf(task => spawnSubplans(task, shape)), worker: agentOf(task => work(task, shape)) };
  const env = { PATH: process.env.PATH ?? '' };
  let written = () => 0;
  const openStore = async () => {
    const opened = await levelStore(store)();
    written = () => opened.bytesWritten ?? 0;
    return opened;
  };
  const troupe = await openTroupe({ store: openStore, project, agents, env });
  const over = new AbortController();
  const listening = (async () => {
    for await (const event of troupe.events({ signal: over.signal })) watch.observe(event);
  })();
  if (shape.sampled !== false) sampler.start();
  const started = performance.now();
  const worked = processorMs();
  const broken: string[] = [];
  try {
    await troupe.actions.create({
      name: 'scale',
      description: 'Scale',
      executionActor: 'splitter',
      subplans: { maxParallel: shape.maxParallel, retryDelayMs: 1 },
      checkpoints: { autoCreateOn: [] },
    });
    const plan = await troupe.use({ action: 'scale' });
    await plan.execute();
    broken.push(...wrongResult(await plan.waitUntilIdle(), shape, git));
    for (const record of await troupe.list({ all: true, children: true })) watch.compare(record);
  } finally {
    sampler.stop();
    await troupe.close();
    over.abort();
    await listening;
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    name: shape.name,
    plans: watch.plans,
    seconds: round(seconds),
    processorSeconds: round((processorMs() - worked) / 1000),
    writtenMiB: round(written() / 2 ** 20),
    peakRunning: watch.peak.running,
    peakPending: watch.peak.pending,
    ...sampler.peaks(),
    storeMiB: round(bytes(store) / 2 ** 20),
    ...sampler.left(),
    // Beside the checkout, the root's own stays until its result is applied or given up.
    worktreesLeft: git('worktree', 'list', '--porcelain').split('\n\n').filter(Boolean).length - 2,
    violations: [...broken, ...watch.violations],
  };
}

/** Samples the resources of the process while the plan runs, and counts those that remain at the end. */
function createSampler(sandboxes: string) {
  const before = { handles: handles(), processes: descendants() };
  const peak = { processes: 0, handles: 0, worktrees: 0, heap: 0 };
  let timer: NodeJS.Timeout | undefined;
  const sample = () => {
    peak.processes = Math.max(peak.processes, descendants() - before.processes);
    peak.handles = Math.max(peak.handles, handles() - before.handles);
    peak.worktrees = Math.max(peak.worktrees, worktrees(sandboxes));
    peak.heap = Math.max(peak.heap, process.memoryUsage().heapUsed);
  };
  return {
    start() {
      timer = setInterval(sample, sampleMs);
    },
    stop() {
      clearInterval(timer);
      sample();
    },
    peaks: () => ({
      peakProcesses: peak.processes,
      peakHandles: peak.handles,
      peakWorktrees: peak.worktrees,
      peakHeapMiB: round(peak.heap / 2 ** 20),
    }),
    left: () => ({
      handlesLeft: handles() - before.handles,
      processesLeft: descendants() - before.processes,
    }),
  };
}

/** Returns what is wrong with the plan's result; empty when it has every part. */
function wrongResult(
  { state, error, resultTree }: PlanRecord,
  { widths }: ScaleShape,
  git: (...words: string[]) => string,
): string[] {
  if (state !== 'complete' || resultTree === null) return [`it ended ${state}: ${error?.message}`];
  const made = git('ls-tree', '-r', '--name-only', resultTree, 'parts').split('\n').filter(Boolean).length;
  const wanted = widths.reduce((all, width) => all * width, 1);
  return made === wanted ? [] : [`the result has ${made} parts, not ${wanted}`];
}

const agentOf = (work: (task: AgentTask) => Promise<DecisionDraft[]> | DecisionDraft[]) => ({
  check: async () => {},
  usesDirectory: false,
  run: async (task: AgentTask) => ({ decisions: await work(task), summary: '' }),
});

/** Spawns the next level. Decided in one answer: a step may make 500 tool calls, and there may be more to spawn. */
function spawnSubplans(
  { plan: { planId, depth, description, decisionRootId } }: AgentTask,
  shape: ScaleShape,
): DecisionDraft[] {
  const { widths, needsEvery = 0 } = shape;
  const executionActor = depth + 1 < widths.length ? 'splitter' : 'worker';
  const decisions: DecisionDraft[] = [];
  for (let at = 0; at < (widths[depth] ?? 0); at++) {
    const before = decisions.at(-1);
    const isDependent = needsEvery > 0 && at % needsEvery === needsEvery - 1 && before !== undefined;
    const goal = `${depth === 0 ? 'part' : description}-${at}`;
    const payload: SpawnPayload = {
      ...{ planId, goal, resourceScopes: [], projectRef: null, parallel: true, maxParallel: null, mergeStrategy: null },
      ...{ dependencies: isDependent ? [before.decisionId] : [], contextView: 'default' as const },
      ...{ strategyActor: null, executionActor, guidance: [], arguments: {} },
    };
    decisions.push({
      ...{ decisionId: ulid(), planId, parentDecisionId: decisionRootId, type: 'subplan_parallel_spawn' as const },
      ...{ question: 'Who does it?', chosenOption: goal, alternatives: [], confidence: 1, rationale: 'It is a part.' },
      ...{ payload, dependsOn: [], artifacts: [], supersededBy: null },
      contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    });
  }
  return decisions;
}

async function work({ plan, call }: AgentTask, { runsEvery = 0 }: ScaleShape): Promise<DecisionDraft[]> {
  const at = Number(plan.description.split('-').at(-1));
  const path = `parts/${plan.description}.txt`;
  if (runsEvery > 0 && at % runsEvery === 0)
    await call('builtin/run', { argv: ['sh', '-c', `mkdir -p parts && echo ${at} > ${path}`] });
  else await call('builtin/write', { path, content: `${at}\n` });
  return [];
}

function writeFiles(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < files; at++) {
    const inside = join(folder, `folder${Math.floor(at / 100)}`);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `file${at}.txt`), `file ${at}\n`);
  }
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message=begin');
}

/**
 * Open files, sockets and pipes of this process. Files of /proc do not count: a look at other processes, under way at that
 * moment, holds them for an instant.
 */
function handles(): number {
  const isKept = (descriptor: string) => {
    try {
      return !readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('/proc/');
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isKept).length;
}

/**
 * Processes this one has started and what they started; those that end while it counts are not counted, nor is the spawn
 * server itself, which ends some seconds after its last program.
 */
function descendants(of = process.pid): number {
  const children = readdirSync(`/proc/${of}/task`).flatMap(task =>
    readFileSync(`/proc/${of}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.reduce(
    (all, child) => all + alive(() => Number(!isSpawnServer(child)) + descendants(Number(child))),
    0,
  );
}

/** The system cuts names of processes to 15 characters. */
function isSpawnServer(pid: string): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'latin1').trim() === 'troupe-spawn-server'.slice(0, 15);
}

function alive(count: () => number): number {
  try {
    return count();
  } catch {
    return 0;
  }
}

/** Sandboxes that lie about, in the folder of their one project. */
function worktrees(sandboxes: string): number {
  return alive(() => readdirSync(sandboxes).reduce((all, name) => all + readdirSync(join(sandboxes, name)).length, 0));
}

function bytes(folder: string): number {
  return readdirSync(folder).reduce((all, name) => all + statSync(join(folder, name)).size, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
