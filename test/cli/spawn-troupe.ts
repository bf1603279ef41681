import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { troupeProgram } from './own-process.ts';
import type { TestRepository } from './test-repository.ts';

/** The command line in a process of its own. */
export interface SpawnedTroupe {
  child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  exited: Promise<number | string>;
  /** What it has printed, on both streams. */
  output(): string;
}

export function spawnTroupe(project: TestRepository, args: readonly string[]): SpawnedTroupe {
  const child = spawn(process.execPath, [...troupeProgram(), ...args], {
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
  return { child, exited: once(child, 'close').then(([code, signal]) => code ?? signal), output: () => out };
}
