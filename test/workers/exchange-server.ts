/** An exchange that is reached over a network, served by the daemon of git. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Machine } from './network.ts';
import { guarded } from './redis-server.ts';

/** @param path a bare repository */
export async function serveExchange(
  path: string,
  { address, prefix }: Machine,
): Promise<{ url: string; stop(): Promise<void> }> {
  const where = [`--listen=${address}`, '--reuseaddr', `--base-path=${dirname(path)}`];
  // The program itself: `git daemon` would start it as a child, which outlives it.
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-daemon');
  const daemon = [program, '--verbose', '--export-all', '--enable=receive-pack', ...where];
  const words = ['-c', guarded, 'sh', ...prefix, ...daemon];
  const server = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    server.on('close', code => reject(new Error(`The daemon of git ended with ${code}`)));
    createInterface({ input: server.stderr }).on('line', line => {
      if (line.includes('Ready to rumble')) resolve();
    });
  });
  return {
    url: `git://${address}/${basename(path)}`,
    async stop() {
      const ended = once(server, 'close');
      server.stdin.end();
      await ended;
    },
  };
}
