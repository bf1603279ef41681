import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { DetachMessage, Io, ProcessSignal } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface TestTerminalOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Whether it is interactive. @default false */
  tty?: boolean;
  columns?: number;
  rows?: number;
  /** Receives the messages of a detached command. @default it is attached */
  parentProcess?: (message: DetachMessage) => void;
  /** The screen to draw on. @default none */
  screen?: Io['screen'];
}

/** A terminal driven by a test, which reads the output, and controls the time and the signals. */
export interface TestTerminal extends Io {
  stdin: PassThrough & { readonly isTTY: boolean };
  out(): string;
  err(): string;
  /** Types one line. */
  type(line: string): void;
  /** Ends the input. */
  endInput(): void;
  /** Advances the time, and runs the timers that are due. */
  advance(ms: number): void;
  signal(signal: ProcessSignal): void;
  /** Raises an uncaught error. */
  raiseUncaught(error: unknown): void;
  /** Calls the exit listeners. */
  exit(): void;
  /** Exit codes it was killed with. */
  killCodes: number[];
  /** The detached commands it started: in this process, each with a terminal of its own. */
  backgroundCommands: { io: TestTerminal; done: Promise<number> }[];
  /** Resolves once `text` has been printed to standard error. */
  waitForError(text: string): Promise<void>;
}

export function createTerminal(options: TestTerminalOptions = {}): TestTerminal {
  const { cwd = '/', env = {}, tty = false, columns = 80, rows = 24, parentProcess = null, screen = null } = options;
  let out = '';
  let err = '';
  let time = Date.parse('2026-11-21T10:00:00.000Z');
  const timers = new Set<{ due: number; ms: number; callback: () => void }>();
  const listeners = new Set<(signal: ProcessSignal) => void>();
  const waiting = new Set<{ text: string; found: () => void }>();
  const killed: number[] = [];
  const exits = new Set<() => void>();
  const uncaught = new Set<(error: unknown) => void>();
  const backgrounds: TestTerminal['backgroundCommands'] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: tty });
  const resolveWaiting = () => {
    for (const wait of waiting) {
      if (!err.includes(wait.text)) continue;
      waiting.delete(wait);
      wait.found();
    }
  };
  return {
    stdin,
    stdout: {
      isTTY: tty,
      columns,
      write: text => {
        out += text;
      },
    },
    stderr: {
      isTTY: tty,
      columns,
      rows,
      write: text => {
        err += text;
        resolveWaiting();
      },
    },
    env,
    cwd,
    pid: process.pid,
    killCodes: killed,
    now: () => time,
    every(ms, callback) {
      const timer = { due: time + ms, ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    edit: async (program, file) => spawnSync('sh', ['-c', `${program} "$1"`, 'sh', file]).status ?? 1,
    shell: async folder => spawnSync('sh', { cwd: folder }).status ?? 1,
    post: async () => 404,
    notify: async ([program, ...words], input) => spawnSync(program, words, { input }).status ?? 1,
    screen,
    refuseExit: () => () => undefined,
    onUncaught(listener) {
      uncaught.add(listener);
      return () => uncaught.delete(listener);
    },
    raiseUncaught(error) {
      for (const listener of [...uncaught]) listener(error);
    },
    onExit(listener) {
      exits.add(listener);
      return () => exits.delete(listener);
    },
    interrupt: () => {
      for (const listener of [...listeners]) listener('SIGINT');
    },
    suspend: back => back(),
    kill: code => killed.push(code),
    parentProcess,
    terminate() {
      for (const { io } of backgrounds) io.signal('SIGTERM');
    },
    exit() {
      for (const listener of [...exits]) listener();
    },
    backgroundCommands: backgrounds,
    spawnDetached(words) {
      let sendToParent: (detachMessage: DetachMessage) => void = () => undefined;
      const firstMessage = new Promise<DetachMessage>(resolve => {
        sendToParent = resolve;
      });
      const io = createTerminal({ cwd, env, parentProcess: sendToParent });
      const done = main(words, io);
      void done.then(() => sendToParent({ type: 'ended' }));
      backgrounds.push({ io, done });
      return { pid: process.pid, message: firstMessage };
    },
    out: () => out,
    err: () => err,
    type: line => stdin.write(`${line}\n`),
    endInput: () => stdin.end(),
    advance(ms) {
      const until = time + ms;
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= until).sort((left, right) => left.due - right.due);
        if (next === undefined) break;
        time = next.due;
        next.due += next.ms;
        next.callback();
      }
      time = until;
    },
    signal: signal => {
      for (const listener of [...listeners]) listener(signal);
    },
    waitForError: text =>
      new Promise(found => {
        waiting.add({ text, found });
        resolveWaiting();
      }),
  };
}
