import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Repository } from './repository.ts';

const tsx = createRequire(import.meta.url).resolve('tsx');
const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** The command line in a process of its own. */
export interface Spawned {
  child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** What it has printed, on both streams. */
  out(): string;
}

export function spawnTroupe(project: Repository, words: readonly string[]): Spawned {
  const child = spawn(process.execPath, ['--import', tsx, cli, ...words], {
    cwd: project.folder,
    env: project.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  return { child, ended: once(child, 'close').then(([code, signal]) => code ?? signal), out: () => out };
}
