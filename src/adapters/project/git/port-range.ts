/** Ranges of TCP ports, one for each sandbox in use, across repositories and processes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { acquireLock } from './lock.ts';

/** Below the range that systems use for outgoing connections. */
const first = 20_000;
const last = 29_990;
export const portsInRange = 10;

/**
 * Claims a range for a sandbox by its path. A claim is valid while the folder at that path exists; ports in use by
 * other programs are skipped.
 * @throws {TroupeError} TOO_MANY_FILES when no range is left
 */
export async function claimPorts(folder: string, path: string): Promise<number> {
  const claims = join(folder, 'ports');
  await mkdir(claims, { recursive: true });
  await using _lock = await acquireLock(join(claims, 'lock'), { purpose: 'choosing ports' });
  const owners = async (start: number) => await readFile(join(claims, String(start)), 'utf8').catch(() => null);
  for (let start = first; start <= last; start += portsInRange) {
    const owner = await owners(start);
    if (owner !== path && ((owner !== null && existsSync(owner)) || !(await areFree(start)))) continue;
    await writeFile(join(claims, String(start)), path);
    return start;
  }
  throw new TroupeError('TOO_MANY_FILES', `All ports from ${first} to ${last + portsInRange - 1} are taken`, {
    where: claims,
    hints: [commandHint('gc')],
  });
}

async function areFree(start: number): Promise<boolean> {
  const ports = Array.from({ length: portsInRange }, (_, at) => start + at);
  return (await Promise.all(ports.map(isFree))).every(free => free);
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
