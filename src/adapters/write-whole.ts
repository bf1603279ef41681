import { rename, writeFile } from 'node:fs/promises';

/** Writes a file so that it is there whole or as it was, also when the process dies meanwhile. One writer at a time. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const half = `${file}.half`;
  await writeFile(half, content);
  await rename(half, file);
}
