import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Entry {
  /** Relative to the sandbox, with `/`. */
  path: string;
  file: string;
  type: 'file' | 'folder' | 'link' | 'other';
}

/** Everything below a folder, names in order, git's own files left out; links are not followed. */
export async function* walk(folder: string, prefix: string, recursive: boolean): AsyncGenerator<Entry> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === '.git') continue;
    const path = prefix === '.' ? entry.name : `${prefix}/${entry.name}`;
    const file = join(folder, entry.name);
    const type = typeOf(entry);
    yield { path, file, type };
    if (recursive && type === 'folder') yield* walk(file, path, true);
  }
}

function typeOf(entry: Dirent): Entry['type'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
