import { randomUUID } from 'node:crypto';
import { isHookMarker } from '../../model/marker.ts';
import { census, endEvery, type Marked } from './marked.ts';
import { type ProcessOptions, type ProcessOutcome, runProcess } from './run.ts';
import { unfinished } from './unfinished.ts';

/** The programs under way, so that what follows a stop can wait until nothing of the stopped is left. */
export interface Roll {
  run(options: ProcessOptions): Promise<ProcessOutcome>;
  /** Until every stopped program whose marker begins so has ended, its descendants too. */
  ended(markerPrefix: string): Promise<void>;
  /**
   * Begins to end the programs that another process, since dead, had started for work that is ours: nobody listens to
   * them any more. Answers how many there are for each piece of work; `ended` waits for them too.
   * @param isOurs judges the first part of a marker, before its `/`
   */
  takeOver(isOurs: (work: string) => Promise<boolean>): Promise<Map<string, number>>;
}

export function callRoll(): Roll {
  /** Tells the programs of this roll from those of the dead. */
  const life = randomUUID();
  const under = new Set<{ options: ProcessOptions; end: Promise<unknown> }>();
  const orphans = new Map<string, Promise<unknown>>();
  const isOrphan = ({ run }: Marked) => !run.startsWith(`${life}.`);
  return {
    run(options) {
      const end = runProcess({ ...options, life });
      const entry = { options, end };
      const strike = () => under.delete(entry);
      under.add(entry);
      end.then(strike, strike);
      return end;
    },
    async ended(markerPrefix) {
      const stopped = [...under].filter(
        ({ options: { marker, signal } }) => signal.aborted && marker.startsWith(markerPrefix),
      );
      const left = [...orphans].filter(([work]) => `${work}/`.startsWith(markerPrefix)).map(([, end]) => end);
      await Promise.allSettled([...stopped.map(({ end }) => end), ...left]);
    },
    async takeOver(isOurs) {
      const counts = new Map<string, number>();
      const left = (await unfinished(await census())).filter(isOrphan);
      const runs = new Set(left.map(({ run }) => run));
      // Where hooks ended, what they left behind is the user's.
      const goesOn = ({ marker, run }: Marked) => !isHookMarker(marker) || runs.has(run);
      for (const { marker } of left) {
        const work = workOf(marker);
        if (counts.has(work) || (await isOurs(work))) counts.set(work, (counts.get(work) ?? 0) + 1);
      }
      for (const work of counts.keys()) {
        orphans.set(
          work,
          endEvery(found => isOrphan(found) && workOf(found.marker) === work && goesOn(found)).finally(() =>
            orphans.delete(work),
          ),
        );
      }
      return counts;
    },
  };
}

const workOf = (marker: string) => marker.split('/', 1)[0] ?? '';
