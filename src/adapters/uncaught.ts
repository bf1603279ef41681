/**
 * What a plan's work throws where no caller can catch it: in a timer, in a stream, in a promise that nothing waits for. It
 * fails the work it came from, and nothing else.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { firstPart } from '../model/excerpt.ts';
import { Fault } from '../model/fault.ts';
import { faultOfDisk } from './fault-of-disk.ts';

interface Work {
  planId: string;
  fail(error: unknown): void;
}

const current = new AsyncLocalStorage<Work>();

/** Does work for a plan; it also ends with what `containUncaught` finds out about it, and its signal is aborted then. */
export async function guardWork<Result>(
  { planId, signal }: { planId: string; signal: AbortSignal },
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let fail: Work['fail'] = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = error => {
      const fault = faultOf(error);
      reject(fault);
      own.abort(fault);
    };
  });
  try {
    return await Promise.race([current.run({ planId, fail }, () => act(own.signal)), failed]);
  } catch (error) {
    throw ofDisk(error) ?? error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * For a handler of the process's `uncaughtException`: fails the plan in whose work `error` was thrown with INTERNAL (or with
 * what a full disk or too many open files mean). Returns that plan's id; null when the error came from no plan's work.
 * Work that is over by then is not changed.
 */
export function containUncaught(error: unknown): string | null {
  const work = current.getStore();
  if (work === undefined) return null;
  work.fail(error);
  return work.planId;
}

function faultOf(error: unknown): Fault {
  if (Fault.is(error)) return error;
  const known = ofDisk(error);
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? firstPart(error.stack ?? '', 4_000) : '';
  return new Fault('INTERNAL', `An error that nothing caught ended this work: ${message}`, {
    details: { stack },
    cause: error,
  });
}

/** What a full disk or too many open files mean; undefined for anything else, faults included. */
function ofDisk(error: unknown): Fault | undefined {
  if (Fault.is(error) || !(error instanceof Error && 'code' in error)) return undefined;
  return faultOfDisk(error, { where: pathOf(error), what: 'A file of this work cannot be written' });
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error ? String(error.path) : 'unknown';
}
