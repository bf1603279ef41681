/** A process of its own: takes all files it may open but a few, types a command, gives them back, types it again. */
import { closeSync, openSync } from 'node:fs';
import { main } from '../../src/cli/main.ts';
import { terminal } from '../cli/terminal.ts';

const [cwd = '', few = '8', ...words] = process.argv.slice(2);
const env = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  XDG_STATE_HOME: process.env.XDG_STATE_HOME ?? '',
};

async function type(command: string[]): Promise<unknown> {
  const io = terminal({ cwd, env });
  const code = await main([...command, '--json'], io);
  return {
    code,
    said: JSON.parse(io.out()).messages.filter((message: { level: string }) => message.level === 'error'),
  };
}

// What is loaded later needs files as well, and is not what is looked at here.
await type(['doctor']);
await type(['plan', 'list']);
await import('../../src/cli/commands/run.ts');
await import('../../src/cli/action-source.ts');

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  for (const file of taken.splice(0, Number(few))) closeSync(file);
}
const poor = await type(words);
for (const file of taken) closeSync(file);
process.stdout.write(JSON.stringify({ poor, rich: await type(words) }));
