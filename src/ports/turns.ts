import type { AgentRef } from '../model/agent.ts';
import type { Queue } from '../model/queue.ts';

/** Who of the agents that could work may work now, where there are limits. First come, first served within a process. */
export interface Turns {
  /**
   * Resolves when the agent may begin, with what gives its turn back. `waits` hears once of each limit it has to wait for.
   * @throws the signal's reason
   */
  take(
    agent: AgentRef,
    options: { signal: AbortSignal; waits(queue: Queue): Promise<void> },
  ): Promise<() => Promise<void>>;
}

/** The turns of a machine, of which all its processes take. */
export interface MachineTurns {
  readonly most: number;
  /** A turn that is free now; null when none is. */
  take(): Promise<(() => Promise<void>) | null>;
}
