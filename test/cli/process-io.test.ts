/** What the command line uses of its process: programs of the user, a screen, and the parent process. */

import { spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { DetachMessage } from '../../src/cli/io.ts';
import { createProcessIo } from '../../src/cli/process-io.ts';

/** This process with some properties replaced. */
const like = (more: object): NodeJS.Process =>
  Object.create(process, Object.fromEntries(Object.entries(more).map(([name, value]) => [name, { value }])));

describe('an interactive program', () => {
  test('returns the exit code of an editor', async () => {
    const io = createProcessIo(process);
    expect(await io.edit('test a.txt =', 'a.txt')).toBe(0);
    expect(await io.edit('test a.txt =', 'b.txt')).toBe(1);
    expect(await io.edit('kill -9 $$; :', 'a.txt')).toBe(1);
  });

  test('returns the exit code of a shell, also of one that does not exist', async () => {
    const shell = (name: string) => createProcessIo(like({ env: { ...process.env, SHELL: name } })).shell('/');
    expect(await shell('true')).toBe(0);
    expect(await shell('false')).toBe(1);
    expect(await shell('/nowhere/sh')).toBe(127);
  });
});

describe('a webhook for notifications [R150]', () => {
  const listening = async (answer: (response: ServerResponse) => void) => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => {
        body += String(chunk);
      });
      request.on('end', () => {
        requests.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
        answer(response);
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { requests, url: `http://127.0.0.1:${port}/hook`, [Symbol.asyncDispose]: async () => void server.close() };
  };

  test('gets JSON by POST; its status is returned, and redirects are not followed', async () => {
    const io = createProcessIo(process);
    await using well = await listening(response => response.writeHead(204).end());
    expect(await io.post(well.url, '[1]', 30_000)).toBe(204);
    expect(well.requests).toEqual(['POST /hook application/json [1]']);
    await using moved = await listening(response => response.writeHead(302, { location: well.url }).end());
    expect(await io.post(moved.url, '[2]', 30_000)).toBe(302);
    expect(well.requests).toHaveLength(1);
  });

  test('times out when it does not answer', async () => {
    await using silent = await listening(() => {});
    await expect(createProcessIo(process).post(silent.url, '[]', 50)).rejects.toThrow();
  });
});

describe('a program for notifications [R150]', () => {
  test('gets its arguments, and the message on its standard input', async () => {
    const io = createProcessIo(process);
    const check = ['sh', '-c', 'test "$1" = word && test "$(cat)" = said', 'sh', 'word'] as const;
    expect(await io.notify([...check], 'said', 30_000)).toBe(0);
    expect(await io.notify([...check], 'other', 30_000)).toBe(1);
  });

  test('may leave its input unread, and may not exist', async () => {
    const io = createProcessIo(process);
    expect(await io.notify(['true'], 'x'.repeat(1_000_000), 30_000)).toBe(0);
    expect(await io.notify(['/nowhere/notify'], 'said', 30_000)).toBe(127);
  });

  test('is stopped when it does not end in time', async () => {
    expect(await createProcessIo(process).notify(['tail', '-f', '/dev/null'], 'said', 50)).toBe(1);
  });
});

test('There is a screen only when standard input and output are both a terminal', () => {
  const [yes, no] = [{ isTTY: true }, { isTTY: false }];
  const screen = (stdin: object, stdout: object) => createProcessIo(like({ stdin, stdout })).screen;
  expect(screen(yes, yes)).toEqual({ stdin: yes, stdout: yes });
  expect(screen(yes, no)).toBeNull();
  expect(screen(no, yes)).toBeNull();
});

test('The parent process gets messages while it is connected; without one there are none', () => {
  const messages: DetachMessage[] = [];
  const send = (message: DetachMessage) => messages.push(message);
  createProcessIo(like({ send, connected: true })).parentProcess?.({ type: 'ended' });
  createProcessIo(like({ send, connected: false })).parentProcess?.({ type: 'ended' });
  expect(messages).toEqual([{ type: 'ended' }]);
  expect(createProcessIo(like({ send: undefined })).parentProcess).toBeNull();
});

test('An exit listener is called until it is removed', () => {
  const before = process.listenerCount('exit');
  const stop = createProcessIo(process).onExit(() => undefined);
  expect(process.listenerCount('exit')).toBe(before + 1);
  stop();
  expect(process.listenerCount('exit')).toBe(before);
});

test('Another process is terminated with SIGTERM', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
  const ended = new Promise(onClose => child.once('close', (_, signal) => onClose(signal)));
  createProcessIo(process).terminate(child.pid ?? 0);
  expect(await ended).toBe('SIGTERM');
});
