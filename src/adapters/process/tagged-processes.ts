import { readdir } from 'node:fs/promises';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { coalesce } from '../coalesce.ts';
import { asDiskError } from '../fs/disk-error.ts';
import { listKernelThreads } from './kernel-threads.ts';
import { createProcFileReader, type ProcFileReader } from './read-proc-file.ts';

/** The variable by which all processes of a piece of work can be found, even after a crash. */
export const processTagVariable = 'TROUPE_PROCESS_TAG';

/** Distinguishes the descendants of one run from those of other runs for the same work. */
export const runIdVariable = 'TROUPE_RUN';

const pollMs = 20;
const termMs = 500;
const killMs = 2000;

/** Processes read in one turn of the event loop, which takes about a millisecond. */
const turnMax = 50;
const startingMs = 2;
const startingTries = 250;
/** Counted from the field after the state; the flags are PF_KTHREAD and PF_EXITING of the kernel. */
const flagsAt = 5;
const environmentEndAt = 47;
const kernelThread = 0x00200000;
const exiting = 0x4;

export interface EndOptions {
  /** Milliseconds that processes get to exit after TERM. @default 500 */
  termMs?: number;
  /** Where the system lists its processes; a system without it finds none. @default '/proc' */
  procDir?: string;
}

/** A process with a tag. */
export interface TaggedProcess {
  pid: number;
  /** The work it was started for. */
  tag: string;
  /** The run that started it; empty when unknown. */
  run: string;
}

/**
 * Kills every process with the tag, in any session or group: TERM, a delay, KILL, until none is left. Returns
 * how many there were. Uses /proc; without it nothing is found.
 */
export function killTaggedProcesses(marker: string, options: EndOptions = {}): Promise<number> {
  return killMatching(found => found.tag === marker, options);
}

/** The same for every tagged process that is `wanted`. */
export async function killMatching(
  wanted: (found: TaggedProcess) => boolean,
  options: EndOptions = {},
): Promise<number> {
  const seen = new Set<number>();
  const started = performance.now();
  const patience = options.termMs ?? termMs;
  for (;;) {
    const found = (await listTaggedProcesses(options)).filter(wanted);
    const elapsed = performance.now() - started;
    if (found.length === 0 || elapsed > patience + killMs) return seen.size;
    for (const { pid } of found) {
      if (elapsed >= patience) send(pid, 'SIGKILL');
      else if (!seen.has(pid)) send(pid, 'SIGTERM');
      seen.add(pid);
    }
    await pause(pollMs);
  }
}

/**
 * Returns every process that has a tag now. Calls during a scan share the next one.
 * @throws {TroupeError} TOO_MANY_FILES when the scan failed, because an incomplete result would be wrong
 */
export function listTaggedProcesses({ procDir = defaultProcDir }: EndOptions = {}): Promise<TaggedProcess[]> {
  return procDir === defaultProcDir ? defaultListing() : readProcesses(procDir);
}

const defaultProcDir = '/proc';
const defaultListing = coalesce(() => readProcesses(defaultProcDir));

async function readProcesses(procDir: string): Promise<TaggedProcess[]> {
  const entries = await readdir(procDir).catch(error => absentOr(error, procDir, []));
  const skipped = listKernelThreads(procDir);
  const pids = entries.filter(name => /^\d+$/.test(name) && !skipped.has(name)).map(Number);
  const files = createProcFileReader();
  const found: TaggedProcess[] = [];
  const add = (environ: Buffer | null, pid: number) => {
    const tagged = environ === null ? null : toTaggedProcess(environ, pid);
    if (tagged !== null) found.push(tagged);
  };
  const starting: number[] = [];
  for (const [at, pid] of pids.entries()) {
    if (at % turnMax === turnMax - 1) await nextTurn();
    if (pid === process.pid) continue;
    const folder = `${procDir}/${pid}`;
    const environ = readAt(files, folder, 'environ');
    if (environ?.length === 0 && isStarting(files, folder)) starting.push(pid);
    else add(environ, pid);
  }
  await Promise.all(starting.map(async pid => add(await waitForStart(`${procDir}/${pid}`), pid)));
  return found;
}

function toTaggedProcess(environ: Buffer, pid: number): TaggedProcess | null {
  if (!environ.includes(`${processTagVariable}=`)) return null;
  const lines = environ.toString().split('\0');
  const named = (name: string) => lines.find(line => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const marker = named(processTagVariable);
  return marker === undefined ? null : { pid, tag: marker, run: named(runIdVariable) ?? '' };
}

/** Returns the environment of a process that is in an exec, when it has one; null for a process that has exited. */
async function waitForStart(folder: string): Promise<Buffer | null> {
  const files = createProcFileReader();
  for (let tries = 0; ; tries++) {
    await pause(startingMs);
    const environ = readAt(files, folder, 'environ');
    if (environ === null || environ.length > 0 || tries === startingTries || !isStarting(files, folder)) return environ;
  }
}

/**
 * Returns whether a process is in an exec: for a moment its old environment is gone and its new one is not there yet,
 * so it seems to have no tag. Fields 3 and 51 of `stat`, proc_pid_stat(5): its state, and the end of its environment,
 * which kernel threads and exited processes do not have.
 */
function isStarting(files: ProcFileReader, folder: string): boolean {
  const stat = readAt(files, folder, 'stat')?.toString('latin1') ?? '';
  const [state = 'X', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const flags = Number(rest[flagsAt]);
  return !'ZX'.includes(state) && (flags & (kernelThread | exiting)) === 0 && rest[environmentEndAt] === '0';
}

/** Null for a process that has exited, or of another user. */
function readAt(files: ProcFileReader, folder: string, name: string): Buffer | null {
  try {
    return files.read(`${folder}/${name}`);
  } catch (error) {
    return absentOr(error, folder, null);
  }
}

const tooManyFiles = new Set<unknown>(['EMFILE', 'ENFILE']);

/** Returns `absent` for a file that does not exist or is not readable. @throws {TroupeError} TOO_MANY_FILES */
function absentOr<Absent>(error: unknown, where: string, absent: Absent): Absent {
  // Checked first: most processes of a machine can belong to others, and to describe the error of each is slow.
  if (!tooManyFiles.has((error as NodeJS.ErrnoException).code)) return absent;
  throw asDiskError(error, { where, what: 'The processes of this machine cannot be looked at' });
}

/** Sends a signal to a process, or with a negative number to a group; false when it does not exist. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
