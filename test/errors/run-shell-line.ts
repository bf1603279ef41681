/** Hints typed as by a person: parsed by a real shell, whose `troupe` runs the command line in this process. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import { parseCommandLine } from '../../src/cli/program.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { createTerminal } from '../cli/test-terminal.ts';

/** One command of Troupe as passed on by the shell, and its result. */
export interface TypedCommand {
  words: string[];
  code: number;
  out: string;
  err: string;
}

export interface ShellResult {
  /** Exit code of the whole line. */
  code: number;
  /** Commands of Troupe in it, in order. */
  typed: TypedCommand[];
  /** Output of other programs. */
  printed: string;
}

/** Passes its arguments on to this process over two open files, and exits with the code it gets back. */
const program = `#!/bin/sh
{ printf '%s\\0' "$PWD" "$EDITOR" "$#" "$@"; } >&3
IFS= read -r code <&4
exit "$code"
`;

/** Waits for input: only whether the command line is valid is tested. */
const isLongRunning = /^(ui|inspect|owner serve|owner start)\b|--follow\b/;

/** Types one line in the project's folder. Every question at the terminal is answered with yes. */
export async function typeLine(
  project: TestRepository,
  line: string,
  env: Record<string, string> = {},
): Promise<ShellResult> {
  const bin = join(dirname(project.folder), 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(bin, 'troupe');
  writeFileSync(file, program);
  chmodSync(file, 0o755);
  const all = { ...project.env, ...env, PATH: `${bin}:${env.PATH ?? project.env.PATH}` };
  const child = spawn('/bin/sh', ['-c', line], {
    cwd: project.folder,
    env: all,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (printed += String(chunk)));
  const typed: TypedCommand[] = [];
  const [requests, replies] = [child.stdio[3] as Duplex, child.stdio[4] as Duplex];
  replies.on('error', () => undefined);
  let buffer = '';
  requests.on('data', chunk => {
    buffer += String(chunk);
    const [cwd = '', EDITOR = '', count, ...words] = buffer.split('\0');
    if (count === undefined || words.length <= Number(count)) return;
    buffer = '';
    void runTyped(words.slice(0, Number(count)), { cwd, env: { ...all, ...(EDITOR === '' ? {} : { EDITOR }) } }).then(
      done => {
        typed.push(done);
        replies.write(`${done.code}\n`);
      },
    );
  });
  const code = await new Promise<number>(resolve => child.on('close', ended => resolve(ended ?? 1)));
  return { code, typed, printed };
}

async function runTyped(words: string[], where: { cwd: string; env: Record<string, string> }): Promise<TypedCommand> {
  // Answered by the program before it loads the command line.
  if (words[0] === '--version') return { words, code: 0, out: '', err: '' };
  if (isLongRunning.test(words.join(' '))) {
    const found = parseCommandLine(words, createTerminal(where));
    return { words, code: found.kind === 'refused' ? 2 : 0, out: found.kind, err: '' };
  }
  const io = Object.assign(createTerminal({ ...where, tty: true }), {
    terminate: (pid: number) => process.kill(pid, 'SIGTERM'),
  });
  for (let question = 0; question < 3; question += 1) io.type('yes');
  const code = await main(words, io);
  return { words, code, out: io.out(), err: io.err() };
}
