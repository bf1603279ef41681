import { once } from 'node:events';
import { seededRandom } from '../seed.ts';
import type { DisturbedParts } from './whole-plan.ts';

export interface Disturbances {
  workers: number;
  owner: number;
  server: number;
}

/** Kills workers 0 and 1, the owner and the server at seeded random moments, until the plan is over or it killed `most` times. */
export function createDisturbance(
  seed: number,
  { most, pauseMs, report }: { most(): number; pauseMs: number; report(line: string): void },
  counts: Disturbances,
): (parts: DisturbedParts) => Promise<void> {
  const random = seededRandom(seed);
  return async ({ fleet, server, killOwner, isOver }) => {
    const acts: [keyof Disturbances, () => Promise<void>][] = [
      ['workers', () => fleet.kill(0)],
      ['workers', () => fleet.kill(1)],
      ['owner', killOwner],
      ['server', server.restart],
    ];
    /** Each is killed before any is killed again. */
    let deck: typeof acts = [];
    while (most() > 0) {
      const until = performance.now() + random() * pauseMs;
      while (performance.now() < until && !isOver()) await once(AbortSignal.timeout(20), 'abort');
      if (isOver()) return;
      if (deck.length === 0) deck = [...acts];
      for (const [what, act] of deck.splice(Math.floor(random() * deck.length), 1)) {
        await act();
        counts[what] += 1;
        report(`killed: ${what}; ${JSON.stringify(counts)}`);
      }
    }
  };
}
