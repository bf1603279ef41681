import { rename, writeFile } from 'node:fs/promises';
import { fileMode } from './owner-only.ts';

/** Writes a file atomically, also if the process is killed meanwhile. One writer at a time; readable only by its owner. */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  const half = `${file}.half`;
  await writeFile(half, content, { mode: fileMode });
  await rename(half, file);
}
