/** The source files of the tree, for tests that check a rule on all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Source {
  /** Relative to the root, with slashes. */
  path: string;
  text: string;
}

export const shipped = ['src', 'machines', 'actors'];
export const everything = [...shipped, 'features', 'test', 'examples'];

export function sources(...folders: string[]): Source[] {
  return folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.[cm]?[jt]sx?$/.test(path))
      .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
      .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}
