import { type ProcessOptions, type ProcessOutcome, runProcess } from './run.ts';

/** The programs under way, so that what follows a stop can wait until nothing of the stopped is left. */
export interface Roll {
  run(options: ProcessOptions): Promise<ProcessOutcome>;
  /** Until every stopped program whose marker begins so has ended, its descendants too. */
  ended(markerPrefix: string): Promise<void>;
}

export function callRoll(): Roll {
  const under = new Set<{ options: ProcessOptions; end: Promise<unknown> }>();
  return {
    run(options) {
      const end = runProcess(options);
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
      await Promise.allSettled(stopped.map(({ end }) => end));
    },
  };
}
