/** The backend of docs/guides/backend.md with two processes on one store. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from './server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(!hasPostgres)('the backend of the guide (skipped where there is no server)', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.stop());

  test('continues in the process on standby when the owner is killed, and pays once [R284]', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/backend/backend.ts'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: server.url },
    });
    expect(stdout.split('\n')).toEqual([
      'the second process: standby',
      'the order: charging',
      'after the death of the first: open',
      'the same payment again: 202 { duplicate: true }',
      'order 1, version 1: paid',
      'order 2, version 2: shipped',
      'ended with code 0',
      '',
    ]);
  });
});
