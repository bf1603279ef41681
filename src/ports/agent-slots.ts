import type { AgentRef } from '../model/agent.ts';
import type { AgentQueuePosition } from '../model/agent-queue.ts';

/** Who of the agents that could work may work now, where there are limits. First come, first served within a process. */
export interface AgentSlots {
  /**
   * Resolves when the agent may begin, with what gives its turn back. `waits` hears once of each limit it has to wait for.
   * @throws the signal's reason
   */
  acquire(
    agent: AgentRef,
    options: { signal: AbortSignal; onQueued(position: AgentQueuePosition): Promise<void> },
  ): Promise<() => Promise<void>>;
}

/** The turns of a machine, of which all its processes take. */
export interface MachineSlots {
  readonly max: number;
  /** A turn that is free now; null when none is. */
  tryAcquire(): Promise<(() => Promise<void>) | null>;
}
