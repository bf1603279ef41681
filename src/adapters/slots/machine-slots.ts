/**
 * The agent slots of a machine, as files in a folder shared by its processes: one lock file per slot. The slot of a
 * dead process is free again.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../../model/errors.ts';
import type { MachineSlots } from '../../ports/agent-slots.ts';
import { folderMode } from '../fs/owner-only.ts';
import { acquireLock } from '../project/git/lock.ts';

export function openMachineSlots({ most, folder }: { most: number; folder: string }): MachineSlots {
  return {
    max: most,
    async tryAcquire() {
      await mkdir(folder, { recursive: true, mode: folderMode });
      for (let at = 0; at < most; at++) {
        const held = await tryLock(join(folder, `agent-${at}`));
        if (held !== null) return async () => held[Symbol.asyncDispose]();
      }
      return null;
    },
  };
}

async function tryLock(file: string): Promise<AsyncDisposable | null> {
  try {
    return await acquireLock(file, { waitMs: 0, purpose: 'agent at work' });
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'LOCK_CONFLICT') return null;
    throw thrown;
  }
}
