import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../model/fault.ts';
import type { Ground } from './ground.ts';

/** Writes what changed as a patch for `git apply`, whole or not at all. A relative file is meant in the project. */
export async function writePatch(
  { objects, root }: Ground,
  { from, to, file }: { from: string; to: string; file: string },
): Promise<void> {
  const path = patchPlace(root, file);
  const words = ['diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-color'];
  const { stdout } = await objects.answer([...words, from, to]);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, stdout);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Where a patch file goes. @throws {Fault} FILE_NOT_FOUND */
export function patchPlace(root: string, file: string): string {
  const path = resolve(root, file);
  if (existsSync(dirname(path))) return path;
  throw new Fault('FILE_NOT_FOUND', 'the folder of the patch file does not exist', {
    where: dirname(path),
    hints: [`mkdir -p ${dirname(path)}`],
  });
}
