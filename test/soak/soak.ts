/**
 * A tree of plans with real sandboxes whose process is killed at random moments, its boot included, and started again
 * until the result is applied. The outcome must equal that of an undisturbed run, with no leftovers.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { seededRandom } from '../seed.ts';
import { type Leftovers, type Observations, observe } from './observations.ts';
import { countPlans, createAction, type SoakShape, writeFiles } from './workload.ts';

export interface SoakOptions {
  /** The compiled child. */
  program: string;
  /** An empty folder of its own. */
  directory: string;
  /** A PostgreSQL server, on which each round has a store of its own. null: the stores are on LevelDB. @default null */
  url?: string | null;
  shape: SoakShape;
  seed: number;
  kills: number;
  /** The longest that a process may live before it is killed: from its start, or, of every other one, from when Troupe is open. */
  lifeMs: number;
  report?: (line: string) => void;
}

export interface SoakReport {
  seed: number;
  plans: number;
  kills: number;
  /** Kills before Troupe was open. */
  killsInBoot: number;
  /** How often the whole tree was brought to its end. */
  rounds: number;
  /** How long the undisturbed run took. */
  undisturbedMs: number;
  ms: number;
  tree: string;
  leftovers: Leftovers;
  /** What went wrong; empty when every promise held. */
  violations: string[];
}

/** A process waits as long for a store on PostgreSQL whose owner was killed. */
const leaseMs = 500;

export async function runSoak({
  program,
  directory,
  url = null,
  shape,
  seed,
  kills,
  lifeMs,
  report = () => {},
}: SoakOptions): Promise<SoakReport> {
  const random = seededRandom(seed);
  const started = performance.now();
  const expected = await round('undisturbed', () => null);
  const verdict: SoakReport = {
    ...{ seed, plans: countPlans(shape), kills: 0, killsInBoot: 0, rounds: 0 },
    undisturbedMs: Math.round(performance.now() - started),
    ms: 0,
    tree: expected.testimony.tree,
    leftovers: expected.leftovers,
    violations: describeLeftovers('undisturbed', expected.leftovers),
  };
  while (verdict.kills < kills && verdict.violations.length === 0) {
    const name = `round ${++verdict.rounds}`;
    const found = await round(name, () => (verdict.kills < kills ? random() * lifeMs : null));
    verdict.leftovers = found.leftovers;
    verdict.violations.push(
      ...describeLeftovers(name, found.leftovers),
      ...differences(name, expected.testimony, found.testimony),
    );
  }
  return { ...verdict, ms: Math.round(performance.now() - started) };

  /** Brings one tree to its end, however many lives that takes. */
  async function round(name: string, lifespan: () => number | null) {
    const folder = join(directory, name.replace(' ', '-'));
    prepare(folder, shape);
    const database = url === null ? null : { url, schema: name.replace(' ', '_'), leaseMs };
    for (let done = false, fromStart = false; !done; fromStart = !fromStart) {
      const words = [program, folder, JSON.stringify(database)];
      const life = await runProcess(words, { lifeMs: lifespan(), fromStart });
      done = life.done;
      if (!done && life.killed) {
        verdict.kills += 1;
        if (!life.ready) verdict.killsInBoot += 1;
        if (verdict.kills % 10 === 0)
          report(`${name}: ${verdict.kills} kills, ${verdict.killsInBoot} of them in the boot`);
      }
      if (!done && !life.killed) throw new Error(`${name}: the process ended by itself: ${life.errors}`);
    }
    const found = await observe(folder, database);
    rmSync(folder, { recursive: true, force: true });
    return found;
  }
}

interface ProcessRun {
  ready: boolean;
  done: boolean;
  killed: boolean;
  errors: string;
}

/** One run of the child: until it has finished, or is killed after `lifeMs` from its start, or from when Troupe is open. */
async function runProcess(
  words: readonly string[],
  { lifeMs, fromStart }: { lifeMs: number | null; fromStart: boolean },
): Promise<ProcessRun> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const life: ProcessRun = { ready: false, done: false, killed: false, errors: '' };
  let killer: NodeJS.Timeout | undefined;
  const startKiller = () => {
    if (lifeMs === null) return;
    killer ??= setTimeout(() => {
      life.killed = child.kill('SIGKILL');
    }, lifeMs);
  };
  if (fromStart) startKiller();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    life.errors += text;
  });
  createInterface({ input: child.stdout }).on('line', line => {
    Object.assign(life, JSON.parse(line));
    startKiller();
  });
  await new Promise(resolve => child.once('close', resolve));
  clearTimeout(killer);
  return life;
}

function prepare(folder: string, shape: SoakShape): void {
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  writeFiles(project, shape);
  writeFileSync(join(folder, 'action.json'), JSON.stringify(createAction(shape)));
  const git = (...words: string[]) => execFileSync('git', words, { cwd: project });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message=begin');
}

export function describeLeftovers(name: string, leftovers: object): string[] {
  return Object.entries(leftovers).flatMap(([kind, found]) =>
    found.length > 0 ? [`${name}: left-over ${kind}: ${found.slice(0, 5).join(', ')}`] : [],
  );
}

/** What two runs of the same work should have in common and do not. */
export function differences(name: string, expected: Observations, found: Observations): string[] {
  const differing: string[] = [];
  if (found.tree !== expected.tree) differing.push(`${name}: the tree is ${found.tree}, not ${expected.tree}`);
  if (found.commits !== expected.commits) differing.push(`${name}: ${found.commits} commits, not ${expected.commits}`);
  if (!isDeepStrictEqual(found.refs, expected.refs))
    differing.push(`${name}: refs ${JSON.stringify(found.refs)}, not ${JSON.stringify(expected.refs)}`);
  for (const goal of new Set([...Object.keys(expected.plans), ...Object.keys(found.plans)])) {
    const [wanted, is] = [expected.plans[goal], found.plans[goal]];
    if (!isDeepStrictEqual(wanted, is))
      differing.push(`${name}: "${goal}" became ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
  }
  return differing;
}
