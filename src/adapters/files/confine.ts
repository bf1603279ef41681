import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { leadsOut, partsOf, shown, toNothing } from './parts.ts';

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
  return { path: shown(parts), file };
}

/** What a link inside the sandbox leads to, if that is inside as well. A link to nowhere leads out once it is written to. */
async function inside(root: string, link: string, path: string): Promise<string> {
  const target = await realpath(link).catch(() => null);
  if (target === null) throw toNothing(path);
  if (target !== root && !target.startsWith(root + sep)) throw leadsOut(path);
  // A link may not be a way to git's own files either.
  partsOf(target.slice(root.length + 1));
  return target;
}
