import type { ReadStream, WriteStream } from 'node:tty';
import type { SerializedError } from '../index.ts';

/** An output stream of the process, or of a test. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export type ProcessSignal = 'SIGINT' | 'SIGTERM';

/** Everything the command line uses from its process. */
export interface Io {
  stdout: OutputStream;
  stderr: OutputStream;
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  pid: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` at an interval until cancelled; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** Calls `listener` on each signal until removed. */
  onSignal(listener: (signal: ProcessSignal) => void): () => void;
  /** Does what Ctrl-C does, for a reader of single keys, which disables it in the terminal. */
  interrupt(): void;
  /** Does what Ctrl-Z does, for the same reason; calls back when this process continues. */
  suspend(back: () => void): void;
  /** Kills every process started from here, then this one, at once. */
  kill(exitCode: number): void;
  /** Starts this program in the background, in its own session; its output goes to a file. */
  spawnDetached(words: readonly string[], log: string): DetachedProcess;
  /** Sends a message to the process that started this one in the background; null in the foreground. */
  readonly parentProcess: ((message: DetachMessage) => void) | null;
  /** Opens a file in an editor; resolves with its exit code. */
  edit(program: string, file: string): Promise<number>;
  /** Opens a shell in a folder; resolves with its exit code. */
  shell(folder: string): Promise<number>;
  /** Runs a program with standard input until it exits or the limit is reached; resolves with its exit code. */
  notify(argv: readonly [string, ...string[]], input: string, limitMs: number): Promise<number>;
  /**
   * Sends JSON to a URL by POST without following redirects; resolves with the status.
   * @throws when it is not reached in time
   */
  post(url: string, body: string, limitMs: number): Promise<number>;
  /** A terminal for a full-screen UI; null when input or output is not a terminal. */
  readonly screen: { stdin: ReadStream; stdout: WriteStream } | null;
  /** Calls `listener` with uncaught errors and rejections until removed; the process continues. */
  onUncaught(listener: (error: unknown) => void): () => void;
  /** From now on `process.exit` throws wherever `contain` fails the work that called it. Returns how to undo this. */
  refuseExit(contain: (error: unknown) => string | null): () => void;
  /** Calls `listener` when the process exits, however it does, until removed. */
  onExit(listener: () => void): () => void;
  /** Sends SIGTERM to a process. */
  terminate(pid: number): void;
}

export interface DetachedProcess {
  pid: number;
  /** Its first message. */
  message: Promise<DetachMessage>;
}

/** A message of a background process to the one that started it. */
export type DetachMessage =
  | { type: 'begun'; planId: string }
  | { type: 'failed'; error: SerializedError }
  /** It exited without a message. */
  | { type: 'ended' };
