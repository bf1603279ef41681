/** Compares the table of layers in docs/ARCHITECTURE.md with the rules of dependency-cruiser, over the files that exist. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sources } from './sources.ts';

interface Rule {
  name: string;
  from: { path?: string | string[] };
  to: { pathNot?: string[]; dependencyTypesNot?: string[] };
}
interface LayerRow {
  paths: string[];
  mayImport: string[];
}

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: Rule[] };
const layerRules = config.forbidden.filter(({ from, to }) => Array.isArray(from.path) && Array.isArray(to.pathNot));
const document = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8');

const files = sources('src', 'machines', 'actors', 'features', 'examples').map(({ path }) => path);
const packages = ['zod', 'xstate', 'another'].map(name => `node_modules/${name}/index.js`);
const clients = ['src/cli.ts', 'src/tui.ts', 'src/inspector.ts'];

/** `a/{b,c}.ts` names two files. */
function expandBraces(path: string): string[] {
  const [all, before = '', inside = '', after = ''] = /^(.*)\{(.+)\}(.*)$/.exec(path) ?? [];
  return all === undefined ? [path] : inside.split(',').map(part => before + part + after);
}

/** The items of a cell: names in code spans, and the words Node and libraries. */
const cellItems = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`|\b(Node|libraries)\b/g)].flatMap(([, code, word]) => expandBraces(code ?? word ?? ''));

const tableRows = (markdown: string): LayerRow[] =>
  (/\| path \| contents \| may import[\s\S]*?\n\n/.exec(markdown)?.[0] ?? '')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => line.split('|'))
    .map(([, paths = '', , mayImport = '']) => ({ paths: cellItems(paths), mayImport: cellItems(mayImport) }));

/** Whether an item of the table includes a file. */
function covers(item: string, path: string): boolean {
  if (item === 'libraries') return path.startsWith('node_modules/');
  if (item === 'src/*.ts') return /^src\/[^/]+\.ts$/.test(path) && !clients.includes(path);
  return path === item || path.startsWith(`${item}/`) || path.startsWith(`node_modules/${item}/`);
}

const matches = (patterns: readonly string[], path: string) => patterns.some(pattern => new RegExp(pattern).test(path));
const isFrom = ({ from }: Rule, path: string) => matches([from.path ?? []].flat(), path);

/** The row that names a file, the most exact one. */
const rowOf = (rows: readonly LayerRow[], path: string): LayerRow | undefined =>
  rows
    .filter(({ paths }) => paths.some(item => covers(item, path)))
    .sort((a, b) => Math.max(...b.paths.map(item => item.length)) - Math.max(...a.paths.map(item => item.length)))[0];

/** The differences between the table and the rules, one line each. */
function differences(rows: readonly LayerRow[]): string[] {
  return layerRules.flatMap(rule => {
    const own = files.filter(path => isFrom(rule, path));
    const owners = new Set(own.map(path => rowOf(rows, path)));
    const [row] = owners;
    if (row === undefined || owners.size !== 1) return [`${rule.name}: ${owners.size} rows have its files`];
    const others = [...files, ...packages].filter(path => !own.includes(path));
    const wrong = others.filter(
      path =>
        matches(rule.to.pathNot ?? [], path) !== [...row.paths, ...row.mayImport].some(item => covers(item, path)),
    );
    // A rule of a layer that may use Node does not report imports of the type `core`.
    const mayUseNode = rule.to.dependencyTypesNot?.includes('core') === true;
    const node = mayUseNode === row.mayImport.includes('Node') ? [] : [`${rule.name}: Node`];
    return [...wrong.map(path => `${rule.name}: ${path}`), ...node];
  });
}

describe('the table of layers', () => {
  const rows = tableRows(document);

  test('has one row for each rule, and allows what the rule allows', () => {
    expect(files.length).toBeGreaterThan(600);
    expect(layerRules.length).toBeGreaterThan(14);
    expect(rows).toHaveLength(layerRules.length);
    expect(differences(rows)).toEqual([]);
  });

  test('names only files, folders and packages that exist', () => {
    const named = rows.flatMap(({ paths, mayImport }) => [...paths, ...mayImport]).filter(item => item !== 'Node');
    expect(named.filter(item => ![...files, ...packages].some(path => covers(item, path)))).toEqual([]);
  });

  test('that allows less or more than a rule is found', () => {
    const less = tableRows(document.replace(/, `src\/durable\/codec\.ts` \|/, ' |'));
    expect(differences(less)).toEqual(['adapters: src/durable/codec.ts']);
    const more = tableRows(document.replace(/\| libraries \|/, '| libraries, Node |'));
    expect(differences(more)).toEqual(['libraries: Node']);
  });
});
