import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileLogs } from '../../../src/adapters/logs/file-logs.ts';
import { memoryLogs } from '../../../src/adapters/logs/memory-logs.ts';
import type { LogLine, LogOptions } from '../../../src/model/log-line.ts';
import type { Logs } from '../../../src/ports/logs.ts';
import { mergeLogs, readMergedLines } from '../../../src/runtime/plans/plan-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The printed lines that exist so far, or all until the end. */
async function* read(logs: Logs, planId: string, options: { follow?: boolean; signal?: AbortSignal } = {}) {
  for await (const { text } of readMergedLines(logs, mergeLogs(logs, [planId]), options)) yield text;
}

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
  test('return the lines of one plan in order [R146]', async () => {
    const logs = make();
    logs.append('a', 'execute', 'one');
    logs.append('b', 'execute', 'other');
    logs.append('a', 'execute', 'two ü');
    expect(await all(read(logs, 'a'))).toEqual(['one', 'two ü']);
    expect(await all(read(logs, 'none'))).toEqual([]);
    await logs.close();
  });

  test('report the size of each, and are removed one at a time', async () => {
    const logs = make();
    expect(await logs.sizes()).toEqual({});
    logs.append('a', 'execute', 'one');
    logs.append('a', 'execute', 'two');
    logs.append('b', 'execute', 'other');
    const { a, b } = await logs.sizes();
    expect(Number(b)).toBeGreaterThanOrEqual('other'.length);
    expect(Number(a)).toBeGreaterThan(Number(b));
    logs.append('a', 'execute', 'late');
    await logs.remove('a');
    await logs.remove('never there');
    expect(await logs.sizes()).toEqual({ b });
    await logs.close();
  });

  test('lose no line that is written while the reader checks for more', async () => {
    const logs = make();
    const reader = read(logs, 'a', { follow: true })[Symbol.asyncIterator]();
    for (let round = 0; round < 120; round++) {
      const next = reader.next();
      for (let turn = 0; turn < round % 12; turn++) await new Promise(resolve => setImmediate(resolve));
      logs.append('a', 'execute', `line ${round}`);
      expect((await next).value).toBe(`line ${round}`);
    }
    await logs.close();
  });

  test('are followed until closed [R146]', async () => {
    const logs = make();
    logs.append('a', 'execute', 'before');
    const reader = read(logs, 'a', { follow: true })[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe('before');
    const next = reader.next();
    logs.append('a', 'execute', 'after');
    expect((await next).value).toBe('after');
    const last = reader.next();
    await logs.close();
    expect((await last).done).toBe(true);
  });

  test('have the source and time of each line, and merge several plans in the order of printing [R146, R193]', async () => {
    const logs = make();
    logs.append('a', 'execute', 'one\ntwo');
    logs.append('b', 'unit tests', 'three');
    logs.append('a', 'troupe', 'four');
    const found: LogLine[] = [];
    for await (const line of readMergedLines(logs, mergeLogs(logs, ['a', 'b', 'none']))) found.push(line);
    expect(found.map(({ planId, step, text }) => [planId, step, text])).toEqual([
      ['a', 'execute', 'one'],
      ['a', 'execute', 'two'],
      ['b', 'unit tests', 'three'],
      ['a', 'troupe', 'four'],
    ]);
    const stamps = found.map(({ at }) => at);
    expect([new Set(stamps).size, stamps]).toEqual([4, stamps.toSorted()]);
    for (const at of stamps) expect(Date.parse(at)).toBeGreaterThan(0);
    expect((await logs.tail('a', 2)).map(({ text }) => text)).toEqual(['two', 'four']);
    await logs.close();
  });

  test('are read by step, from a time, from the end of an earlier read, and from the end [R146]', async () => {
    const logs = make();
    for (const [at, step] of ['execute', 'tests', 'execute', 'tests'].entries()) logs.append('a', step, `line ${at}`);
    const found = async (options: LogOptions) => {
      const lines: LogLine[] = [];
      for await (const line of readMergedLines(logs, mergeLogs(logs, ['a']), options)) lines.push(line);
      return lines;
    };
    const texts = async (options: LogOptions) => (await found(options)).map(({ text }) => text);
    const [, second] = await found({});
    expect(await texts({ steps: ['tests'] })).toEqual(['line 1', 'line 3']);
    expect(await texts({ since: second?.at ?? '' })).toEqual(['line 1', 'line 2', 'line 3']);
    expect(await texts({ after: second?.at ?? '' })).toEqual(['line 2', 'line 3']);
    expect(await texts({ tail: 1 })).toEqual(['line 3']);
    expect(await texts({ tail: 0 })).toEqual([]);
    expect(await texts({ steps: ['execute'], tail: 5 })).toEqual(['line 0', 'line 2']);
    await logs.close();
  });

  test('stop being followed when the reader returns', async () => {
    const logs = make();
    const stop = new AbortController();
    const waiting = all(read(logs, 'a', { follow: true, signal: stop.signal }));
    stop.abort();
    expect(await waiting).toEqual([]);
    expect(await all(read(logs, 'a', { follow: true, signal: stop.signal }))).toEqual([]);
    await logs.close();
  });
});

