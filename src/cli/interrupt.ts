import type { Io, Signal } from './io.ts';

/** What to do when a person, or the system, wants the command to stop. */
export type InterruptHandler = (signal: Signal) => void;

export interface Interrupts {
  /** While it is held, this is asked first in place of ending the command. Returns how to let go. */
  handle(interruption: InterruptHandler): () => void;
  /** The person chose to go on: the next signal is a first one again. */
  reset(): void;
  /** Aborts at the first SIGTERM: whoever waits for others is to wait no longer. */
  readonly terminated: AbortSignal;
  /** Rejects with the signal when nobody holds: the command is to end. */
  readonly ended: Promise<never>;
  release(): void;
}

/** Thrown through a command that nothing held. */
export class InterruptedError extends Error {
  readonly signal: Signal;

  constructor(signal: Signal) {
    super(`Interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

export function exitCodeOf(signal: Signal): number {
  return signal === 'SIGINT' ? 130 : 143;
}

/** The first signal asks; the second of its kind ends everything at once. */
export function watchInterrupts(io: Io): Interrupts {
  const counts: Record<Signal, number> = { SIGINT: 0, SIGTERM: 0 };
  const terminated = new AbortController();
  let handler: InterruptHandler | null = null;
  let end: (reason: InterruptedError) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // Nobody may be waiting at the moment it rejects.
  ended.catch(() => undefined);
  const release = io.onSignal(signal => {
    counts[signal] += 1;
    if (signal === 'SIGTERM') terminated.abort();
    if (counts[signal] > 1) io.kill(exitCodeOf(signal));
    else if (handler === null) end(new InterruptedError(signal));
    else handler(signal);
  });
  return {
    ended,
    terminated: terminated.signal,
    release,
    handle(interruption) {
      handler = interruption;
      return () => {
        handler = null;
      };
    },
    reset() {
      counts.SIGINT = 0;
    },
  };
}
