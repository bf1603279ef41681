/** A separate process: opens almost all files it may open, runs a command, closes the files, runs it again. */
import { closeSync, openSync } from 'node:fs';
import { main } from '../../src/cli/main.ts';
import { createTerminal } from '../cli/test-terminal.ts';

const [cwd = '', limit = '8', ...words] = process.argv.slice(2);
const env = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  XDG_STATE_HOME: process.env.XDG_STATE_HOME ?? '',
};

async function runCommand(command: string[]): Promise<unknown> {
  const io = createTerminal({ cwd, env });
  const code = await main([...command, '--json'], io);
  return {
    code,
    errors: JSON.parse(io.out()).messages.filter((message: { level: string }) => message.level === 'error'),
  };
}

// Modules that are loaded later need files too, and are not part of this test.
await runCommand(['doctor']);
await runCommand(['plan', 'list']);
await import('../../src/cli/commands/run.run.ts');
await import('../../src/cli/action-input.ts');

const openFiles: number[] = [];
try {
  for (;;) openFiles.push(openSync('/dev/null', 'r'));
} catch {
  for (const file of openFiles.splice(0, Number(limit))) closeSync(file);
}
const underLimit = await runCommand(words);
for (const file of openFiles) closeSync(file);
process.stdout.write(JSON.stringify({ poor: underLimit, rich: await runCommand(words) }));
