import { type ChildProcess, spawn } from 'node:child_process';

/** The result of a typed command. */
export interface ShellResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Shell {
  cwd: string;
  env: Record<string, string>;
  /** The words that run `troupe`. */
  troupe: readonly string[];
}

/** Runs one command and waits for its end. */
export function runInShell(shell: Shell, words: readonly string[]): Promise<ShellResult> {
  return startInShell(shell, words).typed;
}

/** Runs one command with closed stdin, as in a pipeline. */
export function startInShell(
  shell: Shell,
  words: readonly string[],
): { child: ChildProcess; typed: Promise<ShellResult> } {
  const [program = '', ...first] = shell.troupe;
  const child = spawn(program, [...first, ...words], {
    cwd: shell.cwd,
    env: shell.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk;
  });
  const typed = new Promise<ShellResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ exitCode: code ?? 1, stdout, stderr }));
  });
  return { child, typed };
}
