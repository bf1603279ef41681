import { handleUncaught } from '../index.ts';
import { messageOf } from '../model/caught-error.ts';
import type { CommandContext } from './command.ts';

export interface UncaughtErrors {
  /** Rejects with an uncaught error, unless plans in this process continue. */
  readonly ended: Promise<never>;
  release(): void;
}

/** An uncaught error fails the plan it came from; other plans continue. A command without plans of its own fails. */
export function watchUncaught(context: Pick<CommandContext, 'io' | 'ownsStore' | 'log'>): UncaughtErrors {
  const { io, log } = context;
  let end: (error: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // The command may have ended before the rejection.
  ended.catch(() => undefined);
  const release = io.onUncaught(error => {
    const planId = handleUncaught(error);
    const message = messageOf(error);
    if (planId !== null) log(`An error that nothing caught, in the work of plan ${planId}: ${message}`, 'warning');
    else if (context.ownsStore()) log(`An error that nothing caught; plans continue: ${message}`, 'warning');
    else end(error);
  });
  const giveBack = io.refuseExit(handleUncaught);
  return {
    ended,
    release() {
      release();
      giveBack();
    },
  };
}
