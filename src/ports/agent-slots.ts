import type { AgentRef } from '../model/agent.ts';
import type { AgentQueuePosition } from '../model/agent-queue.ts';

/** Limits how many agents work at the same time. Within a process, first come, first served. */
export interface AgentSlots {
  /**
   * Resolves when the agent may start, with a function that releases its slot. `waits` is called once for each limit
   * the agent has to wait for.
   * @throws the signal's reason
   */
  acquire(
    agent: AgentRef,
    options: { signal: AbortSignal; onQueued(position: AgentQueuePosition): Promise<void> },
  ): Promise<() => Promise<void>>;
}

/** Agent slots that all processes of a machine share. */
export interface MachineSlots {
  readonly max: number;
  /** Acquires a free slot; null when there is none. */
  tryAcquire(): Promise<(() => Promise<void>) | null>;
}
