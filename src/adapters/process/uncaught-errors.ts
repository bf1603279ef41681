/**
 * Errors that a plan's work throws where no caller can catch them: in a timer, in a stream, in a promise without
 * handler. They fail the work they came from, and nothing else.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf } from '../../model/caught-error.ts';
import { TroupeError } from '../../model/errors.ts';
import { truncateEnd } from '../../model/truncate.ts';
import { toDiskError } from '../fs/disk-error.ts';

interface GuardedWork {
  planId: string;
  fail(error: unknown): void;
}

const current = new AsyncLocalStorage<GuardedWork>();

/** Runs work for a plan; an uncaught error of it also fails it, and aborts its signal. */
export async function guardWork<Result>(
  { planId, signal }: { planId: string; signal: AbortSignal },
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let fail: GuardedWork['fail'] = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = error => {
      const failure = errorOf(error);
      reject(failure);
      own.abort(failure);
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
 * For a handler of the process's `uncaughtException`: fails the plan whose work threw `error` with INTERNAL (or with
 * the error of a full disk or too many open files). Returns that plan's id; null when the error came from no plan's
 * work. Work that is already over is not changed.
 */
export function handleUncaught(error: unknown): string | null {
  const work = current.getStore();
  if (work === undefined) return null;
  work.fail(error);
  return work.planId;
}

function errorOf(error: unknown): TroupeError {
  if (TroupeError.is(error)) return error;
  const known = ofDisk(error);
  if (known !== undefined) return known;
  const message = messageOf(error);
  const stack = error instanceof Error ? truncateEnd(error.stack ?? '', 4_000) : '';
  return new TroupeError('INTERNAL', `An error that nothing caught ended this work: ${message}`, {
    details: { stack },
    cause: error,
  });
}

/** Returns the error of a full disk or too many open files; undefined for anything else. */
function ofDisk(error: unknown): TroupeError | undefined {
  if (TroupeError.is(error) || !(error instanceof Error && 'code' in error)) return undefined;
  return toDiskError(error, { where: pathOf(error), what: 'A file of this work cannot be written' });
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error ? String(error.path) : 'unknown';
}
