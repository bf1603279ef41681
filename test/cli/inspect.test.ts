/** The inspector's page, opened from the command line: alone, as a report, and while a command runs. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { greetAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.write('greet.yaml', greetAction);
});
afterEach(() => project.remove());

describe('troupe inspect', () => {
  test('writes one report file with --report, and exits', async () => {
    await runTroupe(project, ['run', '-f', 'greet.yaml']);
    const done = await runTroupeJson(project, ['inspect', '--report', 'run.html', '--stately', 'ws://127.0.0.1:1']);
    const file = join(project.folder, 'run.html');
    expect(done).toMatchObject({ exit_code: 0, data: { address: null, report: file } });
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('Greet the world');
  });

  test('prints an address that opens once, and serves it until it is closed', async () => {
    const { io, done } = startTroupe(project, ['inspect', '--control']);
    await io.waitForError('Ctrl-C closes the page');
    expect(io.err()).toMatch(/Open http:\/\/127\.0\.0\.1:\d+\/\?token=\S+ {3}\(it opens once\)/);
    io.signal('SIGINT');
    expect(await done).toBe(0);
    expect(io.out()).toContain('The page is closed.');
  });

  test.each(['0', '70000', '1.5', 'here'])('rejects the port %s', async port => {
    const done = await runTroupe(project, ['inspect', '--port', port]);
    expect(done.code).toBe(2);
    expect(done.err).toContain(`--port takes a number from 1 to 65535, not "${port}"`);
  });

  test('reports that a port is in use', async () => {
    const other = createServer();
    await new Promise<void>(listening => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as AddressInfo;
    const done = await runTroupe(project, ['inspect', '--port', String(port)]);
    expect(done.code).toBe(2);
    expect(done.err).toContain(`Port ${port} is taken`);
    await new Promise(closed => other.close(closed));
  });
});

test('A command with --inspect prints the address of the inspector; one without opens no port', async () => {
  const seen = await runTroupe(project, ['run', '-f', 'greet.yaml', '--inspect']);
  expect(seen.code).toBe(0);
  expect(seen.err).toContain('Open http://127.0.0.1:');
  const unseen = await runTroupe(project, ['run', '-f', 'greet.yaml']);
  expect(unseen.code).toBe(0);
  expect(unseen.err).not.toContain('http://');
});
