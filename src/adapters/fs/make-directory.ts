import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { folderMode } from './owner-only.ts';

/**
 * Makes a folder and those above it, for their owner only. Where the file system may only be read, Node says that a folder is missing; this says
 * what the system says of the folder that is there.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: folderMode });
  } catch (error) {
    await assertWritable(dirname(path));
    throw error;
  }
}

async function assertWritable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) throw error;
    await assertWritable(dirname(path));
  }
}
