import type { SandboxFile } from '../../ports/files.ts';

/** Yields everything below a folder, sorted by name; links are not followed. */
export async function* walkFolder(folder: SandboxFile, recursive: boolean): AsyncGenerator<SandboxFile> {
  for (const entry of await folder.entries()) {
    yield entry;
    if (recursive && entry.kind === 'folder') yield* walkFolder(entry, true);
  }
}
