import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { danglingLinkError, escapingLinkError, formatPath, parsePath } from './sandbox-path.ts';

/** Where a path of the sandbox leads. */
export interface ConfinedPath {
  /** As it is written in results: relative, with `/`. */
  path: string;
  /** On disk. */
  file: string;
}

/**
 * Resolves a path inside the sandbox and refuses whatever leads out of it: absolute paths, `..`, git's own files, and
 * links that point elsewhere. The last part may itself be a link when `follow` is false, for what acts on the link.
 * @throws {TroupeError} TOOL_REFUSED
 */
export async function confinePath(
  directory: string,
  path: string,
  options: { follow?: boolean } = {},
): Promise<ConfinedPath> {
  const parts = parsePath(path);
  const root = await realpath(directory);
  let file = root;
  for (const [index, part] of parts.entries()) {
    file = join(file, part);
    const last = index === parts.length - 1;
    if (last && options.follow === false) break;
    const found = await lstat(file).catch(() => null);
    if (found?.isSymbolicLink()) file = await inside(root, file, path);
  }
  return { path: formatPath(parts), file };
}

/** What a link inside the sandbox leads to, if that is inside as well. A link to nowhere leads out once it is written to. */
async function inside(root: string, link: string, path: string): Promise<string> {
  const target = await realpath(link).catch(() => null);
  if (target === null) throw danglingLinkError(path);
  if (target !== root && !target.startsWith(root + sep)) throw escapingLinkError(path);
  // A link may not be a way to git's own files either.
  parsePath(target.slice(root.length + 1));
  return target;
}
