/**
 * Limits of agents at work: so many of one name or kind in this Troupe, so many in all on the machine. A turn of the kind
 * is taken first, so that who waits for the machine keeps nobody else of its kind from its place in the line.
 */
import { nameKey } from '../model/name.ts';
import type { Clock } from '../ports/clock.ts';
import type { MachineTurns, Turns } from '../ports/turns.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Nobody tells when a turn of another process becomes free: it is looked for so often. */
const lookEveryMs = 100;

interface Line {
  most: number;
  taken: number;
  /** Those who wait, first come first. */
  waiting: (() => void)[];
}

export function turnsOf(options: {
  caps: Readonly<Record<string, number>>;
  machine: MachineTurns | null;
  clock: Clock;
}): Turns {
  const { machine, clock } = options;
  const lineOf = (most: number): Line => ({ most, taken: 0, waiting: [] });
  const lines = new Map(Object.entries(options.caps).map(([name, most]) => [nameKey(name), lineOf(most)]));
  /** Of all that wait for the machine one looks. */
  const looking = lineOf(1);

  /** A turn goes from hand to hand while somebody waits. */
  const give = (line: Line) => {
    const next = line.waiting.shift();
    if (next === undefined) line.taken -= 1;
    else next();
  };
  const join = async (line: Line, signal: AbortSignal, waits: (ahead: number) => Promise<void>): Promise<void> => {
    signal.throwIfAborted();
    if (line.taken < line.most) {
      line.taken += 1;
      return;
    }
    const ahead = line.waiting.length;
    let go = () => {};
    const turn = new Promise<void>(resolve => {
      go = resolve;
    });
    line.waiting.push(go);
    try {
      await waits(ahead);
      await unlessAborted(turn, signal);
    } catch (thrown) {
      const at = line.waiting.indexOf(go);
      if (at >= 0) line.waiting.splice(at, 1);
      else give(line);
      throw thrown;
    }
  };
  const ofMachine = async (turns: MachineTurns, signal: AbortSignal, waits: (ahead: number) => Promise<void>) => {
    let told = false;
    const tell = async (ahead: number) => {
      if (!told) await waits(ahead);
      told = true;
    };
    await join(looking, signal, tell);
    try {
      for (;;) {
        const turn = await turns.take();
        if (turn !== null) return turn;
        await tell(0);
        await pause(clock, signal);
      }
    } finally {
      give(looking);
    }
  };

  return {
    async take(ref, { signal, waits }) {
      const agent = typeof ref === 'string' ? ref : ref.kind;
      const line = lines.get(nameKey(agent));
      if (line !== undefined) await join(line, signal, ahead => waits({ cap: 'agent', agent, most: line.most, ahead }));
      try {
        const most = machine?.most ?? 0;
        const turn =
          machine && (await ofMachine(machine, signal, ahead => waits({ cap: 'machine', agent, most, ahead })));
        return async () => {
          if (line !== undefined) give(line);
          await turn?.();
        };
      } catch (thrown) {
        if (line !== undefined) give(line);
        throw thrown;
      }
    },
  };
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  let takeBack = () => {};
  const over = new Promise<void>(resolve => {
    takeBack = clock.at(clock.now() + lookEveryMs, resolve);
  });
  try {
    await unlessAborted(over, signal);
  } finally {
    takeBack();
  }
}
