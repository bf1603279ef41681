import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { defaultPath } from './environment.ts';
import { type SpawnArguments, toWindowsSpawn, windowsCandidates } from './windows-spawn.ts';

type Environment = Readonly<Record<string, string>>;

/** Options for finding programs. */
export interface LocateOptions {
  /** @default the current platform */
  platform?: NodeJS.Platform;
  /** Returns whether a file exists and is executable. @default asks the system */
  runs?: (file: string) => Promise<boolean>;
}

/** Finds the program of a name: a path is resolved against `from`, a bare name looked up on PATH. Null when there is none. */
export async function locateProgram(
  name: string,
  from: string,
  env: Environment = {},
  { platform = process.platform, runs = isExecutable }: LocateOptions = {},
): Promise<string | null> {
  const files = platform === 'win32' ? windowsCandidates(name, from, env) : candidates(name, from, env);
  for (const file of files) if (await runs(file)) return file;
  return null;
}

/** Returns what to start for a command; null when Windows has no such program. Other systems resolve it themselves. */
export async function resolveCommand(
  [program = '', ...args]: readonly string[],
  from: string,
  env: Environment,
  system: LocateOptions = {},
): Promise<SpawnArguments | null> {
  if ((system.platform ?? process.platform) !== 'win32')
    return { file: program, args, windowsVerbatimArguments: false };
  const file = await locateProgram(program, from, env, system);
  return file === null ? null : toWindowsSpawn(file, args, env);
}

function candidates(name: string, from: string, { PATH = defaultPath }: Environment): string[] {
  if (isAbsolute(name) || name.includes('/')) return [resolve(from, name)];
  return PATH.split(':').flatMap(folder => (folder === '' ? [] : [join(folder, name)]));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
