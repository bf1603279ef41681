/**
 * Reuses folders of removed sandboxes: most files of the next one are already there.
 *
 * P1. A pooled folder belongs to no sandbox: its work is captured or discarded, git has no worktree there, and no program
 *     works in it.
 * P2. It is named after its process, so that later processes remove those of a crashed one.
 * P3. The pool is small, and empty once the project is closed.
 * P4. Taking a folder out resets its files to exactly a tree, ignored files included.
 * P5. It is in the folder of the sandboxes, which may be on another file system than git's: only an index is moved
 *     between them.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { moveFile } from '../../files/move-file.ts';
import { moveFolder, removeFolder } from '../../files/retry-busy.ts';
import { hasOpenProcess } from '../../process/has-open-process.ts';
import { tempName } from './temp-files.ts';

/** A folder, and the index of its content. */
export interface PooledFolder {
  path: string;
  index: string;
}

export interface FolderPool {
  /** Adds a folder and returns whether it did; otherwise the folder is unchanged. */
  add(laid: PooledFolder): Promise<boolean>;
  /**
   * Moves a folder to the location of a new worktree; returns whether there was one. `before` runs once the move
   * cannot fail any more.
   */
  checkout(to: PooledFolder, before: () => Promise<void>): Promise<boolean>;
  clear(): Promise<void>;
}

/** About the number of sandboxes in use at the same time. */
const heldMax = 6;

export function openFolderPool(home: string): FolderPool {
  const held: string[] = [];
  const filesIn = (place: string) => join(place, 'files');
  const indexIn = (place: string) => join(place, 'index');

  return {
    async add({ path, index }) {
      if (held.length >= heldMax || !existsSync(index) || (await hasOpenProcess(path))) return false;
      const place = join(home, tempName('.pool'));
      await mkdir(place);
      await moveFolder(path, filesIn(place));
      // Whatever it is now: a folder taken out gets a new one.
      await rm(join(filesIn(place), '.git'), { recursive: true, force: true });
      await moveFile(index, indexIn(place));
      held.push(place);
      return true;
    },
    async checkout(to, before) {
      const place = held.pop();
      if (place === undefined) return false;
      await before();
      await moveFile(indexIn(place), to.index);
      await rename(join(to.path, '.git'), join(filesIn(place), '.git'));
      await rmdir(to.path);
      await moveFolder(filesIn(place), to.path);
      await removeFolder(place);
      return true;
    },
    async clear() {
      await Promise.all(held.splice(0).map(removeFolder));
    },
  };
}