test('logs in memory are bounded, and a reader that fell behind continues with the remaining lines', async () => {
  const logs = memoryLogs();
  logs.append('a', 'execute', 'first');
  const reader = read(logs, 'a', { follow: true })[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe('first');
  for (let line = 0; line < 2500; line += 1) logs.append('a', 'execute', String(line));
  expect((await reader.next()).value).toBe('500');
  expect(await all(read(logs, 'a'))).toHaveLength(2000);
  await logs.close();
});

test('logs in files report how much could not be written, and do not fail the run', async () => {
  const own = mkdtempSync(join(folder, 'full-'));
  const logs = fileLogs(own);
  // A folder in place of a file fails like a full disk.
  mkdirSync(join(own, 'p.log'));
  for (const line of ['one', 'two']) logs.append('p', 'execute', line);
  logs.append('q', 'execute', 'another plan');
  await new Promise(resolve => setImmediate(resolve));
  logs.append('p', 'execute', 'three');
  expect(await all(read(logs, 'q'))).toEqual(['another plan']);
  rmSync(join(own, 'p.log'), { recursive: true });
  logs.append('p', 'execute', 'four');
  expect(await all(read(logs, 'p'))).toEqual([expect.stringMatching(/^\[3 lines .* not be written: EISDIR/), 'four']);
  logs.append('p', 'execute', 'five');
  expect((await all(read(logs, 'p'))).slice(1)).toEqual(['four', 'five']);
  await logs.close();
});

describe('full logs in files', () => {
  const printed = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `line ${from + at}`);
  const bytesIn = (own: string) => readdirSync(own).reduce((sum, name) => sum + statSync(join(own, name)).size, 0);
  const turn = () => new Promise(resolve => setImmediate(resolve));

  test('keep the last lines over all attempts and processes, report it, and stay within their limit [R327]', async () => {
    const own = mkdtempSync(join(folder, 'bound-'));
    let logs = fileLogs(own, { bytesMax: 8000 });
    for (let line = 0; line < 500; line++) {
      if (line === 250) {
        await logs.close();
        logs = fileLogs(own, { bytesMax: 8000 });
      }
      logs.append('p', 'execute', `line ${line}`);
      if (line % 3 === 0) await turn();
      // A batch of three lines may exceed the limit until it is written.
      expect(bytesIn(own)).toBeLessThanOrEqual(8000 + 3 * 46);
    }
    const [note, ...kept] = await all(read(logs, 'p'));
    expect(note).toBe('[older lines are gone: a log keeps its last 8000 bytes]');
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).toEqual(printed(500 - kept.length, 500));
    expect(await logs.sizes()).toEqual({ p: bytesIn(own) });
    await logs.remove('p');
    expect(readdirSync(own)).toEqual([]);
    await logs.close();
  });

  test('are followed across their parts, and a slow reader gets the number of missing lines', async () => {
    const logs = fileLogs(mkdtempSync(join(folder, 'bound-')), { bytesMax: 8000 });
    logs.append('p', 'execute', 'line 0');
    const reader = read(logs, 'p', { follow: true })[Symbol.asyncIterator]();
    const next = async () => String((await reader.next()).value);
    expect(await next()).toBe('line 0');
    for (let line = 1; line < 100; line++) {
      logs.append('p', 'execute', `line ${line}`);
      expect(await next()).toBe(`line ${line}`);
    }
    for (let line = 100; line < 600; line++) {
      logs.append('p', 'execute', `line ${line}`);
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

test('logs in files are complete, and long lines are read across chunks', async () => {
  const own = mkdtempSync(join(folder, 'long-'));
  const logs = fileLogs(own);
  const long = 'x'.repeat(200_000);
  for (const line of [long, 'short', long]) logs.append('p', 'execute', line);
  expect(await all(read(logs, 'p'))).toEqual([long, 'short', long]);
  await logs.close();
  logs.append('p', 'execute', 'after the end');
  const [first = '', ...others] = readFileSync(join(own, 'p.log'), 'utf8').trimEnd().split('\n');
  expect(others).toHaveLength(2);
  expect(first.length).toBe(`2026-01-31T09:00:00.000000Z\texecute\t${long}`.length);
});
