import type { EffectContext } from '../src/durable/effect.ts';
import type { AgentQueuePosition } from '../src/model/agent-queue.ts';

/** A line of the log when work waits for a worker, and when it no longer does: a live line shows the last one. */
export const workerWaitText = (reason: string | null): string =>
  reason === null ? 'no longer waits for a worker' : `waits for a worker: ${reason}`;

/** Tells the parent of an effect that its work waits for a worker, and with null that it no longer does. */
export function sendWorkerWait(
  { sendToParent }: Pick<EffectContext<unknown>, 'sendToParent'>,
  agent: string,
  reason: string | null,
): void {
  const queue: AgentQueuePosition = { cap: 'workers', agent, reason: reason ?? '' };
  const event = reason === null ? { type: 'agent.admitted' } : { type: 'agent.queued', queue };
  // It rejects once the effect is stopped, and then nothing waits.
  void sendToParent([event]).catch(() => undefined);
}
