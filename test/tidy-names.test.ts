/** Rules for the names that modules export. Each rule is shown to find its own violation. */
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Source, shipped, sources } from './sources.ts';

interface ExportedName {
  name: string;
  path: string;
  /** Number of parameters of a function; null for anything else. */
  parameters: number | null;
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

const isFunction = (node: ts.Node | undefined): node is ts.ArrowFunction | ts.FunctionExpression =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** The names that a file declares and exports; what it exports of another file is declared there. */
function exportedNames({ path, text }: Source): ExportedName[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  return file.statements.filter(isExported).flatMap((statement): ExportedName[] => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
        const parameters = isFunction(initializer) ? initializer.parameters.length : null;
        return ts.isIdentifier(name) ? [{ name: name.text, path, parameters }] : [];
      });
    }
    if (ts.isFunctionDeclaration(statement)) {
      return [{ name: statement.name?.text ?? '', path, parameters: statement.parameters.length }];
    }
    const isType =
      ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement);
    return isType ? [{ name: statement.name?.text ?? '', path, parameters: null }] : [];
  });
}

/**
 * An entry point exports what is declared below it, with the defaults of this process. A command of a client has the
 * name of its verb, as the effect with that name has.
 */
const isOwnName = ({ path }: ExportedName): boolean =>
  !/^src\/[^/]+\.ts$|^src\/cli\/(?:commands\/|mcp\/tools\/|detach\.ts)|^src\/tui\/commands\//.test(path);

/** Names that several files declare, with these files. */
function sharedNames(files: readonly Source[]): string[] {
  const paths = new Map<string, Set<string>>();
  for (const { name, path } of files.flatMap(exportedNames).filter(isOwnName)) {
    paths.set(name, (paths.get(name) ?? new Set()).add(path));
  }
  return [...paths].filter(([, where]) => where.size > 1).map(([name, where]) => `${name}: ${[...where].join(', ')}`);
}

/** Functions named `…Of` that take more than the thing whose part they return. */
function falseAccessors(files: readonly Source[]): string[] {
  return files
    .flatMap(exportedNames)
    .filter(
      ({ name, parameters }) => /[a-z]Of$/.test(name) && !/^(?:is|has)[A-Z]/.test(name) && (parameters ?? 1) !== 1,
    )
    .map(({ name, path }) => `${name}: ${path}`);
}

// The first test reads and parses every file.
describe('an exported name', { timeout: 120_000 }, () => {
  test('has one meaning: one file declares it [R202]', () => {
    const files = sources(...shipped);
    expect(files.length).toBeGreaterThan(500);
    expect(sharedNames(files)).toEqual([]);
  });

  test('with two meanings is found', () => {
    const files = [
      { path: 'src/a/a.ts', text: 'export interface Row { a: 1 }\nexport const size = 1;' },
      { path: 'src/b/b.ts', text: "export type Row = string;\nexport { size } from '../a/a.ts';\nconst open = 1;" },
      { path: 'src/c.ts', text: 'export function open(): void {}\nexport const size = 2;' },
    ];
    expect(sharedNames(files)).toEqual(['Row: src/a/a.ts, src/b/b.ts']);
  });

  test('that ends in Of is an accessor with one argument', () => {
    expect(falseAccessors(sources(...shipped))).toEqual([]);
  });

  test('that ends in Of and is no accessor is found', () => {
    const text = [
      'export const nameOf = (plan: Plan) => plan.name;',
      'export const rowOf = (store: Store, id: string) => store.get(id);',
      'export async function planOf(): Promise<void> {}',
      'export const isPartOf = (part: Part, whole: Whole) => true;',
    ].join('\n');
    expect(falseAccessors([{ path: 'a.ts', text }])).toEqual(['rowOf: a.ts', 'planOf: a.ts']);
  });
});
