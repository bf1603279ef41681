/** The owner of a plan dies while workers do its work, and another process takes its store over: with a real PostgreSQL server. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts';
import { differences } from '../soak/soak.ts';
import { leftBehind } from './cases/worker-case.ts';
import { runPlan } from './whole-plan.ts';

test.runIf(!hasPostgres)('a takeover was not tested: there is no PostgreSQL server', () => undefined);

describe.skipIf(!hasPostgres)('a process that takes the store of a killed owner over', () => {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-takeover-'));
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await server?.stop();
  });

  test('gets from workers what they were doing, each piece of work once [R274]', async () => {
    const code = join(directory, 'code');
    mkdirSync(code);
    compile(['test/workers/programs/owner.ts', 'test/workers/programs/worker.ts'], code);
    const program = (name: string) => join(code, `test/workers/programs/${name}.js`);
    const programs = { owner: program('owner'), worker: program('worker') };
    const gate = join(directory, 'gate');
    mkdirSync(gate);
    const started = () => readFileSync(join(gate, 'started'), 'utf8').trim().split('\n');
    const workload = { subplans: 12, gate };

    const found = await runPlan({
      ...{ programs, folder: join(directory, 'taken'), workload },
      database: { url: server.url, schema: 'taken', leaseMs: 1000 },
      workers: { server, count: 2, concurrency: 2, leaseMs: 5000 },
      async disturb({ killOwner }) {
        writeFileSync(join(gate, 'started'), '');
        await expect.poll(() => started().length, { timeout: 60_000 }).toBe(4);
        const taken = killOwner();
        // These end while no process has the store open.
        writeFileSync(join(gate, 'go'), '');
        await taken;
      },
    });
    expect(started().sort()).toEqual([1, 11, 3, 5, 7, 9].map(at => `part ${at}`));
    const expected = await runPlan({ programs, folder: join(directory, 'undisturbed'), workload, workers: null });
    expect(differences('taken over', expected.observations, found.observations)).toEqual([]);
    expect(leftBehind('taken over', found)).toEqual([]);
  }, 240_000);
});
