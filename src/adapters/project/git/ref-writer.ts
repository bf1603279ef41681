import type { Git } from './git.ts';
import { type GitBatchProcess, openGitBatchProcess } from './git-batch-process.ts';

/** Changes refs through one long-running `git update-ref`: starting one for each costs more than the rest of a small capture. */
export interface RefWriter {
  /** @throws {TroupeError} GIT_FAILED */
  set(ref: string, oid: string): Promise<void>;
  /** A ref that does not exist is no error. @throws {TroupeError} GIT_FAILED */
  delete(ref: string): Promise<void>;
  close(): Promise<void>;
}

const words = ['update-ref', '-z', '--stdin'];
const done = Buffer.from('start: ok\ncommit: ok\n');

export function openRefWriter(objects: Git): RefWriter {
  let running: GitBatchProcess | null = null;
  const request = (command: string) => {
    if (running?.alive !== true) running = openGitBatchProcess(objects.spawn(words), words);
    return running.request(`start\0${command}\0commit\0`, output =>
      output.length < done.length ? { needs: done.length } : { value: null, used: done.length },
    );
  };
  return {
    async set(ref, oid) {
      // The process ends at a command that fails; git started for it alone says what is wrong, or succeeds.
      await request(`update ${ref}\0${oid}\0`).catch(() => objects.exec(['update-ref', ref, oid]));
    },
    async delete(ref) {
      await request(`delete ${ref}\0`).catch(() => objects.exec(['update-ref', '-d', ref]));
    },
    async close() {
      await running?.close();
    },
  };
}
