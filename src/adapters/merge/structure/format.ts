import type { Document } from './document.ts';
import { readJson } from './json.ts';
import { rebuildJson } from './json-text.ts';
import type { Rebuild } from './merge-documents.ts';
import { readYaml } from './yaml.ts';
import { rebuildYaml } from './yaml-text.ts';

export interface Format {
  name: 'JSON' | 'YAML';
  /** null where the text is not one, or not certainly understood. */
  read(text: string): Document | null;
  rebuild: Rebuild;
}

const json: Format = { name: 'JSON', read: text => readJson(text, { comments: false }), rebuild: rebuildJson };
/** JSON as editors and compilers read their settings: with comments. */
const commented: Format = { name: 'JSON', read: text => readJson(text, { comments: true }), rebuild: rebuildJson };
const yaml: Format = { name: 'YAML', read: readYaml, rebuild: rebuildYaml };

const endings: [pattern: RegExp, format: 'json' | 'yaml'][] = [
  [/\.(?:json|jsonc|webmanifest|geojson|importmap|code-workspace|ipynb)$/, 'json'],
  [/(?:^|\/)(?:composer\.lock|Pipfile\.lock|flake\.lock|\.babelrc|\.jshintrc|\.swcrc)$/i, 'json'],
  [/\.ya?ml$/, 'yaml'],
  [/(?:^|\/)(?:pubspec\.lock|\.clang-format|\.clang-tidy)$/, 'yaml'],
];

/** Formats a file of that name may have, the strictest first; none when its name says nothing of structure. */
export function formatsOf(path: string): Format[] {
  const found = endings.find(([pattern]) => pattern.test(path) || pattern.test(path.toLowerCase()))?.[1];
  if (found === undefined) return [];
  return found === 'json' ? [json, commented] : [yaml];
}
