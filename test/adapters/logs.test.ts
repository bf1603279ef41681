import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileLogs } from '../../src/adapters/file-logs.ts';
import { memoryLogs } from '../../src/adapters/memory-logs.ts';
import type { Logs } from '../../src/ports/logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

const kinds: [string, () => Logs][] = [
  ['in memory', memoryLogs],
  ['in files', () => fileLogs(mkdtempSync(join(folder, 'k-')))],
];

describe.each(kinds)('logs %s', (_kind, make) => {
  test('give back the lines of one plan in order [R146]', async () => {
    const logs = make();
    logs.append('a', 'one');
    logs.append('b', 'other');
    logs.append('a', 'two ü');
    expect(await all(logs.read('a'))).toEqual(['one', 'two ü']);
    expect(await all(logs.read('none'))).toEqual([]);
    await logs.close();
  });

  test('tell how large each is, and go one by one', async () => {
    const logs = make();
    expect(await logs.sizes()).toEqual({});
    logs.append('a', 'one');
    logs.append('a', 'two');
    logs.append('b', 'other');
    expect(await logs.sizes()).toEqual({ a: 8, b: 6 });
    logs.append('a', 'late');
    await logs.remove('a');
    await logs.remove('never there');
    expect(await logs.sizes()).toEqual({ b: 6 });
    await logs.close();
  });

  test('lose no line that comes while the reader looks whether there is one', async () => {
    const logs = make();
    const reader = logs.read('a', { follow: true })[Symbol.asyncIterator]();
    for (let round = 0; round < 120; round++) {
      const next = reader.next();
      for (let turn = 0; turn < round % 12; turn++) await new Promise(resolve => setImmediate(resolve));
      logs.append('a', `line ${round}`);
      expect((await next).value).toBe(`line ${round}`);
    }
    await logs.close();
  });

  test('are followed as lines come, until closed [R146]', async () => {
    const logs = make();
    logs.append('a', 'before');
    const reader = logs.read('a', { follow: true })[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe('before');
    const next = reader.next();
    logs.append('a', 'after');
    expect((await next).value).toBe('after');
    const last = reader.next();
    await logs.close();
    expect((await last).done).toBe(true);
  });

  test('stop being followed when the reader says so', async () => {
    const logs = make();
    const stop = new AbortController();
    const waiting = all(logs.read('a', { follow: true, signal: stop.signal }));
    stop.abort();
    expect(await waiting).toEqual([]);
    expect(await all(logs.read('a', { follow: true, signal: stop.signal }))).toEqual([]);
    await logs.close();
  });
});

test('logs in memory are bounded, and a reader that fell behind goes on with what is kept', async () => {
  const logs = memoryLogs();
  logs.append('a', 'first');
  const reader = logs.read('a', { follow: true })[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe('first');
  for (let line = 0; line < 2500; line += 1) logs.append('a', String(line));
  expect((await reader.next()).value).toBe('500');
  expect(await all(logs.read('a'))).toHaveLength(2000);
  await logs.close();
});

test('logs in files say how much of them could not be written, and stop nobody', async () => {
  const own = mkdtempSync(join(folder, 'full-'));
  const logs = fileLogs(own);
  // What a full disk does to a file, a folder in its place does as well.
  mkdirSync(join(own, 'p.log'));
  for (const line of ['one', 'two']) logs.append('p', line);
  logs.append('q', 'another plan');
  await new Promise(resolve => setImmediate(resolve));
  logs.append('p', 'three');
  expect(await all(logs.read('q'))).toEqual(['another plan']);
  rmSync(join(own, 'p.log'), { recursive: true });
  logs.append('p', 'four');
  expect(await all(logs.read('p'))).toEqual([expect.stringMatching(/^\[3 lines .* not be written: EISDIR/), 'four']);
  logs.append('p', 'five');
  expect((await all(logs.read('p'))).slice(1)).toEqual(['four', 'five']);
  await logs.close();
});

describe('logs in files that are full', () => {
  const printed = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `line ${from + at}`);
  const bytesIn = (own: string) => readdirSync(own).reduce((sum, name) => sum + statSync(join(own, name)).size, 0);
  const turn = () => new Promise(resolve => setImmediate(resolve));

  test('keep the last lines over all tries and processes, say so, and stay below their bound', async () => {
    const own = mkdtempSync(join(folder, 'bound-'));
    let logs = fileLogs(own, { bytesMax: 1600 });
    for (let line = 0; line < 500; line++) {
      if (line === 250) {
        await logs.close();
        logs = fileLogs(own, { bytesMax: 1600 });
      }
      logs.append('p', `line ${line}`);
      if (line % 3 === 0) await turn();
      // A turn of three lines may go beyond it until it is written.
      expect(bytesIn(own)).toBeLessThanOrEqual(1600 + 3 * 9);
    }
    const [note, ...kept] = await all(logs.read('p'));
    expect(note).toBe('[older lines are gone: a log keeps its last 1600 bytes]');
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).toEqual(printed(500 - kept.length, 500));
    expect(await logs.sizes()).toEqual({ p: bytesIn(own) });
    await logs.remove('p');
    expect(readdirSync(own)).toEqual([]);
    await logs.close();
  });

  test('are followed over their pieces, and who reads too slowly is told what is gone', async () => {
    const logs = fileLogs(mkdtempSync(join(folder, 'bound-')), { bytesMax: 1600 });
    logs.append('p', 'line 0');
    const reader = logs.read('p', { follow: true })[Symbol.asyncIterator]();
    const next = async () => String((await reader.next()).value);
    expect(await next()).toBe('line 0');
    for (let line = 1; line < 100; line++) {
      logs.append('p', `line ${line}`);
      expect(await next()).toBe(`line ${line}`);
    }
    for (let line = 100; line < 600; line++) {
      logs.append('p', `line ${line}`);
      await turn();
    }
    const seen: string[] = [];
    while (seen.at(-1) !== 'line 599') seen.push(await next());
    const at = seen.findIndex(line => line.startsWith('[older lines are gone'));
    const after = seen.slice(at + 1);
    expect(after).toEqual(printed(600 - after.length, 600));
    await logs.close();
  });
});

test('logs in files are complete, and long lines survive chunked reading', async () => {
  const own = mkdtempSync(join(folder, 'long-'));
  const logs = fileLogs(own);
  const long = 'x'.repeat(200_000);
  for (const line of [long, 'short', long]) logs.append('p', line);
  expect(await all(logs.read('p'))).toEqual([long, 'short', long]);
  await logs.close();
  logs.append('p', 'after the end');
  expect(readFileSync(join(own, 'p.log'), 'utf8')).toHaveLength(400_008);
});
