import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileWriters } from '../../../src/adapters/process/file-writers.ts';
import { filesBelow, outputsAmong } from '../../../src/adapters/process/own-outputs.ts';
import { processTagVariable } from '../../../src/adapters/process/tagged-processes.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-sightings-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that runs until its input ends. */
async function program<Result>(
  script: string,
  { marker, cwd }: { marker: string; cwd: string },
  during: () => Promise<Result>,
): Promise<Result> {
  const env = { ...process.env, [processTagVariable]: marker };
  const child = spawn('sh', ['-c', `${script}; cat`], { cwd, env, stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    return await during();
  } finally {
    child.stdin?.end();
    await once(child, 'exit');
  }
}

describe.skipIf(process.platform !== 'linux')('programs of an agent', () => {
  test('are found with a file of the checkout open for writing, by either of its paths, and other programs are not', async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    const seen = createFileWriters();
    const [own, other] = [await seen.watch('plan/one', [link]), await seen.watch('plan/two', [link])];
    const script = `exec 3> '${join(folder, 'open.txt')}' 4< '${folder}'`;
    try {
      await seen.while(() =>
        program(script, { marker: 'plan/one', cwd: tmpdir() }, async () => {
          for (const path of [join(folder, 'open.txt'), join(link, 'open.txt')]) {
            const sign = async () => (await own.evidence([path])).get(path);
            await expect.poll(sign, { timeout: 10_000 }).toMatch(/^process \d+ \(.+\) had it open to write$/);
          }
        }),
      );
      expect(await other.evidence([join(folder, 'open.txt')])).toEqual(new Map());
      expect(own.workedIn(link)).toBe(false);
    } finally {
      own.stop();
      other.stop();
      rmSync(link);
    }
  });

  test('are found working in the checkout, and only later changes count as theirs', async () => {
    const seen = createFileWriters();
    const watched = await seen.watch('plan/one', [folder]);
    const path = join(folder, 'changed.txt');
    await seen.while(() =>
      program('true', { marker: 'plan/one', cwd: folder }, async () => {
        await expect.poll(() => watched.workedIn(folder), { timeout: 10_000 }).toBe(true);
        writeFileSync(path, 'x');
        const sign = async () => (await watched.evidence([path])).get(path);
        await expect.poll(sign, { timeout: 10_000 }).toContain(`worked in ${folder} when it changed`);
      }),
    );
    watched.stop();
    expect(await watched.evidence(['/etc/passwd'])).toEqual(new Map());
  });
});

describe('output of Troupe', () => {
  test('is a file by its identity, or a file in one of its folders', async () => {
    const [own, other] = [join(folder, 'own.txt'), join(folder, 'other.txt')];
    writeFileSync(own, 'x');
    writeFileSync(other, 'x');
    const { dev, ino } = statSync(own, { bigint: true });
    const outputs = [{ kind: 'file' as const, dev: String(dev), ino: String(ino) }];
    expect(await outputsAmong([own, other], outputs)).toEqual(new Set([own]));
    expect(await filesBelow([own, '/elsewhere'], [folder])).toEqual([own]);
  });

  test.skipIf(process.platform !== 'linux')('is what a program writes that reads from a pipe of Troupe', async () => {
    const [copy, other, number] = ['copy.txt', 'other.txt', 'number.txt'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(other, 'x');
    const script = '{ exec 5>&1; readlink /proc/self/fd/5 > number.txt; cat; } | tee copy.txt';
    await program(script, { marker: 'none', cwd: folder }, async () => {
      const pipe = () => (existsSync(number) ? /\[(\d+)\]/.exec(readFileSync(number, 'utf8'))?.[1] : undefined);
      await expect.poll(pipe, { timeout: 10_000 }).toBeDefined();
      const outputs = [{ kind: 'pipe' as const, dev: '0', ino: pipe() ?? '' }];
      const among = () => outputsAmong([copy, other], outputs);
      await expect.poll(among, { timeout: 10_000 }).toEqual(new Set([copy]));
    });
  });
});
