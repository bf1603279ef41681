import { isAbsolute } from 'node:path';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { isDotGit } from './dot-git.ts';

/** Splits a path that a tool received into names. @throws {TroupeError} TOOL_REFUSED */
export function parsePath(path: string): string[] {
  if (path.includes('\0')) throw pathError(path, 'it holds a NUL character');
  if (isAbsolute(path) || /^([a-zA-Z]:|\\)/.test(path)) throw pathError(path, 'it is absolute');
  const parts = path.split(/[/\\]/).filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) throw pathError(path, 'it has ".." in it');
  if (parts.some(isDotGit)) throw pathError(path, "git's own files are not to be touched");
  return parts;
}

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
