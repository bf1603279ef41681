import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { danglingLinkError, escapingLinkError, formatPath, parsePath } from './sandbox-path.ts';

/** A resolved path of the sandbox. */
export interface ConfinedPath {
  /** As written in results: relative, with `/`. */
  path: string;
  /** The path on disk. */
  file: string;
}

/**
 * Resolves a path inside the sandbox and refuses paths that leave it: absolute paths, `..`, git's own files, and
 * links that point elsewhere. With `follow: false` the last part may be a link, for tools that act on the link
 * itself.
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

/**
 * Returns the target of a link, if it is inside the sandbox too. A dangling link is refused, because a write through
 * it would leave the sandbox.
 */
async function inside(root: string, link: string, path: string): Promise<string> {
  const target = await realpath(link).catch(() => null);
  if (target === null) throw danglingLinkError(path);
  if (target !== root && !target.startsWith(root + sep)) throw escapingLinkError(path);
  // A link must not lead to git's own files either.
  parsePath(target.slice(root.length + 1));
  return target;
}
