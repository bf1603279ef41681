import { handleUncaught } from '../index.ts';
import type { CommandContext } from './command.ts';

export interface UncaughtErrors {
  /** Rejects with an error that nothing caught, unless plans at work in this process go on without it. */
  readonly ended: Promise<never>;
  release(): void;
}

/** An error that nothing caught fails the plan it came from; others go on. A command without plans of its own fails. */
export function watchUncaught(context: Pick<CommandContext, 'io' | 'ownsStore' | 'log'>): UncaughtErrors {
  const { io, log } = context;
  let end: (error: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // The command may be over before it rejects.
  ended.catch(() => undefined);
  const release = io.onUncaught(error => {
    const planId = handleUncaught(error);
    const message = error instanceof Error ? error.message : String(error);
    if (planId !== null) log(`An error that nothing caught, in the work of plan ${planId}: ${message}`, 'warning');
    else if (context.ownsStore()) log(`An error that nothing caught; plans go on: ${message}`, 'warning');
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
