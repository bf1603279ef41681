/**
 * Limits the number of working agents: per name or kind in this Troupe, and in total on the machine. The slot of the
 * kind is acquired first, so that an agent waiting for the machine does not block others of its kind in the queue.
 */
import { agentLabel } from '../../model/agent-label.ts';
import { nameKey } from '../../model/name.ts';
import type { AgentSlots, MachineSlots } from '../../ports/agent-slots.ts';
import type { Clock } from '../../ports/clock.ts';
import { raceAbort } from './race-abort.ts';
import { createRateLimits } from './rate-limits.ts';

/** Processes do not notify each other when a slot becomes free, so it is polled at this interval. */
const pollMs = 100;

interface SlotQueue {
  limit: number;
  inUse: number;
  /** Waiting agents, first come first served. */
  waiting: (() => void)[];
}

export function createAgentSlots(options: {
  caps: Readonly<Record<string, number>>;
  machine: MachineSlots | null;
  clock: Clock;
}): AgentSlots {
  const { machine, clock } = options;
  const createQueue = (most: number): SlotQueue => ({ limit: most, inUse: 0, waiting: [] });
  const queues = new Map(Object.entries(options.caps).map(([name, most]) => [nameKey(name), createQueue(most)]));
  /** Of all agents waiting for the machine, one polls. */
  const machineQueue = createQueue(1);

  /** Passes a released slot to the next waiting agent. */
  const release = (queue: SlotQueue) => {
    const next = queue.waiting.shift();
    if (next === undefined) queue.inUse -= 1;
    else next();
  };
  const acquire = async (
    queue: SlotQueue,
    signal: AbortSignal,
    waits: (ahead: number) => Promise<void>,
  ): Promise<void> => {
    signal.throwIfAborted();
    if (queue.inUse < queue.limit) {
      queue.inUse += 1;
      return;
    }
    const ahead = queue.waiting.length;
    let resolveSlot = () => {};
    const slot = new Promise<void>(resolve => {
      resolveSlot = resolve;
    });
    queue.waiting.push(resolveSlot);
    try {
      await waits(ahead);
      await raceAbort(slot, signal);
    } catch (thrown) {
      const at = queue.waiting.indexOf(resolveSlot);
      if (at >= 0) queue.waiting.splice(at, 1);
      else release(queue);
      throw thrown;
    }
  };
  const acquireMachineSlot = async (
    machineSlots: MachineSlots,
    signal: AbortSignal,
    waits: (ahead: number) => Promise<void>,
  ) => {
    let notified = false;
    const notify = async (ahead: number) => {
      if (!notified) await waits(ahead);
      notified = true;
    };
    await acquire(machineQueue, signal, notify);
    try {
      for (;;) {
        const turn = await machineSlots.tryAcquire();
        if (turn !== null) return turn;
        await notify(0);
        await pause(clock, signal);
      }
    } finally {
      release(machineQueue);
    }
  };

  return {
    ...createRateLimits(clock),
    async acquire(ref, { signal, onQueued }) {
      const agent = agentLabel(ref);
      const line = queues.get(nameKey(agent));
      if (line !== undefined)
        await acquire(line, signal, ahead => onQueued({ cap: 'agent', agent, most: line.limit, ahead }));
      try {
        const most = machine?.max ?? 0;
        const turn =
          machine &&
          (await acquireMachineSlot(machine, signal, ahead => onQueued({ cap: 'machine', agent, most, ahead })));
        return async () => {
          if (line !== undefined) release(line);
          await turn?.();
        };
      } catch (thrown) {
        if (line !== undefined) release(line);
        throw thrown;
      }
    },
  };
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  let cancelTimer = () => {};
  const over = new Promise<void>(resolve => {
    cancelTimer = clock.at(clock.now() + pollMs, resolve);
  });
  try {
    await raceAbort(over, signal);
  } finally {
    cancelTimer();
  }
}
