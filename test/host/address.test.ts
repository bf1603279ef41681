import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { candidateAddresses, preparePrivateFolder } from '../../src/host/address.ts';

const linux = { platform: 'linux' as const, uid: 7, runtimeDir: '/run/user/7' };

test('an owner listens in the folder of its store, or in the runtime folder when that path is too long for a socket', () => {
  const [first, second] = candidateAddresses('/repo/.git/troupe', linux);
  expect(first?.path).toMatch(/^\/repo\/\.git\/troupe\/owner\/[0-9a-f]{12}\.sock$/);
  expect(second?.path).toMatch(/^\/run\/user\/7\/troupe-7\/[0-9a-f]{12}\/[0-9a-f]{12}\.sock$/);
  const long = candidateAddresses(`/${'deep/'.repeat(30)}troupe`, { ...linux, uid: null });
  expect(long.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/run\/user\/7\/troupe-user\//)]);
  expect(candidateAddresses(`/${'x'.repeat(200)}`, { ...linux, runtimeDir: `/${'y'.repeat(200)}` })).toEqual([]);
  expect(candidateAddresses('C:\\repo', { ...linux, platform: 'win32' })[0]?.path).toMatch(/^\\\\\.\\pipe\\troupe-/);
});

test('the folder of a socket is private to its user, and sockets of dead owners are removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ta-'));
  try {
    writeFileSync(join(folder, 'old.sock'), '');
    await preparePrivateFolder(folder, process.getuid?.() ?? null);
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await expect(preparePrivateFolder(folder, 123_456)).rejects.toMatchObject({ code: 'USAGE', where: folder });
    writeFileSync(join(folder, 'file'), '');
    await expect(preparePrivateFolder(join(folder, 'file'), null)).rejects.toThrow();
    await expect(preparePrivateFolder('', 1)).resolves.toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
