import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { globalInvariantFolder } from '../../../src/adapters/invariants/global-invariant-folder.ts';
import type { Invariant } from '../../../src/model/invariant.ts';
import { testId } from '../../fixtures.ts';
import { tempDirectories } from '../temp-directories.ts';

const temporary = tempDirectories();

const rule = (name: string): Invariant => ({
  ...{ invariantId: testId(name), text: `keep: ${name}`, scope: 'global', origin: 'global' },
  ...{ check: { kind: 'paths', deny: ['*.lock'] }, nonOverridable: true, each: 'action' },
});

describe('A folder of global invariants', () => {
  test('is empty at first, and reading it does not create it', async () => {
    const folder = join(temporary(), 'none');
    expect(await globalInvariantFolder(folder).invariants()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  test('keeps concurrently added invariants, complete and in order', async () => {
    const folder = join(temporary(), 'troupe');
    await Promise.all(['C', 'A', 'B'].map(name => globalInvariantFolder(folder).save(rule(name))));
    const store = globalInvariantFolder(folder);
    expect(await store.invariants()).toEqual([rule('A'), rule('B'), rule('C')]);
    await store.remove(testId('B'));
    await store.remove(testId('B'));
    expect(await store.invariants()).toEqual([rule('A'), rule('C')]);
    expect(readdirSync(join(folder, 'invariants'))).toEqual([`${testId('A')}.yaml`, `${testId('C')}.yaml`]);
  });

  test('reports an invalid file, and an unreadable folder', async () => {
    const folder = temporary();
    const store = globalInvariantFolder(folder);
    await store.save(rule('A'));
    const file = join(folder, 'invariants', 'mine.yaml');
    writeFileSync(file, 'text: 1\n');
    await expect(store.invariants()).rejects.toMatchObject({ code: 'INVALID_INVARIANT', where: file });
    writeFileSync(join(folder, 'plain'), '');
    await expect(globalInvariantFolder(join(folder, 'plain')).invariants()).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
