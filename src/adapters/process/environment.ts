import { dirname } from 'node:path';

/** Where programs are looked for when the host gives no PATH: beside the Node that runs us, then where systems keep them. */
export const defaultPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/**
 * The environment of a program we start: exactly what the caller allows. `GIT_*` is left out, for it would lead git in a
 * sandbox to the repository of whoever started us.
 */
export function buildEnvironment(...sources: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = Object.assign({ PATH: defaultPath }, ...sources);
  return Object.fromEntries(Object.entries(merged).filter(([name]) => !name.toUpperCase().startsWith('GIT_')));
}
