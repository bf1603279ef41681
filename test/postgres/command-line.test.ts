/** The command line on a store on PostgreSQL: two clones of a repository, each with a home of its own, stand for two machines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { createEmptyFolder, createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './server.ts';

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** Waits for a file, then writes another. */
const action = `
name: local/wait
description: Write b.txt
executionActor:
  kind: command
  argv: [sh, -c, 'touch "$HOME/begun"; test -e "$HOME/go" || sleep 600; echo done > b.txt']
`;

describe.skipIf(!hasPostgres)('the command line on PostgreSQL (skipped where there is no server)', () => {
  let server: PostgresServer;
  let first: TestRepository;
  let second: TestRepository;
  let store: string;

  beforeAll(async () => {
    server = await startPostgres();
    store = `${server.url}&schema=plans`;
    first = createRepository();
    first.write('wait.yaml', action);
    first.git('add', '-A');
    first.git('commit', '-qm', 'Action');
    second = createEmptyFolder();
    second.git('clone', '-q', first.folder, '.');
  });

  afterAll(async () => {
    first.remove();
    second.remove();
    await server.stop();
  });

  test(
    'a second machine learns who owns the store, and takes the store over when it dies [R270]',
    { timeout: 300_000 },
    async () => {
      const words = [
        '--import',
        'tsx',
        program,
        '-C',
        first.folder,
        '--store',
        store,
        'run',
        '-f',
        join(first.folder, 'wait.yaml'),
      ];
      const owner = spawn(process.execPath, [...words, '--profile', 'full-auto'], {
        env: first.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let printed = '';
      owner.stdout.on('data', chunk => {
        printed += chunk;
      });
      owner.stderr.on('data', chunk => {
        printed += chunk;
      });
      const startedFile = join(first.env.HOME ?? '', 'begun');
      await Promise.race([
        once(owner, 'exit').then(() => {
          throw new Error(printed);
        }),
        new Promise<void>(resolve => {
          const watcher = watch(first.env.HOME ?? '', () => {
            if (!existsSync(startedFile)) return;
            watcher.close();
            resolve();
          });
        }),
      ]);
      const refused = await runTroupe(second, ['--store', store, '--lock-timeout', '0.1', 'plan', 'list']);
      expect(refused).toMatchObject({
        code: 10,
        err: expect.stringContaining(`process ${owner.pid} on ${hostname()}`),
      });
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      // Waits for the lease, and no longer.
      const { data } = await runTroupeJson(second, ['--store', store, 'plan', 'list']);
      expect(data.plans).toMatchObject([{ phase: 'execute', state: 'processing' }]);
    },
  );
});
