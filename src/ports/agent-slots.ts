import type { AgentRef } from '../model/agent.ts';
import type { AgentQueuePosition } from '../model/agent-queue.ts';
import type { TroupeError } from '../model/errors.ts';

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
  /** Returns the rate limit that another plan met with this account of an agent and that is not over; else null. */
  rateLimitOf(account: string, planId: string): TroupeError | null;
  /** Records that a plan's agent met a rate limit, which ends at `details.resetAt`; null records that the agent worked. */
  noteRateLimit(account: string, planId: string, error: TroupeError | null): void;
}

/** Agent slots that all processes of a machine share. */
export interface MachineSlots {
  readonly max: number;
  /** Acquires a free slot; null when there is none. */
  tryAcquire(): Promise<(() => Promise<void>) | null>;
}
