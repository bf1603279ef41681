import type { Io, ProcessSignal } from './io.ts';

/** Called when the user, or the system, wants the command to stop. */
export type InterruptHandler = (signal: ProcessSignal) => void;

export interface Interrupts {
  /** Calls `interruption` instead of ending the command. Returns how to remove it. */
  handle(interruption: InterruptHandler): () => void;
  /** The user chose to continue: the next signal counts as the first again. */
  reset(): void;
  /** Aborts on the first SIGTERM: waits for other processes must end. */
  readonly terminated: AbortSignal;
  /** Rejects with the signal when there is no handler: the command must end. */
  readonly ended: Promise<never>;
  release(): void;
}

/** Thrown by a command without a handler. */
export class InterruptedError extends Error {
  readonly signal: ProcessSignal;

  constructor(signal: ProcessSignal) {
    super(`Interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

export function exitCodeOf(signal: ProcessSignal): number {
  return signal === 'SIGINT' ? 130 : 143;
}

/** The first signal is handled; a second one of its kind ends everything at once. */
export function watchInterrupts(io: Io): Interrupts {
  const counts: Record<ProcessSignal, number> = { SIGINT: 0, SIGTERM: 0 };
  const terminated = new AbortController();
  let handler: InterruptHandler | null = null;
  let end: (reason: InterruptedError) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // The rejection may come while nothing awaits it.
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
