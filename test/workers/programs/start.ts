import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ProgramCosts } from './settings.ts';

/** A program of this folder that runs. */
export interface StartedProgram {
  child: ChildProcess;
  status: {
    ready?: boolean;
    done?: boolean;
    costs?: ProgramCosts;
    jobs?: { started: number; done: number; failures: string[] };
  };
  /** Resolves when it ended, or status that it is done. */
  done: Promise<void>;
  ended: Promise<void>;
  errors(): string;
}

/** @param program a compiled one @param prefix words before the command */
export function startProgram(program: string, settings: object, prefix: readonly string[] = []): StartedProgram {
  const [command = '', ...words] = [...prefix, process.execPath, program, JSON.stringify(settings)];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(() => undefined);
  const status: StartedProgram['status'] = {};
  const done = new Promise<void>(resolve => {
    createInterface({ input: child.stdout }).on('line', line => {
      Object.assign(status, JSON.parse(line));
      if (status.done) resolve();
    });
    void ended.then(resolve);
  });
  return { child, status, done, ended, errors: () => errors };
}

export async function untilReady({ status, child, errors }: StartedProgram): Promise<void> {
  while (!status.ready) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`A program did not start: ${errors()}`);
    await once(AbortSignal.timeout(20), 'abort');
  }
}
