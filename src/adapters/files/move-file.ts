import { copyFile, rename, rm } from 'node:fs/promises';

/** Moves a file, also to another file system, where it appears whole or not at all. What stands there is replaced. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EXDEV')) throw thrown;
    const half = `${to}.half`;
    await copyFile(from, half);
    await rename(half, to);
    await rm(from);
  }
}
