import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ProgramCosts } from './settings.ts';

/** A program of this folder that runs. */
export interface StartedProgram {
  child: ChildProcess;
  said: { ready?: boolean; done?: boolean; costs?: ProgramCosts; jobs?: { begun: number; done: number } };
  /** Resolves when it ended, or said that it is done. */
  done: Promise<void>;
  ended: Promise<void>;
  errors(): string;
}

/** @param program a compiled one */
export function startProgram(program: string, settings: object): StartedProgram {
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(() => undefined);
  const said: StartedProgram['said'] = {};
  const done = new Promise<void>(resolve => {
    createInterface({ input: child.stdout }).on('line', line => {
      Object.assign(said, JSON.parse(line));
      if (said.done) resolve();
    });
    void ended.then(resolve);
  });
  return { child, said, done, ended, errors: () => errors };
}
