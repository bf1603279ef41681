import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { stateDir } from '../../../src/adapters/fs/state-dir.ts';

test.each([
  [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s'],
  [{ HOME: '/h' }, '/h/.local/state'],
  [{ XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state'],
  [{ XDG_STATE_HOME: 'state', HOME: '/h' }, '/h/.local/state'],
])('%j determines the state directory: %s', (env, folder) => {
  expect(stateDir(env)).toBe(folder);
});

test.each([
  {},
  { HOME: '' },
  { HOME: '.' },
  { XDG_STATE_HOME: 'x', HOME: 'x' },
])('A relative path is not used as a user folder: with %j it is the home directory of the system [R153]', env => {
  expect(stateDir(env)).toBe(`${userInfo().homedir}/.local/state`);
});

test('Without any home directory the error names the variable to set', () => {
  const failingUserInfo = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(() => stateDir({ HOME: '' }, failingUserInfo)).toThrow(
    expect.objectContaining({ code: 'USAGE', hints: ['export XDG_STATE_HOME="$PWD/.state"'] }),
  );
  expect(stateDir({ HOME: '/h' }, failingUserInfo)).toBe('/h/.local/state');
});
