import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { defaultPath } from './environment.ts';

/** The program a name stands for: a path is resolved against `from`, a bare name looked up on PATH. Null when there is none. */
export async function locate(name: string, from: string, path = defaultPath): Promise<string | null> {
  if (isAbsolute(name) || name.includes('/')) {
    const file = resolve(from, name);
    return (await isExecutable(file)) ? file : null;
  }
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
