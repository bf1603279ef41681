import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { stateDir } from '../../../src/adapters/fs/state-dir.ts';

test.each([
  [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s'],
  [{ HOME: '/h' }, '/h/.local/state'],
  [{ XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state'],
  [{ XDG_STATE_HOME: 'state', HOME: '/h' }, '/h/.local/state'],
])('What %j names is where state is kept: %s', (env, folder) => {
  expect(stateDir(env)).toBe(folder);
});

test.each([
  {},
  { HOME: '' },
  { HOME: '.' },
  { XDG_STATE_HOME: 'x', HOME: 'x' },
])('No relative path is taken for a folder of the user, as in %j: the system knows their home [R153]', env => {
  expect(stateDir(env)).toBe(`${userInfo().homedir}/.local/state`);
});

test('Whoever has no home at all is told which variable names one', () => {
  const nobody = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(() => stateDir({ HOME: '' }, nobody)).toThrow(
    expect.objectContaining({ code: 'USAGE', hints: ['export XDG_STATE_HOME="$PWD/.state"'] }),
  );
  expect(stateDir({ HOME: '/h' }, nobody)).toBe('/h/.local/state');
});
