import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { ProgramWatch } from '../../ports/checkout-watch.ts';
import { listTaggedProcesses, type TaggedProcess } from './tagged-processes.ts';

/** A program that is new is looked at soon; one that runs on, less and less often. */
const pauseMs = { first: 50, most: 1000 };

/** Clocks of files and processes differ by less. */
const slackMs = 50;

/** So many files one piece of work is remembered to have had open. */
const filesMax = 10_000;

/** The flags of fcntl.h in `/proc/PID/fdinfo/FD`: opened to write, or to read and write. */
const writing = 0o3;

/** The programs of one piece of work, as they were seen in checkouts. */
interface ObservedProgram {
  marker: string;
  roots: readonly (readonly string[])[];
  /** Absolute path of a file → the program that had it open to write. */
  open: Map<string, string>;
  /** Programs whose working folder was in a checkout, and when. */
  inside: Map<number, { program: string; root: string; from: number; to: number }>;
}

export interface FileWriters {
  watch(marker: string, roots: readonly string[]): Promise<ProgramWatch>;
  /** Has programs looked at while `run` runs one. */
  while<Result>(run: () => Promise<Result>): Promise<Result>;
}

/**
 * What programs of agents do in checkouts, by looking at them through /proc every now and then as long as one runs. What is
 * there for a shorter time than between two looks is not seen; on systems without /proc nothing is.
 */
export function createFileWriters(): FileWriters {
  const watches = new Set<ObservedProgram>();
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  let restMs = pauseMs.first;

  const plan = () => {
    clearTimeout(timer);
    if (running === 0 || watches.size === 0) return;
    timer = setTimeout(() => void look().finally(plan), restMs);
    timer.unref();
    restMs = Math.min(2 * restMs, pauseMs.most);
  };
  const look = async () => {
    const found = await listTaggedProcesses().catch((): TaggedProcess[] => []);
    for (const seen of watches) {
      const own = found.filter(({ tag }) => tag === seen.marker);
      await Promise.all(own.map(({ pid }) => observe(pid, seen)));
    }
  };
  const soon = () => {
    restMs = pauseMs.first;
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

/** A folder as it is named, and as the system names it. */
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

/** The checkout that a path is in, by the first of its names. */
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

/** A file that changed while a program worked in its checkout; of one that is gone the time is its folder's, which says little. */
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
