/** A file that Bun loads before a program, outside the sandbox. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Disposing removes it. */
export interface BunPreload extends AsyncDisposable {
  /** The variables that make Bun load it. */
  variables: Record<string, string>;
}

export async function createBunPreload(source: string): Promise<BunPreload> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bun-'));
  const path = join(folder, 'preload.cjs');
  await writeFile(path, source);
  return {
    variables: { BUN_OPTIONS: `"--preload=${path}"` },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
