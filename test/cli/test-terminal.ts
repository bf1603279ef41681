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
  const output = createOutput();
  const { advance, now, every } = createTestTime();
  const signals = createListeners<[ProcessSignal]>();
  const exits = createListeners<[]>();
  const uncaught = createListeners<[unknown]>();
  const killed: number[] = [];
  const backgrounds: TestTerminal['backgroundCommands'] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: tty });
  return {
    stdin,
    stdout: { isTTY: tty, columns, write: output.writeOut },
    stderr: { isTTY: tty, columns, rows, write: output.writeError },
    env,
    cwd,
    pid: process.pid,
    killCodes: killed,
    now,
    every,
    onSignal: signals.add,
    edit: async (program, file) => spawnSync('sh', ['-c', `${program} "$1"`, 'sh', file]).status ?? 1,
    shell: async folder => spawnSync('sh', { cwd: folder }).status ?? 1,
    post: async () => 404,
    notify: async ([program, ...words], input) => spawnSync(program, words, { input }).status ?? 1,
    screen,
    refuseExit: () => () => undefined,
    onUncaught: uncaught.add,
    raiseUncaught: uncaught.call,
    onExit: exits.add,
    interrupt: () => signals.call('SIGINT'),
    suspend: back => back(),
    kill: code => killed.push(code),
    parentProcess,
    terminate() {
      for (const { io } of backgrounds) io.signal('SIGTERM');
    },
    exit: exits.call,
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
    out: output.out,
    err: output.error,
    type: line => stdin.write(`${line}\n`),
    endInput: () => stdin.end(),
    advance,
    signal: signals.call,
    waitForError: output.waitForError,
  };
}

function createListeners<Values extends unknown[]>() {
  const listeners = new Set<(...values: Values) => void>();
  return {
    /** Returns how to remove it. */
    add(listener: (...values: Values) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call(...values: Values): void {
      for (const listener of [...listeners]) listener(...values);
    },
  };
}

/** What was printed, and those who wait for something to be printed. */
function createOutput() {
  let out = '';
  let error = '';
  const waiting = new Set<{ text: string; found: () => void }>();
  const resolveWaiting = () => {
    for (const wait of waiting) {
      if (!error.includes(wait.text)) continue;
      waiting.delete(wait);
      wait.found();
    }
  };
  return {
    out: () => out,
    error: () => error,
    writeOut(text: string): void {
      out += text;
    },
    writeError(text: string): void {
      error += text;
      resolveWaiting();
    },
    waitForError: (text: string) =>
      new Promise<void>(found => {
        waiting.add({ text, found });
        resolveWaiting();
      }),
  };
}

/** The time, which passes only when the test advances it. */
function createTestTime() {
  let time = Date.parse('2026-11-21T10:00:00.000Z');
  const timers = new Set<{ due: number; ms: number; callback: () => void }>();
  return {
    now: () => time,
    every(ms: number, callback: () => void) {
      const timer = { due: time + ms, ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms: number): void {
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
  };
}
