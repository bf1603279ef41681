import type { Document } from './document.ts';
import { readJson } from './json.ts';
import { rebuildJson } from './json-text.ts';
import type { Rebuild } from './merge-documents.ts';
import { readYaml } from './yaml.ts';
import { rebuildYaml } from './yaml-text.ts';

export interface Format {
  name: 'JSON' | 'YAML';
  /**
   * null when the text does not have this format, or is not certainly understood.
   *
   * @param like a similar text that was read in this format before
   */
  read(text: string, like?: Document | null): Document | null;
  rebuild: Rebuild;
}

const json: Format = {
  name: 'JSON',
  read: (text, like) => readJson(text, { comments: false, like }),
  rebuild: rebuildJson,
};
/** JSON with comments, as editors and compilers read their settings. */
const commented: Format = { name: 'JSON', read: text => readJson(text, { comments: true }), rebuild: rebuildJson };
const yaml: Format = { name: 'YAML', read: text => readYaml(text), rebuild: rebuildYaml };

const endings: [pattern: RegExp, format: 'json' | 'yaml'][] = [
  [/\.(?:json|jsonc|webmanifest|geojson|importmap|code-workspace|ipynb)$/, 'json'],
  [/(?:^|\/)(?:composer\.lock|Pipfile\.lock|flake\.lock|\.babelrc|\.jshintrc|\.swcrc)$/i, 'json'],
  [/\.ya?ml$/, 'yaml'],
  [/(?:^|\/)(?:pubspec\.lock|\.clang-format|\.clang-tidy)$/, 'yaml'],
];

/** Returns the possible formats of a file name, strictest first; none when the name shows no structure. */
export function formatsOf(path: string): Format[] {
  const found = endings.find(([pattern]) => pattern.test(path) || pattern.test(path.toLowerCase()))?.[1];
  if (found === undefined) return [];
  return found === 'json' ? [json, commented] : [yaml];
}
