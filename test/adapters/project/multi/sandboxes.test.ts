import { expect, test } from 'vitest';
import { createMultiProjectSandboxes, projectOfAlias } from '../../../../src/adapters/project/multi/sandboxes.ts';
import { tempDirectories } from '../../temp-directories.ts';

const folder = tempDirectories();

test('A sandbox of several projects without its links is lost', async () => {
  const sandboxes = createMultiProjectSandboxes(new Map(), folder());
  expect(sandboxes.has('k')).toBe(false);
  await expect(sandboxes.find('k')).rejects.toMatchObject({ code: 'SANDBOX_LOST', message: 'The sandbox k is gone' });
});

test('A project that this Troupe was opened without is refused', () => {
  expect(() => projectOfAlias(new Map(), 'lib')).toThrow(expect.objectContaining({ code: 'USAGE', where: 'lib' }));
});
