import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { TroupeError } from '../../../model/errors.ts';

/** Parses one answer from the bytes so far: returns the value and the used bytes, or the minimum number of bytes needed. */
export type Parse<T> = (bytes: Buffer) => { value: T; used: number } | { needs: number };

interface PendingRequest {
  take(bytes: Buffer): { used: number } | { needs: number };
  fail(error: TroupeError): void;
}

const errorTail = 4000;
/** Longer than any merge takes, in milliseconds: only a git that hangs is silent for this long. */
export const timeoutDefaultMs = 300_000;

/**
 * A long-running git command: requests go to its stdin, answers come back in order. An idle one does not keep the
 * program alive.
 */
export interface GitBatchProcess {
  /** Whether it takes requests: false once it has ended, or did not answer. */
  readonly alive: boolean;
  /**
   * Writes a request, and parses its answer.
   * @param timeoutMs how long the answer may take, in milliseconds
   * @throws {TroupeError} GIT_FAILED when git cannot be started, dies, or answers in an unknown form; TIMED_OUT
   */
  request<T>(text: string | Buffer, parse: Parse<T>, timeoutMs?: number): Promise<T>;
  /** Ends it and waits until it has exited; pending requests fail. */
  close(): Promise<void>;
}

/** @param words the arguments of the child, for errors */
export function openGitBatchProcess(child: ChildProcessWithoutNullStreams, words: readonly string[]): GitBatchProcess {
  const pending: PendingRequest[] = [];
  let stderr = '';
  let error: TroupeError | null = null;
  const end = (reason: TroupeError) => {
    error ??= reason;
    for (const request of pending.splice(0)) request.fail(error);
  };
  const kill = (reason: TroupeError) => {
    end(reason);
    child.kill('SIGKILL');
  };
  const errorOf = (what: string) => plumbingError(words, what, stderr);

  const answer = createAnswerReader(pending);
  child.stdout.on('data', (chunk: Buffer) => {
    try {
      answer(chunk);
    } catch (thrown) {
      return kill(errorOf((thrown as Error).message));
    }
    if (pending.length === 0) holdProgram(child, false);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-errorTail);
  });
  // After a write to a process that just died, the exit is a better error than EPIPE.
  child.stdin.on('error', () => {});
  const gone = new Promise<void>(resolve => {
    child.on('error', ({ message }) => {
      end(errorOf(`git cannot be started: ${message}`));
      resolve();
    });
    child.on('close', (code, signal) => {
      end(errorOf(signal === null ? `git ended with code ${code}` : `git was killed by ${signal}`));
      resolve();
    });
  });
  holdProgram(child, false);

  return {
    get alive() {
      return error === null;
    },
    request(text, parse, timeoutMs = timeoutDefaultMs) {
      if (error !== null) return Promise.reject(error);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => kill(silentError(words, timeoutMs)), timeoutMs);
        pending.push(pendingRequest(parse, { resolve, reject, timer }));
        holdProgram(child, true);
        child.stdin.write(text);
      });
    },
    async close() {
      holdProgram(child, true);
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Returns a function that gives what arrives to the pending requests, in order. It throws what a parser throws. */
function createAnswerReader(pending: PendingRequest[]): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = 1;
  return chunk => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= needed) {
      const [request] = pending;
      if (request === undefined) return;
      const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      chunks = [bytes];
      const found = request.take(bytes);
      if ('needs' in found) {
        needed = found.needs;
        return;
      }
      pending.shift();
      chunks = [bytes.subarray(found.used)];
      held = bytes.length - found.used;
      needed = 1;
    }
  };
}

function pendingRequest<T>(
  parse: Parse<T>,
  { resolve, reject, timer }: { resolve(value: T): void; reject(error: TroupeError): void; timer: NodeJS.Timeout },
): PendingRequest {
  return {
    take(bytes) {
      const found = parse(bytes);
      if ('needs' in found) return found;
      clearTimeout(timer);
      resolve(found.value);
      return found;
    },
    fail(error) {
      clearTimeout(timer);
      reject(error);
    },
  };
}

/** Sets whether the child keeps this program alive. */
function holdProgram(child: ChildProcessWithoutNullStreams, isHeld: boolean): void {
  const { stdin, stdout, stderr } = child;
  // Pipes to a child process are sockets, although their types do not say so; those of Bun are not, and hold nothing.
  for (const one of [child, stdin as Partial<Socket>, stdout as Partial<Socket>, stderr as Partial<Socket>]) {
    if (isHeld) one.ref?.();
    else one.unref?.();
  }
}

/** Returns the error of a git process that failed. @param words its arguments */
export function plumbingError(words: readonly string[], what: string, stderr: string): TroupeError {
  const tooOld = /unknown option|^usage:/m.test(stderr);
  return new TroupeError('GIT_FAILED', tooOld ? 'this git is too old; 2.38 is the first that serves' : what, {
    where: `git ${words.join(' ')}`,
    hints: tooOld ? ['git --version'] : ['git fsck'],
    retriable: !tooOld,
    details: { stderr },
  });
}

/** Returns the error of a git process that was killed because it was silent for too long. */
export function silentError(words: readonly string[], timeoutMs: number): TroupeError {
  const message = `git has not answered for ${timeoutMs / 1000} s`;
  return new TroupeError('TIMED_OUT', message, {
    where: `git ${words.join(' ')}`,
    hints: ['git fsck'],
    retriable: false,
  });
}
