import { randomUUID } from 'node:crypto';
import { isHookProcessTag } from '../../model/process-tag.ts';
import { type ProcessOptions, type ProcessOutcome, runProcess } from './run.ts';
import { killMatching, listTaggedProcesses, type TaggedProcess } from './tagged-processes.ts';
import { findUnfinished } from './unfinished-processes.ts';

/** Running programs, so that work after a stop can wait until the stopped programs have exited. */
export interface ProcessRegistry {
  run(options: ProcessOptions): Promise<ProcessOutcome>;
  /** Resolves when every stopped program with this tag prefix, and its descendants, have exited. */
  waitForExit(markerPrefix: string): Promise<void>;
  /**
   * Starts killing programs that another process, which has crashed, had started for this store's work. Returns their
   * number for each piece of work; `waitForExit` waits for them too.
   * @param isOurs checks the first part of a tag, before its `/`
   */
  killOrphans(isOurs: (work: string) => Promise<boolean>): Promise<Map<string, number>>;
}

export function openProcessRegistry(): ProcessRegistry {
  /** Distinguishes the programs of this registry from those of crashed processes. */
  const life = randomUUID();
  const under = new Set<{ options: ProcessOptions; end: Promise<unknown> }>();
  const orphans = new Map<string, Promise<unknown>>();
  const isOrphan = ({ run }: TaggedProcess) => !run.startsWith(`${life}.`);
  return {
    run(options) {
      const end = runProcess({ ...options, life });
      const entry = { options, end };
      const strike = () => under.delete(entry);
      under.add(entry);
      end.then(strike, strike);
      return end;
    },
    async waitForExit(markerPrefix) {
      const stopped = [...under].filter(
        ({ options: { processTag, signal } }) => signal.aborted && processTag.startsWith(markerPrefix),
      );
      const left = [...orphans].filter(([work]) => `${work}/`.startsWith(markerPrefix)).map(([, end]) => end);
      await Promise.allSettled([...stopped.map(({ end }) => end), ...left]);
    },
    async killOrphans(isOurs) {
      const counts = new Map<string, number>();
      const left = (await findUnfinished(await listTaggedProcesses())).filter(isOrphan);
      const runs = new Set(left.map(({ run }) => run));
      // Programs that ended hooks left behind belong to the user.
      const continues = ({ tag, run }: TaggedProcess) => !isHookProcessTag(tag) || runs.has(run);
      for (const { tag } of left) {
        const work = workOf(tag);
        if (counts.has(work) || (await isOurs(work))) counts.set(work, (counts.get(work) ?? 0) + 1);
      }
      for (const work of counts.keys()) {
        orphans.set(
          work,
          killMatching(found => isOrphan(found) && workOf(found.tag) === work && continues(found)).finally(() =>
            orphans.delete(work),
          ),
        );
      }
      return counts;
    },
  };
}

const workOf = (marker: string) => marker.replace(/\/.*/s, '');
