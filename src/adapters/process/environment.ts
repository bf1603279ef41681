import { dirname } from 'node:path';

/** Search path of programs when the host has no PATH: the folder of this Node, then the usual system folders. */
export const defaultPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/**
 * Returns the environment of a new program: exactly what the caller allows. `GIT_*` is removed, because it would
 * point git in a sandbox to another repository.
 */
export function buildEnvironment(...sources: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = Object.assign({ PATH: defaultPath }, ...sources);
  return Object.fromEntries(Object.entries(merged).filter(([name]) => !name.toUpperCase().startsWith('GIT_')));
}
