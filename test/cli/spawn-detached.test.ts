import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spawnDetached } from '../../src/cli/spawn-detached.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the given program as the script. */
function self(script: string, execPath = process.execPath): NodeJS.Process {
  const file = join(folder, 'program.cjs');
  writeFileSync(file, script);
  return { execPath, execArgv: [], argv: ['node', file] } as unknown as NodeJS.Process;
}

test('a detached process sends one message, and prints to the log', async () => {
  const log = join(folder, 'logs', 'out.log');
  const program = self(
    `console.log('words: ' + process.argv.slice(2)); process.send({ type: 'begun', planId: 'P' }); process.disconnect?.();`,
  );
  const { pid, message } = spawnDetached(program, ['run', '-d'], log);
  expect(await message).toEqual({ type: 'begun', planId: 'P' });
  expect(pid).toBeGreaterThan(0);
  expect(readFileSync(log, 'utf8')).toContain('words: run,-d');
  expect(statSync(log).mode & 0o777).toBe(0o600);
});

test('a detached process that ends without a message, or cannot be started, is reported as ended', async () => {
  const log = join(folder, 'out.log');
  expect(await spawnDetached(self(''), [], log).message).toEqual({ type: 'ended' });
  const nowhere = spawnDetached(self('', join(folder, 'no-node')), [], log);
  expect([nowhere.pid, await nowhere.message]).toEqual([0, { type: 'ended' }]);
});

test('a log that is too long is truncated', async () => {
  const log = join(folder, 'out.log');
  writeFileSync(log, 'x'.repeat(5 * 1024 ** 2));
  await spawnDetached(self(''), [], log).message;
  expect(statSync(log).size).toBeLessThan(1000);
});
