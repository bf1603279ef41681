/**
 * How long the start of a program blocks the event loop of a process with 300 MB of memory in use: directly, and through the
 * spawn server. The memory is written to, because a start copies the page tables of what is in use only.
 */
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { StartedProgram } from '../../../src/adapters/process/spawn-server/remote-program.ts';
import { startSpawnServer } from '../../../src/adapters/process/spawn-server/spawn-server.ts';
import { startDirectly } from '../../../src/adapters/process/spawn-server/start-program.ts';
import { type BenchCase, median } from '../bench-case.ts';

const options = { cwd: '/', env: { PATH: process.env.PATH } };

async function measureStart(start: () => StartedProgram): Promise<number> {
  const began = performance.now();
  const program = start();
  const blocked = performance.now() - began;
  program.stdout.resume();
  program.stderr.resume();
  await once(program, 'close');
  return blocked;
}

export const bench: BenchCase = {
  needs: 'sh',
  async run(context) {
    if (!context.includes('start.direct', 'start.server')) return [];
    const n = context.size(40, 2);
    // In small objects: the kernel copies no page tables of one large block that it backs with huge pages.
    const memory = Array.from({ length: context.size(300_000, 1) }, () => Buffer.alloc(1000, 1));
    const server = startSpawnServer(() => {});
    while (!server.isReady) await pause(1);
    const direct: number[] = [];
    const served: number[] = [];
    for (let at = 0; at < n; at++) {
      direct.push(await measureStart(() => startDirectly('true', [], options)));
      await nextTurn();
      served.push(await measureStart(() => server.start('true', [], options)));
    }
    server.close();
    if (memory.length === 0) throw new Error('The memory was released');
    return [
      { name: 'start.direct', value: median(direct), unit: 'ms', n },
      { name: 'start.server', value: median(served), unit: 'ms', n },
    ];
  },
};
