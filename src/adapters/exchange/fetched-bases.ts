import type { ProjectRepository } from '../project/git/repository.ts';
import { fetchedRefs } from './worker-repository.ts';

/** The bases that a worker keeps, so that the next one needs only what differs from them. */
export interface FetchedBases {
  /** Returns their commits. */
  tips(): Promise<string[]>;
  /** Keeps a commit, in place of the oldest one when there are too many. */
  keep(commit: string): Promise<void>;
}

const keptMax = 32;
/** So many new bases may leave this many packs and loose objects. */
const collectEvery = 500;

export async function openFetchedBases({
  objects,
  refs,
}: Pick<ProjectRepository, 'objects' | 'refs'>): Promise<FetchedBases> {
  const { stdout } = await objects.run(['for-each-ref', '--format=%(objectname)', fetchedRefs]);
  const kept = new Set(
    stdout
      .toString()
      .split('\n')
      .filter(line => line !== ''),
  );
  let fetched = 0;
  // Only what is two weeks old, so that nothing in use is removed.
  const collect = () => objects.at({ config: ['gc.auto=6700'] }).tryRun(['gc', '--auto', '--quiet']);
  await collect();
  return {
    tips: async () => [...kept],
    async keep(commit) {
      const isNew = !kept.delete(commit);
      kept.add(commit);
      if (!isNew) return;
      await refs.set(`${fetchedRefs}${commit}`, commit);
      for (const [oldest] of kept.entries()) {
        if (kept.size <= keptMax) break;
        kept.delete(oldest);
        await refs.delete(`${fetchedRefs}${oldest}`);
      }
      fetched += 1;
      if (fetched % collectEvery === 0) await collect();
    },
  };
}
