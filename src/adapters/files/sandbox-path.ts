import { isAbsolute, sep } from 'node:path';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';

/** Code points that HFS+ ignores when it compares names: the list of git's `utf8.c`. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** Names that NTFS treats as `.git`: its short name, followed by dots, spaces and stream names (git's `is_ntfs_dotgit`). */
const onNtfs = /^(?:\.git|git~\d+)[. ]*(?::|$)/i;

/** Splits a path that a tool received into names. @throws {TroupeError} TOOL_REFUSED */
export function parsePath(path: string): string[] {
  if (path.includes('\0')) throw pathError(path, 'it holds a NUL character');
  if (isAbsolute(path) || /^([a-zA-Z]:|\\)/.test(path)) throw pathError(path, 'it is absolute');
  // What another system would read as a path is refused everywhere: the project may be checked out there.
  const anywhere = namesOf(path, /[/\\]/);
  if (anywhere.includes('..')) throw pathError(path, 'it has ".." in it');
  if (anywhere.some(isDotGit)) throw pathError(path, "git's own files are not to be touched");
  return sep === '\\' ? anywhere : namesOf(path, '/');
}

const namesOf = (path: string, separator: string | RegExp) =>
  path.split(separator).filter(part => part !== '' && part !== '.');

/** Formats a path as in results. */
export const formatPath = (parts: readonly string[]): string => parts.join('/') || '.';

export function pathError(path: string, why: string): TroupeError {
  return new TroupeError(
    'TOOL_REFUSED',
    `The path ${JSON.stringify(path)} is refused: ${why}; give one inside the project, relative to its root`,
    { where: path, hints: [commandHint('plan logs')] },
  );
}

export const danglingLinkError = (path: string) => pathError(path, 'it is a link to nothing');
export const escapingLinkError = (path: string) => pathError(path, 'it is a link that leads out of the sandbox');

/** Returns whether some file system treats this name as `.git`, by git's own rules for names it refuses to check out. */
function isDotGit(name: string): boolean {
  return onNtfs.test(name) || name.replace(ignoredByHfs, '').toLowerCase() === '.git';
}
