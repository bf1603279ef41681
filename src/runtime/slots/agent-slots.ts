/**
 * Limits the number of working agents: per name or kind in this Troupe, and in total on the machine. The slot of the
 * kind is acquired first, so that an agent waiting for the machine does not block others of its kind in the queue.
 */
import { agentLabel } from '../../model/agent-label.ts';
import { nameKey } from '../../model/name-key.ts';
import type { AgentSlots, MachineSlots } from '../../ports/agent-slots.ts';
import type { Clock } from '../../ports/clock.ts';
import { raceAbort } from './race-abort.ts';
import { createRateLimits } from './rate-limits.ts';

/** Processes do not notify each other when a slot becomes free, so it is polled at this interval. */
const pollMs = 100;

/** A limited number of slots; who finds none free waits, first come first served. */
interface SlotQueue {
  readonly limit: number;
  /** Calls `waits` with the number of those ahead, if it has to wait. Rejects when the signal aborts. */
  acquire(signal: AbortSignal, waits: (ahead: number) => Promise<void>): Promise<void>;
  /** Passes the slot to the next waiting agent. */
  release(): void;
}

function createSlotQueue(limit: number): SlotQueue {
  let inUse = 0;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) inUse -= 1;
    else next();
  };
  return {
    limit,
    release,
    async acquire(signal, waits) {
      signal.throwIfAborted();
      if (inUse < limit) {
        inUse += 1;
        return;
      }
      const ahead = waiting.length;
      let resolveSlot = () => {};
      const slot = new Promise<void>(resolve => {
        resolveSlot = resolve;
      });
      waiting.push(resolveSlot);
      try {
        await waits(ahead);
        await raceAbort(slot, signal);
      } catch (thrown) {
        const at = waiting.indexOf(resolveSlot);
        if (at >= 0) waiting.splice(at, 1);
        else release();
        throw thrown;
      }
    },
  };
}

export function createAgentSlots(options: {
  caps: Readonly<Record<string, number>>;
  machine: MachineSlots | null;
  clock: Clock;
}): AgentSlots {
  const { machine, clock } = options;
  const queues = new Map(Object.entries(options.caps).map(([name, most]) => [nameKey(name), createSlotQueue(most)]));
  /** Of all agents waiting for the machine, one polls. */
  const machineQueue = createSlotQueue(1);
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
    await machineQueue.acquire(signal, notify);
    try {
      for (;;) {
        const turn = await machineSlots.tryAcquire();
        if (turn !== null) return turn;
        await notify(0);
        await pause(clock, signal);
      }
    } finally {
      machineQueue.release();
    }
  };

  return {
    ...createRateLimits(clock),
    async acquire(ref, { signal, onQueued }) {
      const agent = agentLabel(ref);
      const line = queues.get(nameKey(agent));
      await line?.acquire(signal, ahead => onQueued({ cap: 'agent', agent, most: line.limit, ahead }));
      try {
        const most = machine?.max ?? 0;
        const turn =
          machine &&
          (await acquireMachineSlot(machine, signal, ahead => onQueued({ cap: 'machine', agent, most, ahead })));
        return async () => {
          line?.release();
          await turn?.();
        };
      } catch (thrown) {
        line?.release();
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
