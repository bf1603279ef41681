import { expect, test } from 'vitest';
import { loadPackage } from '../../src/adapters/load-package.ts';

const load = (thrown: unknown) => loadPackage('ws', () => Promise.reject(thrown), 'Workers need');

test.each(['package', 'module'])('A missing %s is reported with the command that installs it', async kind => {
  const cause = new Error(`Cannot find ${kind} 'ws' imported from /here`);
  await expect(load(cause)).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    message: 'Workers need the package ws, which is not installed',
    hints: ['npm install ws'],
    cause,
  });
});

test.each([
  ['an error of the package itself', new SyntaxError('Unexpected token')],
  ['a missing dependency of the package', new Error("Cannot find package 'other' imported from ws")],
  ['a thrown text', "Cannot find package 'ws'"],
])('%s is passed on', async (_, thrown) => {
  await expect(load(thrown)).rejects.toBe(thrown);
});
