import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { linkedProjects, type Project, projectAt } from '../git.ts';
import { Fault } from '../index.ts';
import type { Io } from './io.ts';
import type { Place } from './place.ts';

/** Further projects that plans of this place may work on: folders by alias. Kept beside the store, for every later command. */
type Linked = Record<string, string>;

const fileOf = (place: Place) => join(place.home, 'projects.json');

async function known(place: Place): Promise<Linked> {
  const text = await readFile(fileOf(place), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Linked;
}

/** The aliases of `--project alias=DIR`, in the order they were typed. @throws {Fault} USAGE */
export function aliasesIn(typed: readonly string[]): string[] {
  return typed.map(word => pairIn(word)[0]);
}

function pairIn(word: string): [alias: string, folder: string] {
  const [, alias = '', folder = ''] = /^([a-zA-Z][a-zA-Z0-9_-]*)=(.+)$/.exec(word) ?? [];
  if (alias !== '') return [alias, folder];
  throw new Fault('USAGE', `"${word}" is not a project`, { where: '--project', hints: ['--project lib=../lib'] });
}

/** Remembers where projects are. @throws {Fault} USAGE for an alias that means two folders */
export async function rememberProjects(place: Place, directory: string, typed: readonly string[]): Promise<void> {
  if (typed.length === 0) return;
  const linked = await known(place);
  const named = new Set<string>();
  for (const word of typed) {
    const [alias, folder] = pairIn(word);
    const path = resolve(directory, folder);
    const taken = alias === 'main' ? place.root : linked[alias];
    if (named.has(alias) || (taken !== undefined && taken !== path)) {
      throw new Fault('USAGE', `The alias "${alias}" names ${taken ?? 'a project'} already`, {
        where: '--project',
        hints: [`--project ${alias}2=${folder}`],
      });
    }
    named.add(alias);
    linked[alias] = path;
  }
  await mkdir(place.home, { recursive: true });
  await writeFile(fileOf(place), `${JSON.stringify(linked, null, 2)}\n`);
}

/** The project of this place, with those that were linked to it. */
export async function projectsAt(place: Place, main: Project, env: Io['env']): Promise<Project> {
  const linked = Object.entries(await known(place));
  if (linked.length === 0) return main;
  const others = linked.map(([alias, folder]) => [alias, projectAt(folder, { env })] as const);
  return linkedProjects([['main', main], ...others], { env });
}
