import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { Alias, commandHint, shellQuote, TroupeError } from '../../index.ts';
import type { ProjectLocation } from './project-location.ts';

/** Further projects for plans here: folders by alias. Stored next to the store, for later commands. */
const LinkedProjects = z.record(z.string(), z.string());

/** Returns the folders of further projects by alias. @throws {TroupeError} USAGE for an invalid file */
export async function readLinkedProjects(place: ProjectLocation): Promise<Map<string, string>> {
  const file = place.linkedProjects;
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

/** Returns the aliases of `--project alias=DIR`, in order. @throws {TroupeError} USAGE */
export function parseProjectAliases(typed: readonly string[]): string[] {
  return typed.map(word => parseProjectFlag(word)[0]);
}

function parseProjectFlag(word: string): [alias: string, folder: string] {
  const [, alias = '', folder = ''] = /^([^=]*)=(.+)$/.exec(word) ?? [];
  if (Alias.safeParse(alias).success) return [alias, folder];
  throw new TroupeError('USAGE', `"${word}" is not a project, such as lib=../lib`, {
    where: '--project',
    hints: [commandHint('help plan use')],
  });
}

/**
 * Saves the folders of projects. An alias whose folder no longer exists may be reused.
 * @throws {TroupeError} USAGE for an alias with two folders, FILE_NOT_FOUND for a missing folder
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
        hints: [commandHint('help plan use')],
      });
    }
    if (!existsSync(path)) {
      throw new TroupeError('FILE_NOT_FOUND', `There is no folder for the project "${alias}"`, {
        where: path,
        hints: [`mkdir -p ${shellQuote(path)}`, commandHint('help plan use')],
      });
    }
    named.add(alias);
    linked.set(alias, path);
  }
  await mkdir(place.home, { recursive: true, mode: 0o700 });
  const half = `${place.linkedProjects}.half`;
  await writeFile(half, `${JSON.stringify(Object.fromEntries(linked), null, 2)}\n`, { mode: 0o600 });
  await rename(half, place.linkedProjects);
}
