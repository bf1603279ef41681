import { MessageChannel, Worker } from 'node:worker_threads';
import type { FileMerge, MergeFileOptions } from '../file-merge.ts';
import type { mergeFile } from '../merge-file.ts';
import { WorkMovedToThread } from '../text/work-budget.ts';
import type { JobName, Jobs } from './jobs.ts';
import type { Answer, Question } from './merge-worker.ts';

/** Steps in the calling thread: about 20 ms. */
const hereMax = 500_000;
/** Large files create many short-lived objects: a larger young generation halves the garbage collector's work. */
const youngMegabytes = 64;

/** Merges files without blocking the calling thread. */
export interface FileMerger {
  /** Like {@link mergeFile}, with the same result in either thread. */
  merge(options: MergeFileOptions): Promise<FileMerge>;
  /** Ends its thread; later merges run in the calling one. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Merges files in the calling thread when that takes up to about 20 ms, else in a worker thread. The worker starts
 * with the first such file, does not keep the program running while idle, and ends with `close`.
 *
 * The decision counts steps, not time, so it depends on the files alone. If a thread cannot be started or dies, the
 * merge runs in the calling thread.
 *
 * @example
 * await using merger = openFileMerger();
 * const { clean, content } = await merger.merge({ path: 'package-lock.json', base, ours, theirs });
 */
export function openFileMerger(): FileMerger {
  const thread = new MergeThread();
  const close = () => thread.close();
  return { merge: options => thread.run('mergeFile', options), close, [Symbol.asyncDispose]: close };
}

/** Runs jobs here, and above a certain size in a worker. */
export class MergeThread {
  private worker: Worker | null = null;
  private jobs: typeof import('./jobs.ts')['jobs'] | null = null;
  private closed = false;
  /** Called when the worker dies: its open jobs then run here. */
  private readonly open = new Set<() => void>();

  /** Number of jobs that the other thread has done. */
  elsewhere = 0;

  async run<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Jobs[Name]['output']> {
    // Most plans of one agent merge nothing.
    this.jobs ??= (await import('./jobs.ts')).jobs;
    const { jobs } = this;
    try {
      return jobs[name](input, hereMax);
    } catch (error) {
      if (!(error instanceof WorkMovedToThread)) throw error;
    }
    const answer = await this.ask(name, input);
    if (answer === null) return jobs[name](input);
    this.elsewhere++;
    if ('error' in answer) throw new Error(`a merge failed in its thread: ${answer.error}`);
    return answer.output;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
    this.worker = null;
  }

  /** null when no thread answers. */
  private ask<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Answer<Name> | null> {
    const worker = this.startWorker();
    if (worker === null) return Promise.resolve(null);
    const { port1, port2 } = new MessageChannel();
    return new Promise(resolve => {
      const done = (answer: Answer<Name> | null) => {
        this.open.delete(giveUp);
        port1.close();
        resolve(answer);
      };
      const giveUp = () => done(null);
      this.open.add(giveUp);
      port1.once('message', done);
      const question: Question<Name> = { name, input, port: port2 };
      worker.postMessage(question, [port2]);
    });
  }

  private startWorker(): Worker | null {
    if (this.closed) return null;
    this.worker ??= this.begin();
    return this.worker;
  }

  private begin(): Worker {
    const worker = new Worker(program, {
      // Options that the program was started with (a loader, a test runner) do not apply to the thread.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    // An open job keeps the program running through its port, an idle thread does not.
    worker.unref();
    const gone = () => {
      if (this.worker === worker) this.worker = null;
      for (const giveUp of [...this.open]) giveUp();
    };
    worker.on('error', gone);
    worker.on('exit', gone);
    return worker;
  }
}

const isSource = import.meta.url.endsWith('.ts');
const program = new URL(isSource ? './from-source.mjs' : './merge-worker.js', import.meta.url);
