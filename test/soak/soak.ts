/**
 * A tree of plans with real sandboxes whose process is killed at random moments, its boot included, and started again
 * until the result is applied. It must come to the same as a run that nobody disturbed, and leave nothing behind.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { seeded } from '../seed.ts';
import { type Stray, type Testimony, testify } from './testimony.ts';
import { actionOf, layFiles, plansIn, type Shape } from './work.ts';

export interface Soak {
  /** The compiled victim. */
  program: string;
  /** An empty folder of its own. */
  directory: string;
  shape: Shape;
  seed: number;
  kills: number;
  /** The longest a life may last before it is killed. */
  lifeMs: number;
  tell?: (line: string) => void;
}

export interface Verdict {
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
  stray: Stray;
  /** What went wrong; empty when every promise held. */
  broken: string[];
}

export async function soak({
  program,
  directory,
  shape,
  seed,
  kills,
  lifeMs,
  tell = () => {},
}: Soak): Promise<Verdict> {
  const random = seeded(seed);
  const started = performance.now();
  const expected = await round('undisturbed', async () => null);
  const verdict: Verdict = {
    ...{ seed, plans: plansIn(shape), kills: 0, killsInBoot: 0, rounds: 0 },
    undisturbedMs: Math.round(performance.now() - started),
    ms: 0,
    tree: expected.testimony.tree,
    stray: expected.stray,
    broken: strayIn('undisturbed', expected.stray),
  };
  while (verdict.kills < kills && verdict.broken.length === 0) {
    const name = `round ${++verdict.rounds}`;
    const found = await round(name, async () => (verdict.kills < kills ? random() * lifeMs : null));
    verdict.stray = found.stray;
    verdict.broken.push(...strayIn(name, found.stray), ...differences(name, expected.testimony, found.testimony));
  }
  return { ...verdict, ms: Math.round(performance.now() - started) };

  /** Brings one tree to its end, however many lives that takes. */
  async function round(name: string, lifespan: () => Promise<number | null>) {
    const folder = join(directory, name.replace(' ', '-'));
    prepare(folder, shape);
    for (let done = false; !done; ) {
      const life = await live(program, folder, await lifespan());
      done = life.done;
      if (!done && life.killed) {
        verdict.kills += 1;
        if (!life.ready) verdict.killsInBoot += 1;
        if (verdict.kills % 10 === 0)
          tell(`${name}: ${verdict.kills} kills, ${verdict.killsInBoot} of them in the boot`);
      }
      if (!done && !life.killed) throw new Error(`${name}: the process ended by itself: ${life.errors}`);
    }
    const found = await testify(folder);
    rmSync(folder, { recursive: true, force: true });
    return found;
  }
}

interface Life {
  ready: boolean;
  done: boolean;
  killed: boolean;
  errors: string;
}

/** One life of the victim: until it has finished, or is killed after `lifespan` milliseconds. */
async function live(program: string, folder: string, lifespan: number | null): Promise<Life> {
  const victim = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const life: Life = { ready: false, done: false, killed: false, errors: '' };
  victim.stderr.setEncoding('utf8').on('data', (text: string) => {
    life.errors += text;
  });
  createInterface({ input: victim.stdout }).on('line', line => Object.assign(life, JSON.parse(line)));
  const kill = () => {
    life.killed = victim.kill('SIGKILL');
  };
  const killer = lifespan === null ? undefined : setTimeout(kill, lifespan);
  await new Promise(resolve => victim.once('close', resolve));
  clearTimeout(killer);
  return life;
}

function prepare(folder: string, shape: Shape): void {
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  layFiles(project, shape);
  writeFileSync(join(folder, 'action.json'), JSON.stringify(actionOf(shape)));
  const git = (...words: string[]) => execFileSync('git', words, { cwd: project });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message=begin');
}

function strayIn(name: string, stray: Stray): string[] {
  return Object.entries(stray).flatMap(([kind, found]) =>
    found.length > 0 ? [`${name}: stray ${kind}: ${found.slice(0, 5).join(', ')}`] : [],
  );
}

function differences(name: string, expected: Testimony, found: Testimony): string[] {
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
