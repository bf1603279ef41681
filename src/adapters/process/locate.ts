import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { defaultPath } from './environment.ts';
import { candidatesOnWindows, type Start, startOnWindows } from './on-windows.ts';

type Environment = Readonly<Record<string, string>>;

/** What programs are looked for on. */
export interface System {
  /** @default the system's own */
  platform?: NodeJS.Platform;
  /** Whether a file is there and can be run. @default asks the system */
  runs?: (file: string) => Promise<boolean>;
}

/** The program a name stands for: a path is resolved against `from`, a bare name looked up on PATH. Null when there is none. */
export async function locate(
  name: string,
  from: string,
  env: Environment = {},
  { platform = process.platform, runs = isExecutable }: System = {},
): Promise<string | null> {
  const files = platform === 'win32' ? candidatesOnWindows(name, from, env) : candidates(name, from, env);
  for (const file of files) if (await runs(file)) return file;
  return null;
}

/** What to start for a command; null where Windows has no such program. Elsewhere the system looks for itself. */
export async function startOf(
  [program = '', ...args]: readonly string[],
  from: string,
  env: Environment,
  system: System = {},
): Promise<Start | null> {
  if ((system.platform ?? process.platform) !== 'win32')
    return { file: program, args, windowsVerbatimArguments: false };
  const file = await locate(program, from, env, system);
  return file === null ? null : startOnWindows(file, args, env);
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
