import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { presets } from '../../src/agents.ts';

const stub = fileURLToPath(new URL('stub-agent.mjs', import.meta.url));

/** Creates a folder in which every preset's program is the stub, and returns a PATH that begins with it. */
export function stubPath(folder: string, names: readonly string[] = Object.keys(presets)): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) symlinkSync(stub, join(folder, name));
  return [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
}
