import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { TroupeError } from '../../model/errors.ts';

/**
 * The folder for what a user's programs keep between runs: `$XDG_STATE_HOME`, else `.local/state` in `$HOME`, else in the
 * home that the system knows. A path that is not absolute is none, as the XDG specification has it: it would lead into
 * whatever repository one stands in.
 * @throws {TroupeError} USAGE when there is no home either, as for a container's user whom no list names
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
