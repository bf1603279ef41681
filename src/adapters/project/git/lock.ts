/**
 * A lock between processes, as a file.
 *
 * L1. The file appears with its whole content (`link`), so no process leaves a partial claim: a partial file comes
 *     from a machine that lost power, and has no owner.
 * L2. The claim of a dead process is removed only by the holder of the removal lock (`<file>.b`), which is a lock
 *     like this one; so no two processes remove the same claim, and no live claim is removed.
 * L3. Waiting is bounded.
 */

import { randomUUID } from 'node:crypto';
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { hasCode } from '../../../model/caught-error.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { parseJson } from '../../../model/json.ts';
import { shellQuote } from '../../../model/shell-quote.ts';
import { tempName } from './temp-files.ts';

export interface LockOptions {
  /** @default 60_000 */
  waitMs?: number;
  /** Purpose of the lock, shown to waiting processes. */
  purpose?: string;
}

const LockClaim = z.object({
  pid: z.number().int().positive(),
  /** Start time of the process, in system ticks: a later process with the same pid is a different one. */
  started: z.string().nullable(),
  /** Pids are meaningless on another machine or in another container: their claims are never removed. */
  host: z.string(),
  purpose: z.string(),
  nonce: z.string(),
});
type LockClaim = z.infer<typeof LockClaim>;

type LockState = LockClaim | 'half' | null;

/** Waits for the lock and holds it until disposed. @throws {TroupeError} LOCK_CONFLICT naming the holder */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  const { waitMs = 60_000, purpose = 'work on the repository' } = options;
  const nonce = randomUUID();
  const claim: LockClaim = { pid: process.pid, started: await startOf(process.pid), host: hostname(), purpose, nonce };
  const draft = tempName(file);
  await writeFile(draft, JSON.stringify(claim));
  try {
    const deadline = performance.now() + waitMs;
    while (!(await linkIfAbsent(draft, file))) {
      const held = await read(file);
      if (held !== null && (held === 'half' || !(await isAlive(held)))) await removeDeadLock(file, held, options);
      else if (performance.now() > deadline) throw lockBusyError(file, held);
      else await pause(3 + Math.random() * 9);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { [Symbol.asyncDispose]: () => unlink(file) };
}

async function removeDeadLock(file: string, dead: LockClaim | 'half', options: LockOptions): Promise<void> {
  await using _breaking = await acquireLock(`${file}.b`, options);
  const held = await read(file);
  if (held !== null && nonceOf(held) === nonceOf(dead)) await unlink(file);
}

const nonceOf = (claim: LockClaim | 'half') => (claim === 'half' ? null : claim.nonce);

/** Links a file under a name; false when there is one of that name. */
export async function linkIfAbsent(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** null when there is none, or it is unreadable. */
async function read(file: string): Promise<LockState> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = LockClaim.safeParse(parseJson(text));
  return parsed.success ? parsed.data : 'half';
}

async function isAlive({ pid, started, host }: LockClaim): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user, so it exists.
    if (!hasCode(error, 'EPERM')) return false;
  }
  const now = await startOf(pid);
  return now === null || started === null || now === started;
}

/** Where the system shows it (Linux); elsewhere the pid must do. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The program's name is in parentheses and may contain spaces; the fields after it do not.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function lockBusyError(file: string, held: LockState): TroupeError {
  const who =
    held === null || held === 'half' ? 'another process' : `process ${held.pid} on ${held.host} (${held.purpose})`;
  return new TroupeError('LOCK_CONFLICT', `${who} has been working on the repository for too long`, {
    where: file,
    hints: [`rm ${shellQuote(file)}  # when that process no longer runs`, commandHint('doctor')],
  });
}
