import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../../model/caught-error.ts';
import { folderMode } from './owner-only.ts';

/**
 * Creates a folder and its parents, for their owner only. On a read-only file system Node reports a missing folder;
 * this reports the error of the existing parent.
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
    const isMissing = hasCode(error, 'ENOENT');
    if (!isMissing || dirname(path) === path) throw error;
    await assertWritable(dirname(path));
  }
}
