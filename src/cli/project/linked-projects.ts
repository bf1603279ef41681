import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { Alias, shellQuote, TroupeError } from '../../index.ts';
import type { ProjectLocation } from './project-location.ts';

/** Further projects that plans of this place may work on: folders by alias. Kept beside the store, for every later command. */
const LinkedProjects = z.record(z.string(), z.string());

const linkedProjectsFile = (place: ProjectLocation) => join(place.home, 'projects.json');

/** Folders of the place's further projects by alias. @throws {TroupeError} USAGE for a file that is not as we write it */
export async function readLinkedProjects(place: ProjectLocation): Promise<Map<string, string>> {
  const file = linkedProjectsFile(place);
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return new Map(Object.entries(LinkedProjects.parse(JSON.parse(text))));
  } catch (cause) {
    throw new TroupeError('USAGE', 'The list of linked projects cannot be read', {
      where: file,
      hints: [`rm ${shellQuote(file)}`],
      cause,
    });
  }
}

/** The aliases of `--project alias=DIR`, in the order they were typed. @throws {TroupeError} USAGE */
export function parseProjectAliases(typed: readonly string[]): string[] {
  return typed.map(word => parseProjectFlag(word)[0]);
}

function parseProjectFlag(word: string): [alias: string, folder: string] {
  const [, alias = '', folder = ''] = /^([^=]*)=(.+)$/.exec(word) ?? [];
  if (Alias.safeParse(alias).success) return [alias, folder];
  throw new TroupeError('USAGE', `"${word}" is not a project, such as lib=../lib`, {
    where: '--project',
    hints: ['troupe help plan use'],
  });
}

/**
 * Remembers where projects are. An alias whose folder is gone may be given to another.
 * @throws {TroupeError} USAGE for an alias that means two folders, FILE_NOT_FOUND for a folder that is not there
 */
export async function saveLinkedProjects(
  place: ProjectLocation,
  directory: string,
  typed: readonly string[],
): Promise<void> {
  if (typed.length === 0) return;
  const linked = await readLinkedProjects(place);
  const named = new Set<string>();
  for (const word of typed) {
    const [alias, folder] = parseProjectFlag(word);
    const path = resolve(directory, folder);
    const taken = alias === 'main' ? place.root : linked.get(alias);
    if (named.has(alias) || (taken !== undefined && taken !== path && existsSync(taken))) {
      throw new TroupeError('USAGE', `The alias "${alias}" names ${taken ?? 'a project'} already`, {
        where: '--project',
        hints: ['troupe help plan use'],
      });
    }
    if (!existsSync(path)) {
      throw new TroupeError('FILE_NOT_FOUND', `There is no folder for the project "${alias}"`, {
        where: path,
        hints: [`mkdir -p ${shellQuote(path)}`, 'troupe help plan use'],
      });
    }
    named.add(alias);
    linked.set(alias, path);
  }
  await mkdir(place.home, { recursive: true, mode: 0o700 });
  const half = `${linkedProjectsFile(place)}.half`;
  await writeFile(half, `${JSON.stringify(Object.fromEntries(linked), null, 2)}\n`, { mode: 0o600 });
  await rename(half, linkedProjectsFile(place));
}
