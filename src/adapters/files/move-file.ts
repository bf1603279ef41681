import { copyFile, rename, rm } from 'node:fs/promises';
import { hasCode } from '../../model/caught-error.ts';

/** Moves a file, also to another file system, atomically. Replaces an existing file. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (!hasCode(thrown, 'EXDEV')) throw thrown;
    const half = `${to}.half`;
    await copyFile(from, half);
    await rename(half, to);
    await rm(from);
  }
}
