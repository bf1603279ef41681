import { ask } from '../ask.ts';
import type { Io } from '../io.ts';
import { absorb, running as atWork, type Board } from './board.ts';
import { elapsed } from './elapsed.ts';
import { howFar } from './estimate.ts';
import type { Progress } from './progress.ts';
import { count, sentenceOf } from './sentence.ts';

/** How long nothing may be heard before a line says that work goes on: runners end silent jobs. */
export const heartbeatMs = 30_000;

/**
 * Progress for logs and pipes: one line per event, and a heartbeat. Nothing already printed is touched again: while a
 * question is open, lines are held back until it is answered.
 */
export function lineProgress(io: Io, options: { verbose: boolean }): Progress {
  const board: Board = new Map();
  const started = io.now();
  let heard = started;
  let held: (() => void)[] | null = null;
  const above = (write: () => void) => (held === null ? write() : void held.push(write));
  const write = (line: string) => {
    heard = io.now();
    above(() => io.stderr.write(`${line}\n`));
  };
  const stop = io.every(1_000, () => {
    if (io.now() - heard < heartbeatMs) return;
    const far = howFar(board, io.now());
    const running = count(atWork(board).length, 'plan');
    write(`still at work: ${running} running after ${elapsed(io.now() - started)}${far === '' ? '' : `; ${far}`}`);
  });
  return {
    see(event) {
      absorb(board, event);
      const sentence = sentenceOf(event, board);
      if (sentence !== null && (!sentence.detail || options.verbose)) write(sentence.text);
    },
    know: event => absorb(board, event),
    takeKeys: () => () => undefined,
    async ask(question, { signal }) {
      held = [];
      try {
        return await askLine(io, question, signal);
      } finally {
        const late = held;
        held = null;
        for (const each of late) each();
      }
    },
    above,
    close: stop,
  };
}

/** Nothing at all, but for questions. */
export function silentProgress(io: Io): Progress {
  return {
    see() {},
    know() {},
    takeKeys: () => () => undefined,
    ask: (question, { signal }) => askLine(io, question, signal),
    above: write => write(),
    close() {},
  };
}

async function askLine(io: Io, question: string, signal: AbortSignal): Promise<string | null | undefined> {
  try {
    return await ask(io, question, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    io.stderr.write('\n');
    return undefined;
  }
}
