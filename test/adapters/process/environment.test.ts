import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildEnvironment } from '../../../src/adapters/process/environment.ts';
import { locateProgram } from '../../../src/adapters/process/locate.ts';

describe('The environment of a program', () => {
  test('is the given one, without variables that control git', () => {
    expect(buildEnvironment({ PATH: '/bin', A: '1', GIT_DIR: 'x', git_dir: 'x' })).toEqual({ PATH: '/bin', A: '1' });
  });

  test('has a PATH with the running Node if the host has none', async () => {
    const { PATH } = buildEnvironment();
    expect(PATH?.endsWith(':/usr/local/bin:/usr/bin:/bin')).toBe(true);
    expect(await locateProgram('node', '/', buildEnvironment())).toBe(process.execPath);
  });
});

describe('A program', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'troupe-locate-'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'tool'), '#!/bin/sh\n');
    await chmod(join(folder, 'bin', 'tool'), 0o755);
    await writeFile(join(folder, 'bin', 'text'), 'text');
    await chmod(join(folder, 'bin', 'text'), 0o644);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is looked up on PATH by its name', async () => {
    expect(await locateProgram('tool', '/', { PATH: `/nowhere::${folder}/bin` })).toBe(join(folder, 'bin', 'tool'));
    expect(await locateProgram('tool', folder, { PATH: '/nowhere' })).toBeNull();
    expect(await locateProgram('sh', folder)).toMatch(/\/sh$/);
  });

  test('with a slash in its name is a file, relative to the file that names it', async () => {
    expect(await locateProgram('./bin/tool', folder)).toBe(join(folder, 'bin', 'tool'));
    expect(await locateProgram(join(folder, 'bin', 'tool'), '/')).toBe(join(folder, 'bin', 'tool'));
    expect(await locateProgram('./bin/none', folder)).toBeNull();
  });

  test('must be an executable file', async () => {
    expect(await locateProgram('./bin', folder)).toBeNull();
    expect(await locateProgram('./bin/text', folder)).toBeNull();
  });
});
