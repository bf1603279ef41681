import type { ReadStream, WriteStream } from 'node:tty';
import type { SerializedError } from '../index.ts';

/** Where text goes: a stream of the process, or a test's. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export type Signal = 'SIGINT' | 'SIGTERM';

/** All that the command line takes from the process it runs in. */
export interface Io {
  stdout: OutputStream;
  stderr: OutputStream;
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  pid: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back every so many milliseconds until taken back; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back at each signal until taken back. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /** What Ctrl-C does. For a reader of single keys, which keeps the terminal from doing it. */
  interrupt(): void;
  /** What Ctrl-Z does, for the same reason; calls back when this process is brought back. */
  suspend(back: () => void): void;
  /** Ends every process we started, then this one, at once. */
  kill(exitCode: number): void;
  /** Starts this program once more without a window, in a session of its own; what it prints goes to a file. */
  spawnDetached(words: readonly string[], log: string): DetachedProcess;
  /** Tells the window that started this process without one; null where there is a window. */
  readonly parentProcess: ((told: DetachMessage) => void) | null;
  /** Lets a person change a file with a program that takes its path; how that program ended. */
  edit(program: string, file: string): Promise<number>;
  /** Lets a person work in a shell in a folder; how it ended. */
  shell(folder: string): Promise<number>;
  /** Runs a program that is told something on its standard input, until it ends or is ended; how it did. */
  notify(argv: readonly [string, ...string[]], input: string, limitMs: number): Promise<number>;
  /** Sends JSON to an address by POST and takes no redirect; the status of the answer. @throws when it is not reached in time */
  post(url: string, body: string, limitMs: number): Promise<number>;
  /** A terminal that can be drawn on as a whole; null where input or output are something else. */
  readonly screen: { stdin: ReadStream; stdout: WriteStream } | null;
  /** Calls back with what nothing caught, in the process or in a promise, until removed; the process goes on. */
  onUncaught(listener: (error: unknown) => void): () => void;
  /** From now on `process.exit` throws wherever `contain` fails the work it is called in; returns how to take that back. */
  refuseExit(contain: (error: unknown) => string | null): () => void;
  /** Calls back when the process ends, however it does, until taken back. */
  onExit(listener: () => void): () => void;
  /** Asks a process to end: SIGTERM. */
  terminate(pid: number): void;
}

export interface DetachedProcess {
  pid: number;
  /** The first thing it has to tell. */
  message: Promise<DetachMessage>;
}

/** What a process without a window tells the one that started it. */
export type DetachMessage =
  | { type: 'begun'; planId: string }
  | { type: 'failed'; error: SerializedError }
  /** Without a word before. */
  | { type: 'ended' };
