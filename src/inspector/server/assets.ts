/** The files of the page. They are next to this file once compiled; for the bundled command line or the sources, in dist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroupeError } from '../../index.ts';

/** Compiled modules and the style, by path: `page/main.js`. Nothing else is served. */
export type Assets = ReadonlyMap<string, string>;

const folders = ['state', 'view', 'page', 'page/style'];

/** @throws {TroupeError} INTERNAL when the page was not compiled */
export function readAssets(): Assets {
  const places = ['../', '../src/inspector/', '../../../dist/src/inspector/'].map(place =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const place = places.find(place => existsSync(join(place, 'page/main.js')));
  if (place === undefined) {
    throw new TroupeError('INTERNAL', 'The page of the inspector is not compiled', { hints: ['npm run build'] });
  }
  const paths = folders.flatMap(folder => readdirSync(join(place, folder)).map(name => `${folder}/${name}`));
  const wanted = paths.filter(path => /\.(?:js|css)$/.test(path));
  return new Map(wanted.map(path => [path, readFileSync(join(place, path), 'utf8').replace(/^\/\/# source.*$/m, '')]));
}
