import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { Fault } from '../../model/fault.ts';

/** Where a path of the sandbox leads. */
export interface Confined {
  /** As it is written in results: relative, with `/`. */
  path: string;
  /** On disk. */
  file: string;
}

/**
 * Resolves a path inside the sandbox and refuses whatever leads out of it: absolute paths, `..`, git's own files, and
 * links that point elsewhere. The last part may itself be a link when `follow` is false, for what acts on the link.
 * @throws {Fault} TOOL_REFUSED
 */
export async function confine(directory: string, path: string, options: { follow?: boolean } = {}): Promise<Confined> {
  const parts = partsOf(path);
  const root = await realpath(directory);
  let file = root;
  for (const [index, part] of parts.entries()) {
    file = join(file, part);
    const last = index === parts.length - 1;
    if (last && options.follow === false) break;
    const found = await lstat(file).catch(() => null);
    if (found?.isSymbolicLink()) file = await inside(root, file, path);
  }
  return { path: parts.join('/') || '.', file };
}

/** What a link inside the sandbox leads to, if that is inside as well. A link to nowhere leads out once it is written to. */
async function inside(root: string, link: string, path: string): Promise<string> {
  const target = await realpath(link).catch(() => null);
  if (target === null) throw refused(path, 'it is a link to nothing');
  if (target !== root && !target.startsWith(root + sep))
    throw refused(path, 'it is a link that leads out of the sandbox');
  return target;
}

function partsOf(path: string): string[] {
  if (path.includes('\0')) throw refused(path, 'it holds a NUL character');
  if (isAbsolute(path) || /^([a-zA-Z]:|\\)/.test(path)) throw refused(path, 'it is absolute');
  const parts = path.split(/[/\\]/).filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused(path, 'it has ".." in it');
  if (parts.some(part => part.toLowerCase() === '.git')) throw refused(path, "git's own files are not to be touched");
  return parts;
}

function refused(path: string, why: string): Fault {
  return new Fault(
    'TOOL_REFUSED',
    `The path ${JSON.stringify(path)} is refused: ${why}; give one inside the project, relative to its root`,
    { where: path, hints: ['troupe plan logs'] },
  );
}
