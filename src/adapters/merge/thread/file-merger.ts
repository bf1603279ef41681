import { MessageChannel, Worker } from 'node:worker_threads';
import { type FileMerge, type MergeFileOptions, mergeFile } from '../merge-file.ts';
import { WorkMovedToThread } from '../text/work-budget.ts';
import { type JobName, type Jobs, jobs } from './jobs.ts';
import type { Answer, Question } from './merge-worker.ts';

/** Steps in the calling thread: about 20 ms. */
const hereMax = 500_000;
/** Large files are many objects for a short time: room for them saves half of the collector's work. */
const youngMegabytes = 64;

/** Merges files without blocking the thread that asks. */
export interface FileMerger {
  /** As {@link mergeFile}: the same answer, wherever it is found. */
  merge(options: MergeFileOptions): Promise<FileMerge>;
  /** Ends its thread; what is asked for afterwards is done in the calling one. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Merges files in the calling thread where that takes up to about 20 ms, and otherwise in one of its own, which begins
 * with the first such file, does not keep the program running while nothing is asked of it, and ends with `close`.
 *
 * Steps are counted, not time, so which thread it is depends on the files alone. A thread that cannot be started or dies
 * is done without: the answer is then found in the calling thread.
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

/** Does jobs here, and from a certain size on in a worker. */
export class MergeThread {
  private worker: Worker | null = null;
  private closed = false;
  /** What to do where the worker dies: its open questions are answered here. */
  private readonly open = new Set<() => void>();

  /** How many jobs the other thread has done. */
  elsewhere = 0;

  async run<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Jobs[Name]['output']> {
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

  /** null where there is no thread that answers. */
  private ask<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Answer<Name> | null> {
    const worker = this.begun();
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

  private begun(): Worker | null {
    if (this.closed) return null;
    this.worker ??= this.begin();
    return this.worker;
  }

  private begin(): Worker {
    const worker = new Worker(program, {
      // What the program was started with (a loader, a test runner) is nothing to the thread.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    // An open question keeps the program running by its port, an idle thread does not.
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
