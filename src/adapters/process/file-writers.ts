import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { ProgramWatch } from '../../ports/checkout-watch.ts';
import { listTaggedProcesses, type TaggedProcess } from './tagged-processes.ts';

/** A new program is checked soon; a long-running one less and less often. */
const pauseMs = { first: 50, most: 1000 };

/** The pause after a look is at least so many times as long as it took: many programs, or a busy machine, make it long. */
const pausePerLook = 4;

/** Clocks of files and processes differ by less than this. */
const slackMs = 50;

/** Maximum number of open files remembered per piece of work. */
const filesMax = 10_000;

/** The flags of fcntl.h in `/proc/PID/fdinfo/FD`: opened for writing, or for reading and writing. */
const writing = 0o3;

/** The programs of one piece of work, as observed in checkouts. */
interface ObservedProgram {
  marker: string;
  roots: readonly (readonly string[])[];
  /** Absolute path of a file → the program that had it open for writing. */
  open: Map<string, string>;
  /** Programs whose working folder was in a checkout, and when. */
  inside: Map<number, { program: string; root: string; from: number; to: number }>;
}

export interface FileWriters {
  watch(marker: string, roots: readonly string[]): Promise<ProgramWatch>;
  /** Observes programs while `run` runs one. */
  while<Result>(run: () => Promise<Result>): Promise<Result>;
}

/**
 * Observes what programs of agents do in checkouts, by reading /proc at intervals while one runs. Anything shorter
 * than an interval is missed; on systems without /proc nothing is observed.
 */
export function createFileWriters(): FileWriters {
  const watches = new Set<ObservedProgram>();
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  let restMs = pauseMs.first;
  let lookMs = 0;

  const plan = () => {
    clearTimeout(timer);
    if (running === 0 || watches.size === 0) return;
    timer = setTimeout(() => void look().finally(plan), restMs);
    timer.unref();
    restMs = Math.min(2 * restMs, pauseMs.most);
  };
  const look = async () => {
    const start = performance.now();
    const found = await listTaggedProcesses().catch((): TaggedProcess[] => []);
    for (const seen of watches) {
      const own = found.filter(({ tag }) => tag === seen.marker);
      await Promise.all(own.map(({ pid }) => observe(pid, seen)));
    }
    lookMs = performance.now() - start;
  };
  const soon = () => {
    restMs = Math.min(Math.max(pauseMs.first, pausePerLook * lookMs), pauseMs.most);
    plan();
  };

  return {
    async watch(marker, folders) {
      const roots = await Promise.all(folders.map(namesOf));
      const seen: ObservedProgram = { marker, roots, open: new Map(), inside: new Map() };
      watches.add(seen);
      soon();
      return {
        roots,
        evidence: paths => signsIn(seen, paths),
        workedIn: root => [...seen.inside.values()].some(each => each.root === root),
        stop() {
          watches.delete(seen);
          if (watches.size === 0) clearTimeout(timer);
        },
      };
    },
    async while(run) {
      running += 1;
      soon();
      try {
        return await run();
      } finally {
        running -= 1;
        if (running === 0) clearTimeout(timer);
      }
    },
  };
}

/** The folder's path as given, and as the system resolves it. */
async function namesOf(folder: string): Promise<string[]> {
  return [...new Set([folder, await realpath(folder).catch(() => folder)])];
}

async function observe(pid: number, seen: ObservedProgram): Promise<void> {
  const folder = `/proc/${pid}`;
  const at = Date.now();
  const [cwd, fds, name] = await Promise.all([
    readlink(`${folder}/cwd`).catch(() => ''),
    readdir(`${folder}/fd`).catch((): string[] => []),
    readFile(`${folder}/comm`, 'utf8').catch(() => ''),
  ]);
  const program = `process ${pid} (${name.trim()})`;
  const root = rootAbove(seen, cwd);
  if (root !== null) {
    const known = seen.inside.get(pid);
    seen.inside.set(pid, { program, root, from: known?.from ?? at, to: Date.now() });
  }
  for (const fd of fds) {
    const file = await readlink(`${folder}/fd/${fd}`).catch(() => '');
    if (rootAbove(seen, file) === null || seen.open.size >= filesMax) continue;
    const info = await readFile(`${folder}/fdinfo/${fd}`, 'utf8').catch(() => '');
    const [, flags = '0'] = /^flags:\s*(\d+)$/m.exec(info) ?? [];
    if ((Number.parseInt(flags, 8) & writing) !== 0) seen.open.set(file, program);
  }
}

/** Returns the checkout of a path, by its first name. */
function rootAbove({ roots }: ObservedProgram, path: string): string | null {
  const found = roots.find(names => names.some(name => path === name || path.startsWith(name + sep)));
  return found?.[0] ?? null;
}

async function signsIn(seen: ObservedProgram, paths: readonly string[]): Promise<Map<string, string>> {
  const signs = new Map<string, string>();
  for (const path of paths) {
    const sign = (await openSign(seen, path)) ?? (await insideSign(seen, path));
    if (sign !== null) signs.set(path, sign);
  }
  return signs;
}

async function openSign({ open, roots }: ObservedProgram, path: string): Promise<string | null> {
  for (const names of roots) {
    const below = names.find(name => path.startsWith(name + sep));
    if (below === undefined) continue;
    const program = names.map(name => open.get(name + path.slice(below.length))).find(found => found !== undefined);
    if (program !== undefined) return `${program} had it open to write`;
  }
  return null;
}

/**
 * Returns evidence for a file that changed while a program worked in its checkout; for a deleted file the time is
 * that of its folder, which is weak evidence.
 */
async function insideSign(seen: ObservedProgram, path: string): Promise<string | null> {
  const root = rootAbove(seen, path);
  const programs = [...seen.inside.values()].filter(each => each.root === root);
  if (programs.length === 0) return null;
  const changed = await stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => null,
  );
  const isDuring = ({ from, to }: { from: number; to: number }) =>
    changed === null || (changed >= from - pauseMs.most - slackMs && changed <= to + pauseMs.most + slackMs);
  const program = programs.find(isDuring);
  return program === undefined ? null : `${program.program} worked in ${root} when it changed`;
}
