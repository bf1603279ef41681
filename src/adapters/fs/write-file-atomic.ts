import { rename, writeFile } from 'node:fs/promises';
import { fileMode } from './owner-only.ts';

/** Writes a file so that it is there whole or as it was, also when the process dies meanwhile. One writer at a time, one reader: its owner. */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  const half = `${file}.half`;
  await writeFile(half, content, { mode: fileMode });
  await rename(half, file);
}
