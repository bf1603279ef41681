import { Readable } from 'node:stream';
import { main } from '../../../src/cli/main.ts';
import { createProcessIo } from '../../../src/cli/process-io.ts';
import type { Shell, ShellResult } from './shell.ts';

/**
 * Runs one command in this process, with closed stdin. Starting a process for each command took half of the processor time of
 * these scenarios and shows nothing about a plan; features/command-line.feature runs the built program.
 */
export async function runCommand({ cwd, env }: Shell, words: readonly string[]): Promise<ShellResult> {
  let stdout = '';
  let stderr = '';
  const exitCode = await main(words, {
    ...createProcessIo(process),
    cwd,
    env,
    stdin: Readable.from([]),
    stdout: {
      write: text => {
        stdout += text;
      },
    },
    stderr: {
      write: text => {
        stderr += text;
      },
    },
    parentProcess: null,
    screen: null,
  });
  return { exitCode, stdout, stderr };
}
