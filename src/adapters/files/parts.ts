import { isAbsolute } from 'node:path';
import { Fault } from '../../model/fault.ts';
import { isDotGit } from './dot-git.ts';

/** The names on a path that a tool was given. @throws {Fault} TOOL_REFUSED */
export function partsOf(path: string): string[] {
  if (path.includes('\0')) throw refused(path, 'it holds a NUL character');
  if (isAbsolute(path) || /^([a-zA-Z]:|\\)/.test(path)) throw refused(path, 'it is absolute');
  const parts = path.split(/[/\\]/).filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused(path, 'it has ".." in it');
  if (parts.some(isDotGit)) throw refused(path, "git's own files are not to be touched");
  return parts;
}

/** As a path is written in results. */
export const shown = (parts: readonly string[]): string => parts.join('/') || '.';

export function refused(path: string, why: string): Fault {
  return new Fault(
    'TOOL_REFUSED',
    `The path ${JSON.stringify(path)} is refused: ${why}; give one inside the project, relative to its root`,
    { where: path, hints: ['troupe plan logs'] },
  );
}

export const toNothing = (path: string) => refused(path, 'it is a link to nothing');
export const leadsOut = (path: string) => refused(path, 'it is a link that leads out of the sandbox');
