import { setTimeout as pause } from 'node:timers/promises';
import { TroupeError } from '../../model/errors.ts';

/** When to try again after an error of the connection. */
interface RetryUntilReached {
  pauseMs: number;
  /** Decides with each error whether there is another try; what it throws ends them, too. */
  again(): boolean;
}

/** Tries until the server can be reached. @throws an error that is none of the connection, at once */
export async function retryUntilReached<Result>(
  act: () => Promise<Result>,
  { pauseMs, again }: RetryUntilReached,
): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (TroupeError.is(error) || !isQueueConnectionError(error) || !again()) throw error;
      await pause(pauseMs);
    }
  }
}

/** Whether an error says that the server cannot be reached now. */
export function isQueueConnectionError(error: unknown): boolean {
  const { code = '', message = '', syscall } = (error ?? {}) as { code?: string; message?: string; syscall?: string };
  // Of the network, such as of a socket whose file is gone until the server is back; else of the server, which ends, begins or is full.
  return (
    syscall !== undefined ||
    /^(E(CONN|PIPE|TIMEDOUT|HOST|NET)|57P0|53|08)|Connection|connection|closed/.test(`${code} ${message}`.trim())
  );
}
