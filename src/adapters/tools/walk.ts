import type { FilePlace } from '../../ports/files.ts';

/** Everything below a folder, names in order; links are not followed. */
export async function* walk(folder: FilePlace, recursive: boolean): AsyncGenerator<FilePlace> {
  for (const entry of await folder.entries()) {
    yield entry;
    if (recursive && entry.kind === 'folder') yield* walk(entry, true);
  }
}
