/**
 * Whether the order of a map's keys has a meaning for the readers of the file. By specification, JSON and YAML maps
 * are unordered; but Node takes the first matching condition of `exports`, and routers and mappers the first matching
 * pattern.
 */
export type MapKind = 'ordered' | 'unordered' | 'unknown';

/** Names of keys, from the root to the map. */
export type KeyPath = readonly string[];

/** Lock files are written by a tool, which looks entries up by name. */
const lockFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|\.package-lock\.json|pnpm-lock\.yaml|(?:composer|Pipfile|flake|deno|bun|pubspec)\.lock|packages\.lock\.json|Package\.resolved|project\.assets\.json)$/i;

export function isLockFile(path: string): boolean {
  return lockFile.test(path);
}

/** Maps under these keys are evaluated from the first entry on, or run in order. */
const orderedKey = /^(?:exports|imports|conditions|routes|rewrites|redirects|middlewares?|overrides)$|mapper$/i;

/** Files whose maps are looked up by name: all of them (null), or the root and those under certain keys. */
const unorderedIn: [path: RegExp, keys: RegExp | null][] = [
  [
    /(?:^|\/)(?:package|bower|lerna)\.json$/,
    /^(?:(?:dev|peer|optional)?dependencies(?:meta)?|scripts|engines|volta|bin|directories|repository|bugs|author|config|publishconfig|resolutions|eslintconfig)$/i,
  ],
  [/(?:^|\/)composer\.json$/, /^(?:require|require-dev|suggest|conflict|replace|provide|scripts|config|extra)$/],
  [/(?:^|\/)pubspec\.ya?ml$/, /^(?:(?:dev_)?dependencies|environment|dependency_overrides)$/],
  [/(?:^|\/)[tj]sconfig[^/]*\.json$/, null],
  [/(?:^|\/)\.?eslint(?:rc)?(?:\.json|\.ya?ml)?$/, null],
  [/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, null],
  [/(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/, null],
  [/(?:^|\/)(?:locales?|i18n|lang|languages|translations|_locales)\//i, null],
];

/** In any file: keys that JSON Schema, OpenAPI, Kubernetes and similar define as sets of named items. */
const unorderedKey =
  /^(?:(?:dev|peer|optional)?dependencies|properties|patternProperties|definitions|\$defs|schemas|parameters|responses|requestBodies|securitySchemes|headers|labels|annotations|matchLabels|env|environment|compilerOptions)$/i;

/** Returns the kind of the map in that file under those keys. */
export function mapKind(path: string, keys: KeyPath): MapKind {
  if (isLockFile(path)) return 'unordered';
  if (keys.some(key => orderedKey.test(key))) return 'ordered';
  const last = keys[keys.length - 1];
  for (const [pattern, names] of unorderedIn) {
    if (!pattern.test(path)) continue;
    if (names === null || last === undefined || names.test(last)) return 'unordered';
  }
  return last !== undefined && unorderedKey.test(last) ? 'unordered' : 'unknown';
}
