import type { Git } from './git.ts';
import { GitBatchProcess } from './git-batch-process.ts';

/** Sets refs through one lasting `git update-ref`: starting one for each costs more than the rest of a small capture. */
export interface RefWriter {
  /** @throws {TroupeError} GIT_FAILED */
  set(ref: string, oid: string): Promise<void>;
  close(): Promise<void>;
}

const words = ['update-ref', '-z', '--stdin'];
const done = Buffer.from('start: ok\ncommit: ok\n');

export function openRefWriter(objects: Git): RefWriter {
  let running: GitBatchProcess | null = null;
  const order = (ref: string, oid: string) => {
    if (running?.alive !== true) running = new GitBatchProcess(objects.spawn(words), words);
    return running.request(`start\0update ${ref}\0${oid}\0\0commit\0`, heard =>
      heard.length < done.length ? { needs: done.length } : { value: null, used: done.length },
    );
  };
  return {
    async set(ref, oid) {
      // It ends at an order it cannot carry out; alone, git says what is wrong with it, or does it after all.
      await order(ref, oid).catch(() => objects.exec(['update-ref', ref, oid]));
    },
    async close() {
      await running?.close();
    },
  };
}
