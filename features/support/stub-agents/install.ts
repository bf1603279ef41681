import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const claude = fileURLToPath(new URL('claude.mjs', import.meta.url));

/** Installs stand-ins for agents into a folder, for a PATH. Under the name of any other agent it only prints its version. */
export function installStubAgents(folder: string, ...names: string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const program = name === 'claude' ? `exec '${process.execPath}' '${claude}' "$@"` : 'echo 1.2.3';
    writeFileSync(join(folder, name), `#!/bin/sh\n${program}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
