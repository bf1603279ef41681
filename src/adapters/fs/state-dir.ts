import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { TroupeError } from '../../model/errors.ts';

/**
 * Returns the user's state folder: `$XDG_STATE_HOME`, else `.local/state` in `$HOME`, else in the system's home
 * directory. Relative paths are ignored, as the XDG specification requires: they would point into the current
 * repository.
 * @throws {TroupeError} USAGE when there is no home directory, as for an unnamed user in a container
 */
export function stateDir(
  env: Readonly<Record<string, string | undefined>>,
  homeOfUser: () => string = () => userInfo().homedir,
): string {
  const { XDG_STATE_HOME: state = '', HOME: home = '' } = env;
  if (isAbsolute(state)) return state;
  return join(isAbsolute(home) ? home : requireHome(homeOfUser), '.local', 'state');
}

function requireHome(homeOfUser: () => string): string {
  try {
    return homeOfUser();
  } catch (cause) {
    throw new TroupeError('USAGE', 'There is no home folder to keep sandboxes in', {
      where: 'XDG_STATE_HOME, HOME',
      hints: ['export XDG_STATE_HOME="$PWD/.state"'],
      cause,
    });
  }
}
