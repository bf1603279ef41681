import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { shellQuote } from '../../../model/shell-quote.ts';
import type { ApplyTarget } from '../../../model/target.ts';
import type { ProjectRepository } from './repository.ts';

/** The changes, and the file to write; a relative path is resolved in the project. */
export interface PatchOptions {
  from: string;
  to: string;
  target: Extract<ApplyTarget, { kind: 'patch' }>;
}

/**
 * Writes the changes as a patch for `git apply`, atomically.
 * @throws {TroupeError} FILE_NOT_FOUND, FILE_EXISTS
 */
export async function writePatch(ground: ProjectRepository, order: PatchOptions): Promise<void> {
  const { path, patch, written } = await checkPatchTarget(ground, order);
  if (written) return;
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, patch);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Returns the patch, its path, and whether the file already has it: then an earlier attempt wrote it.
 * @throws {TroupeError} FILE_NOT_FOUND for a missing folder, FILE_EXISTS for a file with other content
 */
export async function checkPatchTarget(
  { objects, root }: ProjectRepository,
  { from, to, target: { file, overwrite = false } }: PatchOptions,
): Promise<{ path: string; patch: Buffer; written: boolean }> {
  const path = resolve(root, file);
  if (!existsSync(dirname(path))) {
    throw new TroupeError('FILE_NOT_FOUND', 'the folder of the patch file does not exist', {
      where: dirname(path),
      hints: [`mkdir -p ${shellQuote(dirname(path))}`],
    });
  }
  const words = ['diff-tree', '-r', '-p', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-color'];
  const { stdout: patch } = await objects.run([...words, from, to]);
  const found = existsSync(path) ? await readFile(path) : null;
  if (found === null || overwrite || found.equals(patch))
    return { path, patch, written: found?.equals(patch) ?? false };
  throw new TroupeError('FILE_EXISTS', 'There is a file already where the patch is to be written', {
    where: path,
    hints: [
      commandHint('plan apply', { options: { patch: unused(path) } }),
      commandHint('plan apply', { options: { patch: path, force: true } }),
    ],
  });
}

/** Returns an unused file name next to it. */
function unused(path: string, turn = 2): string {
  const other = path.replace(/(\.[^./\\]+)?$/, `-${turn}$1`);
  return existsSync(other) ? unused(path, turn + 1) : other;
}
