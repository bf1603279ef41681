import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environment } from '../../../src/adapters/process/environment.ts';
import { locate } from '../../../src/adapters/process/locate.ts';

describe('The environment of a program', () => {
  test('is what is given, without variables that steer git', () => {
    expect(environment({ PATH: '/bin', A: '1', GIT_DIR: 'x', git_dir: 'x' })).toEqual({ PATH: '/bin', A: '1' });
  });

  test('has a PATH when the host gives none, with the Node that runs us on it', async () => {
    const { PATH } = environment();
    expect(PATH?.endsWith(':/usr/local/bin:/usr/bin:/bin')).toBe(true);
    expect(await locate('node', '/', environment())).toBe(process.execPath);
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
    expect(await locate('tool', '/', { PATH: `/nowhere::${folder}/bin` })).toBe(join(folder, 'bin', 'tool'));
    expect(await locate('tool', folder, { PATH: '/nowhere' })).toBeNull();
    expect(await locate('sh', folder)).toMatch(/\/sh$/);
  });

  test('with a slash in its name is a file, relative to where it was written down', async () => {
    expect(await locate('./bin/tool', folder)).toBe(join(folder, 'bin', 'tool'));
    expect(await locate(join(folder, 'bin', 'tool'), '/')).toBe(join(folder, 'bin', 'tool'));
    expect(await locate('./bin/none', folder)).toBeNull();
  });

  test('must be a file, and executable', async () => {
    expect(await locate('./bin', folder)).toBeNull();
    expect(await locate('./bin/text', folder)).toBeNull();
  });
});
