/** What the entry points export, read from their sources. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports }: { exports: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entryPoints = Object.values(exports)
  .filter(path => path.endsWith('.js'))
  .map(path => join(root, path.replace('./dist/', '').replace(/\.js$/, '.ts')));

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
};

interface Export {
  name: string;
  file: string;
  hasComment: boolean;
}

/** Returns the exports of some files with their declarations. */
function exportsOf(files: readonly string[], host = ts.createCompilerHost(options)): Export[] {
  const program = ts.createProgram(files, options, host);
  const checker = program.getTypeChecker();
  return files.flatMap(file => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} exports nothing`);
    return checker.getExportsOfModule(module).map(symbol => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const declarations = target.declarations ?? [];
      return {
        name: symbol.name,
        file: relative(root, declarations[0]?.getSourceFile().fileName ?? ''),
        hasComment: declarations.some(hasComment),
      };
    });
  });
}

function hasComment(declaration: ts.Declaration): boolean {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
}

const withoutComment = (all: readonly Export[]) =>
  all.filter(({ hasComment }) => !hasComment).map(({ name, file }) => `${file}: ${name}`);

test('every export of an entry point has a doc comment [R201]', { timeout: 120_000 }, () => {
  const all = exportsOf(entryPoints);
  expect(all.length).toBeGreaterThan(300);
  expect(withoutComment(all)).toEqual([]);
});

test('an export without a doc comment is found, also behind a re-export', () => {
  const files: Record<string, string> = {
    'entry.ts':
      "/** The entry point. */\nexport { a } from './a.ts';\n/** A type. */\nexport type B = 1;\nexport type C = 1;\n",
    'a.ts': '/** This comment describes the file. */\nimport type {} from "./entry.ts";\nexport const a = 1;\n',
  };
  const host = ts.createCompilerHost(options);
  const pathOf = (name: string) => join(root, name);
  const texts = new Map(Object.entries(files).map(([name, text]) => [pathOf(name), text]));
  const { getSourceFile, fileExists } = host;
  host.fileExists = path => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, language) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, language) : ts.createSourceFile(path, text, language);
  };
  expect(withoutComment(exportsOf([pathOf('entry.ts')], host)).sort()).toEqual(['a.ts: a', 'entry.ts: C']);
});
