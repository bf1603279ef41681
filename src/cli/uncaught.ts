import { containUncaught } from '../index.ts';
import type { Context } from './verb.ts';

export interface Uncaught {
  /** Rejects with an error that nothing caught, unless plans at work in this process go on without it. */
  readonly ended: Promise<never>;
  release(): void;
}

/** An error that nothing caught fails the plan it came from; others go on. A command without plans of its own fails. */
export function watchUncaught(context: Pick<Context, 'io' | 'owns' | 'say'>): Uncaught {
  const { io, say } = context;
  let end: (error: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  // The command may be over before it rejects.
  ended.catch(() => undefined);
  const release = io.onUncaught(error => {
    const planId = containUncaught(error);
    const message = error instanceof Error ? error.message : String(error);
    if (planId !== null) say(`An error that nothing caught, in the work of plan ${planId}: ${message}`, 'warning');
    else if (context.owns()) say(`An error that nothing caught; plans go on: ${message}`, 'warning');
    else end(error);
  });
  const giveBack = io.refuseExit(containUncaught);
  return {
    ended,
    release() {
      release();
      giveBack();
    },
  };
}
