/** What a start costs a process with much memory in use, in processor time: how long it takes depends on what else the machine does. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { StartedProgram } from '../../../../src/adapters/process/spawn-server/remote-program.ts';
import { startSpawnServer } from '../../../../src/adapters/process/spawn-server/spawn-server.ts';
import { startDirectly } from '../../../../src/adapters/process/spawn-server/start-program.ts';

const options = { cwd: '/', env: { PATH: process.env.PATH } };
const rounds = 20;

/** Returns the median of the processor time that the call itself took, in milliseconds: meanwhile nothing else runs in the process. */
async function measureStarts(start: () => StartedProgram): Promise<number> {
  const used: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = process.cpuUsage();
    const program = start();
    const { user, system } = process.cpuUsage(from);
    used.push((user + system) / 1000);
    program.stdout.resume();
    program.stderr.resume();
    await once(program, 'close');
  }
  return used.sort((left, right) => left - right)[rounds / 2] ?? Number.NaN;
}

test.skipIf(process.platform !== 'linux')(
  'The start of a program blocks a process with 300 MB in use for at most 5 ms [R311]',
  { timeout: 120_000 },
  async () => {
    // In small objects: the kernel copies no page tables of one large block that it backs with huge pages.
    const memory = Array.from({ length: 300_000 }, () => Buffer.alloc(1000, 1));
    const server = startSpawnServer(() => {});
    while (!server.isReady) await nextTurn();
    try {
      const direct = await measureStarts(() => startDirectly('true', [], options));
      const served = await measureStarts(() => server.start('true', [], options));
      expect(served).toBeLessThanOrEqual(5);
      expect(direct, 'the memory is in use').toBeGreaterThan(served);
    } finally {
      server.close();
      memory.length = 0;
    }
  },
);
