/**
 * Reuses folders of removed sandboxes: most files of the next one are already there.
 *
 * P1. A pooled folder belongs to no sandbox: its work is captured or discarded, git has no worktree there, and no program
 *     works in it.
 * P2. It is named after its process, so that later processes remove those of a crashed one.
 * P3. A folder is created only while the pool is empty, so all together are never more than were in use at once. A pool that
 *     is not used for a while shrinks, and it is empty once the project is closed.
 * P4. Taking a folder out resets its files to exactly a tree, ignored files included.
 * P5. It is in the folder of the sandboxes, which may be on another file system than git's: only an index is moved
 *     between them.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { moveFile } from '../../files/move-file.ts';
import { removeManyFiles } from '../../files/remove-many-files.ts';
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

/** How many stay when the pool is not used. */
const idleMax = 6;

interface FolderPoolOptions {
  /** The pool shrinks after so many milliseconds without use. @default 60_000 */
  idleMs?: number;
}

/** @param home the folder of the sandboxes */
export function openFolderPool(home: string, { idleMs = 60_000 }: FolderPoolOptions = {}): FolderPool {
  const held: string[] = [];
  let idle: NodeJS.Timeout | undefined;
  const noteUse = () => {
    clearTimeout(idle);
    // What cannot be removed now is removed as the leftover of this process, later.
    const shrink = () => void Promise.all(held.splice(idleMax).map(removeManyFiles)).catch(() => undefined);
    idle = setTimeout(shrink, idleMs).unref();
  };
  const filesIn = (place: string) => join(place, 'files');
  const indexIn = (place: string) => join(place, 'index');

  return {
    async add({ path, index }) {
      if (!existsSync(index) || (await hasOpenProcess(path))) return false;
      const place = join(home, tempName('.pool'));
      await mkdir(place);
      await moveFolder(path, filesIn(place));
      // Whatever it is now: a folder taken out gets a new one.
      await rm(join(filesIn(place), '.git'), { recursive: true, force: true });
      await moveFile(index, indexIn(place));
      held.push(place);
      noteUse();
      return true;
    },
    async checkout(to, before) {
      const place = held.pop();
      if (place === undefined) return false;
      noteUse();
      await before();
      await moveFile(indexIn(place), to.index);
      await rename(join(to.path, '.git'), join(filesIn(place), '.git'));
      await rmdir(to.path);
      await moveFolder(filesIn(place), to.path);
      await removeFolder(place);
      return true;
    },
    async clear() {
      clearTimeout(idle);
      await Promise.all(held.splice(0).map(removeManyFiles));
    },
  };
}
