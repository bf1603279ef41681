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
export class GitBatchProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly args: readonly string[];
  private readonly pending: PendingRequest[] = [];
  private readonly gone: Promise<void>;
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 1;
  private errors = '';
  private error: TroupeError | null = null;

  /** @param words the arguments of the child, for errors */
  constructor(child: ChildProcessWithoutNullStreams, words: readonly string[]) {
    this.args = words;
    this.child = child;
    this.child.stdout.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString('utf8')).slice(-errorTail);
    });
    // After a write to a process that just died, the exit is a better error than EPIPE.
    this.child.stdin.on('error', () => {});
    this.gone = new Promise(resolve => {
      this.child.on('error', error => {
        this.end(this.errorOf(`git cannot be started: ${error.message}`));
        resolve();
      });
      this.child.on('close', (code, signal) => {
        this.end(this.errorOf(signal === null ? `git ended with code ${code}` : `git was killed by ${signal}`));
        resolve();
      });
    });
    this.keepProcessAlive(false);
  }

  get alive(): boolean {
    return this.error === null;
  }

  /** @throws {TroupeError} GIT_FAILED when git cannot be started, dies, or answers in an unknown form; TIMED_OUT. */
  request<T>(words: string | Buffer, parse: Parse<T>, patienceMs = timeoutDefaultMs): Promise<T> {
    if (this.error !== null) return Promise.reject(this.error);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(patienceMs), patienceMs);
      const take = (bytes: Buffer) => {
        const found = parse(bytes);
        if ('needs' in found) return found;
        clearTimeout(timer);
        resolve(found.value);
        return found;
      };
      const fail = (error: TroupeError) => {
        clearTimeout(timer);
        reject(error);
      };
      this.pending.push({ take, fail });
      this.keepProcessAlive(true);
      this.child.stdin.write(words);
    });
  }

  /** Ends it and waits until it has exited; pending requests fail. */
  async close(): Promise<void> {
    this.keepProcessAlive(true);
    this.child.kill('SIGKILL');
    await this.gone;
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
    while (this.pending.length > 0 && this.held >= this.needed) {
      const bytes = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
      this.chunks = [bytes];
      try {
        const found = (this.pending[0] as PendingRequest).take(bytes);
        if ('needs' in found) {
          this.needed = found.needs;
          return;
        }
        this.pending.shift();
        this.chunks = [bytes.subarray(found.used)];
        this.held = bytes.length - found.used;
        this.needed = 1;
      } catch (error) {
        this.end(this.errorOf((error as Error).message));
        this.child.kill('SIGKILL');
        return;
      }
    }
    if (this.pending.length === 0) this.keepProcessAlive(false);
  }

  private giveUp(patienceMs: number): void {
    this.end(silentError(this.args, patienceMs));
    this.child.kill('SIGKILL');
  }

  private end(error: TroupeError): void {
    this.error ??= error;
    for (const question of this.pending.splice(0)) question.fail(this.error);
  }

  private errorOf(what: string): TroupeError {
    return plumbingError(this.args, what, this.errors);
  }

  private keepProcessAlive(held: boolean): void {
    const { stdin, stdout, stderr } = this.child;
    // Pipes to a child process are sockets, although their types do not say so.
    for (const one of [this.child, stdin as Socket, stdout as Socket, stderr as Socket]) {
      if (held) one.ref();
      else one.unref();
    }
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
