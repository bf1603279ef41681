/**
 * The files of the page: its compiled modules with all that they import, and its style. They are next to this file once
 * compiled; for the bundled command line or the sources, in dist.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroupeError } from '../../index.ts';

/** Modules and the style, by path: `inspector/page/main.js`. Nothing else is served. */
export type Assets = ReadonlyMap<string, string>;

/** The first module of the page. */
export const mainModule = 'inspector/page/main.js';
export const styleFolder = 'inspector/page/style';

/** @throws {TroupeError} INTERNAL when the page was not compiled */
export function readAssets(): Assets {
  const places = ['../../', '../src/', '../../../dist/src/'].map(place =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const place = places.find(place => existsSync(join(place, mainModule)));
  if (place === undefined) {
    throw new TroupeError('INTERNAL', 'The page of the inspector is not compiled', { hints: ['npm run build'] });
  }
  const read = (path: string) => readFileSync(join(place, path), 'utf8');
  const styles = readdirSync(join(place, styleFolder)).map(name => posix.join(styleFolder, name));
  return new Map([...readModules(mainModule, read), ...styles.map(path => [path, read(path)] as const)]);
}

/** Returns a module and what it imports, by path. A module of a library cannot be served. */
function readModules(first: string, read: (path: string) => string): Map<string, string> {
  const modules = new Map<string, string>();
  const pending = [first];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (modules.has(path)) continue;
    const text = read(path).replace(/^\/\/# source.*$/m, '');
    modules.set(path, text);
    replaceImports(path, text, imported => {
      pending.push(imported);
      return imported;
    });
  }
  return modules;
}

/** Returns a module with other names for the modules that it imports. @param rename gets the path of each */
export function replaceImports(path: string, text: string, rename: (path: string) => string): string {
  return text.replace(
    /(\bfrom\s+|\bimport\s+)(['"])(\.{1,2}\/[^'"]+)\2/g,
    (_, before: string, quote: string, to: string) =>
      `${before}${quote}${rename(posix.join(posix.dirname(path), to))}${quote}`,
  );
}
