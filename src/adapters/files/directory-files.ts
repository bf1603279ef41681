import type { Dirent, Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../../model/caught-error.ts';
import { ascending } from '../../model/text-order.ts';
import type { FileKind, Files, SandboxFile } from '../../ports/files.ts';
import { asDiskError } from '../fs/disk-error.ts';
import { type ConfinedPath, confinePath } from './confine-path.ts';
import { notADirectoryError } from './file-errors.ts';

/** The files of a folder. */
export function directoryFiles(directory: string): Files {
  return {
    async at(path, options) {
      const confined = await confinePath(directory, path, options);
      const found = await lstat(confined.file).catch(() => null);
      return placeAt(confined, found === null ? null : kindOf(found));
    },
  };
}

function placeAt({ path, file }: ConfinedPath, kind: FileKind | null): SandboxFile {
  return {
    path,
    kind,
    bytes: async () => (await stat(file)).size,
    read: piece => (piece === undefined ? readFile(file) : readPiece(file, piece)),
    async write(content, { executable } = {}) {
      try {
        await mkdir(dirname(file), { recursive: true });
        const mode = await detach(file);
        await writeFile(file, content, mode === null ? {} : { mode });
        if (mode !== null) await chmod(file, mode);
      } catch (error) {
        if (isInTheWay(error)) throw notADirectoryError(path);
        throw asDiskError(error, { where: file, what: `${path} cannot be written` });
      }
      if (executable !== undefined) await chmod(file, executable ? 0o755 : 0o644);
    },
    remove: () => rm(file, { recursive: true }),
    async entries() {
      const found = await readdir(file, { withFileTypes: true });
      return found
        .filter(({ name }) => name !== '.git')
        .sort(ascending(({ name }) => name))
        .map(entry => {
          const below = path === '.' ? entry.name : `${path}/${entry.name}`;
          return placeAt({ path: below, file: join(file, entry.name) }, kindOf(entry));
        });
    },
  };
}

/**
 * Removes a file that has other hard links, so that a write does not change the file under its other names, such as
 * in a package store, the checkout, or a home directory. Returns its mode; null when there was nothing to remove.
 */
async function detach(file: string): Promise<number | null> {
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile() || found.nlink === 1) return null;
  await rm(file);
  return found.mode & 0o777;
}

async function readPiece(file: string, { offset, bytesMax }: { offset: number; bytesMax: number }): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(bytesMax, size - offset)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function kindOf(entry: Dirent | Stats): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** A file is where a folder is needed. */
const isInTheWay = (error: unknown) => hasCode(error, 'ENOTDIR', 'EEXIST');
