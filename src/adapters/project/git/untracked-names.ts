import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIndex } from './index-file.ts';

/** Above this many files `git clean` is faster than reading the folders here. */
const filesMax = 2_000;

const printableAscii = /^[\x20-\x7e]*$/;

/**
 * Whether a folder holds the files of an index and nothing else, so that `git clean` would remove nothing. Compares names
 * only. Returns false where it does not know: many files, names that are not plain ASCII, submodules, an index of an unknown format.
 * @param oidLength bytes of an object id: 20 or 32
 */
export async function holdsOnlyIndexed(folder: string, index: string, oidLength: number): Promise<boolean> {
  const bytes = await readFile(index).catch(() => null);
  const read = bytes === null ? null : readIndex(bytes, oidLength);
  if (read === null || read.count > filesMax) return false;
  const files = new Set<string>();
  const folders = new Set<string>();
  for (let at = 0; at < read.count; at++) {
    const path = read.path(at);
    if (!printableAscii.test(path)) return false;
    files.add(path);
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      folders.add(path.slice(0, slash));
    }
  }
  const check = async (prefix: string): Promise<boolean> => {
    const below: string[] = [];
    for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`;
      if (path === '.git') continue;
      if (entry.isDirectory()) {
        if (!folders.has(path)) return false;
        below.push(`${path}/`);
      } else if (!files.has(path)) return false;
    }
    for (const one of below) if (!(await check(one))) return false;
    return true;
  };
  return check('');
}
