/** The source files of the tree, for tests that check a rule on all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  return folders.flatMap(folder => {
    const found = read.get(folder) ?? readSources(folder);
    read.set(folder, found);
    return found;
  });
}

/** Each rule asks for the files again; none changes them. */
const read = new Map<string, Source[]>();

function readSources(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => /\.[cm]?[jt]sx?$/.test(path))
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const notOurs = new Set(['node_modules', '.git', 'dist', 'coverage']);

/** Every Markdown file of the tree, relative to its root. */
export function documents(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}
