import type { Io } from '../io.ts';
import { absorb, running as atWork, type Board } from './board.ts';
import { elapsed } from './elapsed.ts';
import { howFar } from './estimate.ts';
import type { Progress } from './progress.ts';
import { count, sentenceOf } from './sentence.ts';

/** How long nothing may be heard before a line says that work goes on: runners end silent jobs. */
export const heartbeatMs = 30_000;

/** Progress for logs and pipes: one line per event, and a heartbeat. Nothing already printed is touched again. */
export function lineProgress(io: Io, options: { verbose: boolean }): Progress {
  const board: Board = new Map();
  const started = io.now();
  let heard = started;
  const write = (line: string) => {
    heard = io.now();
    io.stderr.write(`${line}\n`);
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
    pause() {},
    resume() {},
    close: stop,
  };
}
